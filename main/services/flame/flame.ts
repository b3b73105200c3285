import { appError, type FlameComparison, type FlamePair, type FlameProfile, type Level, type Run } from '../../../preload/contract'
import { fill, sharedMessages, type Language } from '../../../preload/contract/messages'
import { armKey } from '../../core/runs/arms'
import type { FlameAnswers, FlameTask, StackLaunch, StackSides } from '../../ports/file-parser'
import { compareExperiment } from '../compare'
import type { Deps } from '../deps'
import { candidateFiles } from './stacks'

type Kept = Pick<Deps, 'store' | 'readers' | 'parser' | 'events' | 'dataDir'>

const launchOf = ({ id, artifacts }: Run): StackLaunch => ({ id, artifacts })

const launchesOf = (task: FlameTask): StackLaunch[] =>
  task.answer === 'profile' ? [task.launch] : [...task.sides.before, ...task.sides.after]

/** Asks the readers' threads, and tells under `id` how far they are. */
const ask = <Task extends FlameTask>(
  { parser, events }: Kept,
  id: string,
  task: Task,
  signal?: AbortSignal,
): Promise<FlameAnswers[Task['answer']]> => {
  const totalBytes = launchesOf(task)
    .flatMap(candidateFiles)
    .reduce((sum, { bytes }) => sum + bytes, 0)
  let bytes = 0
  return parser.flame(task, signal, (more) => {
    bytes = Math.min(totalBytes, bytes + more)
    events.emit('flame.progress', { id, bytes, totalBytes })
  })
}

/** Nothing of another probe's. Throws store.not_found. */
const stacksOfRun = ({ store }: Kept, id: string): StackLaunch => {
  const run = store.findRun(id)
  if (!run) throw appError('store.not_found', `There is no run "${id}".`)
  return run.probe === 'flame' ? launchOf(run) : { id, artifacts: [] }
}

/** The stacks of a launch of the flame probe as a tree, from the files themselves. Empty for other probes. Throws store.not_found. */
export const flameOfRun = async (deps: Kept, id: string, signal?: AbortSignal): Promise<FlameProfile> =>
  ask(deps, id, { answer: 'profile', dataDir: deps.dataDir, launch: stacksOfRun(deps, id) }, signal)

/** The same as folded stacks, one line each. */
export const foldedOfRun = async (deps: Kept, id: string): Promise<string[]> =>
  ask(deps, id, { answer: 'folded', dataDir: deps.dataDir, sides: { before: [stacksOfRun(deps, id)], after: [] } })

/** Launches that may be set against each other: by level, alike in everything else. */
interface Group {
  pair: FlamePair
  sides: StackSides
}

const groupsOf = (runs: readonly Run[], by: string, levels: readonly Level[]): Group[] => {
  const entries = new Set(runs.map(({ probeIndex }) => probeIndex))
  const otherLevels = (run: Run): Run['arm'] => Object.fromEntries(Object.entries(run.arm).filter(([factor]) => factor !== by))
  const alike = Map.groupBy(runs, (run) => `${run.probeIndex} ${armKey(otherLevels(run))}`)
  const [baseline, ...others] = levels
  if (baseline === undefined) return []
  return [...alike].flatMap(([key, own]) =>
    others.flatMap((level): Group[] => {
      const of = (wanted: Level): Run[] => own.filter(({ arm }) => String(arm[by]) === String(wanted))
      const [before, after] = [of(baseline), of(level)]
      const [first] = own
      if (!first || before.length === 0 || after.length === 0) return []
      const setting = { ...otherLevels(first), ...(entries.size > 1 ? { entry: first.probeIndex + 1 } : {}) }
      return [
        {
          pair: { id: `${key} ${JSON.stringify([baseline, level])}`, before: baseline, after: level, setting },
          sides: { before: before.map(launchOf), after: after.map(launchOf) },
        },
      ]
    }),
  )
}

export interface FlameRequest {
  experiment: string
  by: string
  /** Id of a pair; without it the first. */
  pair?: string | undefined
  lang: Language
}

const comparable = (deps: Kept, { experiment, by, pair, lang }: FlameRequest) => {
  const comparison = compareExperiment(deps, experiment, by, lang)
  const excluded = new Set(comparison.excluded.map(({ runId }) => runId))
  const runs = deps.store
    .listRuns(comparison.experiment)
    .filter((run) => run.probe === 'flame' && run.status === 'done' && !run.warmup && !excluded.has(run.id) && run.arm[by] !== undefined)
  const groups = groupsOf(runs, by, comparison.levels)
  return { comparison, runs, groups, chosen: groups.find((group) => group.pair.id === pair) ?? groups[0] }
}

/** Both arms as folded stacks, one line each with the samples of all launches before and after: what difffolded.pl prints. */
export const foldedOfPair = async (deps: Kept, request: FlameRequest): Promise<string[]> => {
  const { chosen } = comparable(deps, request)
  return chosen ? ask(deps, request.experiment, { answer: 'folded', dataDir: deps.dataDir, sides: chosen.sides }) : []
}

/** The arms of the flame probe against the baseline, one pair of them frame by frame; what the comparison leaves out is left out here. */
export const compareFlames = async (deps: Kept, request: FlameRequest, signal?: AbortSignal): Promise<FlameComparison> => {
  const { by, lang } = request
  const { comparison, runs, groups, chosen } = comparable(deps, request)
  const answer = { pairs: groups.map((group) => group.pair), simulated: runs.some(({ simulated }) => simulated) }
  if (!chosen) return { ...answer, shown: null }
  const level = String(chosen.pair.after)
  const blockers = comparison.confounders.filter(
    ({ blocking, what, values }) => blocking && what.startsWith('flame: ') && values[level] !== undefined,
  )
  const what = blockers.map(({ message }) => message).join(' ')
  const blocked = blockers.length > 0 ? fill(sharedMessages[lang].reasons.blocked_by_confounder, { factor: by, what }) : null
  const { sides, pair } = chosen
  const task = { answer: 'difference', dataDir: deps.dataDir, sides, pair, blocked, lang } as const
  return { ...answer, shown: await ask(deps, request.experiment, task, signal) }
}
