import type { Command } from 'commander'
import {
  appError,
  type FlameChange,
  type FlameComparison,
  type FlameDiff,
  type FlamePair,
  type FlameProfile,
} from '../../../preload/contract'
import { shellWord } from '../../../remote-scripts/_kit/endpoint'
import { factorsOf } from '../../services/compare'
import { compareFlames, flameOfRun, foldedOfPair, foldedOfRun, type FlameRequest } from '../../services/flame/flame'
import type { App } from '../compose'
import { languageOf, withApp, type CommonOptions } from './context'
import { exitCodes } from './exit-codes'
import type { Action, Register } from './main'
import { printJson, printLine, printTable, remark, say, sayLine } from './print'

/** Rows of the printed tables; `--json` has all. */
const printed = 40

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`
const points = (share: number): string => `${share < 0 ? '' : '+'}${(share * 100).toFixed(2)}`

const capped = ({ cut }: Pick<FlameProfile, 'cut'>): void => {
  if (cut.isCapped) sayLine('The profile has more or deeper frames than are told apart.')
}

const printProfile = ({ samples, names, functions, cut, isDifferential }: FlameProfile): void => {
  if (isDifferential) sayLine('The file holds two profiles; this is the second, the one after.')
  sayLine(`${samples} samples`)
  const share = (count: number): string => percent(samples > 0 ? count / samples : 0)
  printTable(
    ['SELF', 'TOTAL', 'FUNCTION'],
    functions.slice(0, printed).map(({ name, self, total }) => [share(self), share(total), names[name]?.name ?? '']),
  )
  if (cut.hidden > 0) sayLine(`${cut.hidden} frames of less than ${percent(cut.share)} are put together in the graph.`)
  capped({ cut })
}

const interval = ({ low, high }: FlameChange): string => (low === null || high === null ? '' : `[${points(low)}, ${points(high)}]`)

const settingText = ({ setting }: FlamePair): string =>
  Object.entries(setting)
    .map(([name, value]) => `, ${name} ${String(value)}`)
    .join('')

/** Which arms these are, and by which name the others are asked for. */
const printPairs = ({ pairs }: FlameComparison, wanted: string | undefined): void => {
  const shown = pairs.find(({ id }) => id === wanted) ?? pairs[0]
  if (!shown) return
  printLine(`${String(shown.before)} -> ${String(shown.after)}${settingText(shown)}`)
  for (const pair of pairs)
    if (pair !== shown)
      printLine(`  ${say('not shown')}: ${String(pair.before)} -> ${String(pair.after)}${settingText(pair)}: --pair ${shellWord(pair.id)}`)
}

const printDiff = ({ before, after, names, functions, reason, permutations, cut }: FlameDiff): void => {
  for (const side of [before, after]) sayLine(`${String(side.level)}: ${side.launches} launches, ${side.samples} samples`)
  sayLine(
    reason === null
      ? `Own samples by function; intervals hold for all of them at once (95 %, ${permutations} arrangements of the launches).`
      : `cannot answer: ${reason}`,
  )
  printTable(
    [String(before.level), String(after.level), 'POINTS', '', 'VERDICT', 'FUNCTION'],
    functions
      .slice(0, printed)
      .map((one) => [
        percent(one.before),
        percent(one.after),
        points(one.after - one.before),
        interval(one),
        say(one.verdict),
        names[one.name]?.name ?? '',
      ]),
  )
  capped({ cut })
}

const sayItIsSimulated = (): void => {
  sayLine('SIMULATED: these numbers were computed from a model, not measured.')
  printLine()
}

const ofExperiment = async (app: App, options: CommonOptions & Record<string, unknown>, request: FlameRequest): Promise<number> => {
  const compared = await compareFlames(app.deps, request)
  const { shown, pairs } = compared
  const { pair } = request
  if (pair !== undefined && !pairs.some(({ id }) => id === pair))
    throw appError('input.usage', `There is no pair "${pair}"; there are: ${pairs.map(({ id }) => shellWord(id)).join(', ') || 'none'}.`)
  if (options.folded) for (const line of await foldedOfPair(app.deps, request)) printLine(line)
  else if (options.json) printJson(compared)
  else if (shown) {
    if (compared.simulated) sayItIsSimulated()
    printPairs(compared, pair)
    printDiff(shown)
  }
  if (!shown && !options.json) remark('No two arms have finished launches of the flame probe.')
  return shown && (shown.reason === null || options.folded) ? exitCodes.done : exitCodes.cannotAnswer
}

const flame: Action = (options, id = '') =>
  withApp(options, 'read', async (app) => {
    const run = app.deps.store.findRun(id)
    if (!run) {
      const factors = factorsOf(app.deps, id)
      const by = typeof options.by === 'string' ? options.by : factors.length === 1 ? factors[0] : undefined
      if (!by) throw appError('input.usage', `Say which factor to compare with --by; this experiment has: ${factors.join(', ') || 'none'}.`)
      const pair = typeof options.pair === 'string' ? options.pair : undefined
      return ofExperiment(app, options, { experiment: id, by, pair, lang: languageOf(options) })
    }
    if (options.folded) for (const line of await foldedOfRun(app.deps, id)) printLine(line)
    else {
      const profile = await flameOfRun(app.deps, id)
      if (options.json) printJson(profile)
      else {
        if (run.simulated) sayItIsSimulated()
        printProfile(profile)
      }
      if (profile.samples === 0) return exitCodes.cannotAnswer
    }
    return exitCodes.done
  })

export const addFlameCommand = (program: Command, register: Register): void =>
  register(program, 'flame <run>', 'the flame graph of a run, or of an experiment what differs between its arms', flame, (command) =>
    command
      .option('--by <factor>', 'of an experiment: the factor whose levels are compared')
      .option('--pair <id>', 'of an experiment: which of its pairs (--json lists them)')
      .option('--folded', 'folded stacks, for other tools'),
  )
