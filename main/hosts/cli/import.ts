import { realpathSync } from 'node:fs'
import type { Command } from 'commander'
import {
  appError,
  type Arm,
  type ImportOutcome,
  type ImportProgress,
  type ImportRecord,
  type ImportStatus,
  type StagedFile,
} from '../../../preload/contract'
import type { EventBus } from '../../services/events'
import type { ImportSession } from '../../services/imports/session'
import type { App } from '../compose'
import { withApp, type CommonOptions } from './context'
import { exitCodes } from './exit-codes'
import { onInterrupt } from './interrupt'
import type { Action, Register } from './main'
import { probeOf, probeOption } from './parse'
import { printJson, printLine, printTable, remark, say, sayLine, seconds } from './print'

type Options = CommonOptions & Record<string, unknown>

/** More files than this are summed up rather than listed. */
const listed = 50

const parseArm = (given: unknown): Arm | undefined => {
  const pairs = Array.isArray(given) ? (given as string[]) : []
  if (pairs.length === 0) return undefined
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, factor, level] = /^([^=]+)=(.+)$/.exec(pair) ?? []
      if (!factor || !level) throw appError('input.usage', `--arm takes factor=level, e.g. fabric=infiniband, not "${pair}".`)
      const number = Number(level)
      return [factor, level.trim() !== '' && Number.isFinite(number) ? number : level]
    }),
  )
}

const describe = ({ phase, done, total, filesPerSecond, etaSeconds }: ImportProgress): string =>
  say(phase === 'storing' ? `Storing ${done} of ${total} files` : `Reading ${done} of ${total} files`) +
  (filesPerSecond === null ? '' : `, ${Math.round(filesPerSecond)}/s`) +
  (etaSeconds === null ? '' : say(`, about ${seconds(etaSeconds)} left`))

/** One line that is rewritten on a terminal, a line now and then elsewhere. Returns its own end. */
const showProgress = (events: EventBus, stream: NodeJS.WriteStream): (() => void) => {
  let told = performance.now()
  const unsubscribe = events.on((name, payload) => {
    if (name !== 'imports.progress') return
    const progress = payload as ImportProgress
    if (progress.phase !== 'reading' && progress.phase !== 'storing') return
    if (stream.isTTY) stream.write(`\r\x1b[2K${describe(progress).slice(0, (stream.columns || 80) - 1)}`)
    else if (performance.now() - told > 5000) {
      told = performance.now()
      stream.write(`${describe(progress)}\n`)
    }
  })
  return () => {
    unsubscribe()
    if (stream.isTTY) stream.write('\r\x1b[2K')
  }
}

/** First interrupt stops and keeps nothing, a second one leaves at once; the next start then removes what is left. */
const cancelOnInterrupt = (app: App, id: string): (() => void) =>
  onInterrupt('Cancelling: nothing of this import will be kept …', () => void app.imports.cancel(id))

const realPath = (path: string): string => {
  try {
    return realpathSync(path)
  } catch (error) {
    throw appError('input.file_unreadable', `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

const allFiles = async (session: ImportSession): Promise<StagedFile[]> => (await session.page(0, Infinity, 'all')).files
const armText = (arm: Arm): string =>
  Object.entries(arm)
    .map(([factor, level]) => `${factor}=${String(level)}`)
    .join(' ')

const sayGuess = ({ factors }: ImportStatus): void => {
  for (const { name, levels } of factors)
    remark(`Arms guessed from names: ${name} is ${levels.map(({ level, files }) => say(`${level} (${files} files)`)).join(', ')}`)
}

const recognisedText = ({ recognised, problem, sameAs, duplicate }: StagedFile): string[] => [
  recognised.map(({ probe, tool }) => `${probe}: ${tool.name}`).join(', ') || '-',
  String(recognised.reduce((sum, { values }) => sum + values, 0)),
  problem
    ? `${say(problem.message)} [${problem.code}]`
    : sameAs
      ? say(`same as ${sameAs}`)
      : duplicate
        ? say(`already in ${duplicate.experiment}, run ${duplicate.runId}`)
        : '',
]

const showPreview = async (session: ImportSession, options: Options, arm: Arm | undefined): Promise<number> => {
  const files = await allFiles(session)
  const status = await session.status()
  if (options.json)
    printJson({ files: files.map((file) => ({ ...file, arm: arm ?? file.arm })), factors: status.factors, totals: status.totals })
  else {
    printTable(
      ['FILE', 'ARM', 'READ AS', 'VALUES', 'NOTE'],
      files.map((file) => [file.path, armText(arm ?? file.arm), ...recognisedText(file)]),
    )
    const { totals } = status
    printLine()
    sayLine(
      `${totals.files} files: ${totals.recognised} recognised (${totals.launches} launches), ${totals.unrecognised} not. Nothing was stored.`,
    )
  }
  return files.some((file) => file.problem) ? exitCodes.failed : exitCodes.done
}

const showOutcome = (app: App, outcome: ImportOutcome, files: StagedFile[], options: Options): number => {
  const { store } = app.deps
  const experiment = store.findExperiment(outcome.experiment)
  const ids = new Set(app.imports.runsOf(outcome.import.id))
  const runs = store.listRuns(outcome.experiment).filter((run) => ids.has(run.id))
  if (options.json)
    printJson({
      experiment: outcome.experiment,
      name: experiment?.name ?? '',
      import: outcome.import.id,
      runs,
      files: files.map(({ path, problem, redactedSecrets }) => ({ file: path, problem, redacted_secrets: redactedSecrets })),
    })
  else {
    for (const run of runs)
      if (run.status === 'refused' && run.problem) printLine(`${say('refused')}: ${say(run.problem.message)} [${run.problem.code}]`)
    for (const file of files.filter((one) => one.problem !== null || files.length <= listed))
      printLine(
        `${file.path}: ${file.problem ? `${say(file.problem.message)} [${file.problem.code}]` : say(`${file.recognised.length} results`)}`,
      )
    sayLine(`Experiment ${outcome.experiment} (${experiment?.name ?? ''}): ${outcome.runs.total} launches imported.`)
    sayLine(`Take it back with: headroom import --undo ${outcome.import.id}`)
  }
  return files.some((file) => file.problem) || outcome.runs.done < outcome.runs.total ? exitCodes.failed : exitCodes.done
}

const sayDuplicates = (files: readonly StagedFile[]): void => {
  const again = files.filter((file) => file.duplicate !== null || file.sameAs !== null)
  if (again.length > 0) remark(`${again.length} files hold bytes that are stored already or come twice; --skip-duplicates leaves them out.`)
}

const bringIn = async (app: App, options: Options, paths: string[]): Promise<number> => {
  const arm = parseArm(options.arm)
  const session = await app.imports.open()
  const release = cancelOnInterrupt(app, session.id)
  const stopProgress = options.quiet ? () => undefined : showProgress(app.events, process.stderr)
  try {
    const { leftOut } = await session.addPaths(paths.map(realPath))
    if (session.entries.size === 0)
      throw appError('input.file_unreadable', leftOut[0]?.problem.message ?? 'There is no file in these folders.')
    if (!options.quiet) for (const { problem } of leftOut.slice(0, listed)) remark(`left out: ${problem.message}`)
    session.preview({ probe: probeOf(options) })
    await session.settled()
    const status = await session.status()
    const files = await allFiles(session)
    if (!options.quiet && arm === undefined) sayGuess(status)
    if (options.dryRun === true) return await showPreview(session, options, arm)
    if (!options.quiet) sayDuplicates(files)
    const experiment = typeof options.experiment === 'string' ? options.experiment : `Import of ${new Date().toISOString().slice(0, 10)}`
    const outcome = await app.imports.commit(session.id, { experiment, arm, files: [], skipDuplicates: options.skipDuplicates === true })
    stopProgress()
    return showOutcome(app, outcome, files, options)
  } finally {
    stopProgress()
    release()
    await app.imports.discard(session.id)
  }
}

const takeBack = (app: App, options: Options, id: string, undone: boolean): number => {
  const record: ImportRecord = app.imports.undo(id, undone)
  if (options.json) printJson(record)
  else
    sayLine(
      undone
        ? `The ${record.runs} runs of ${record.id} are gone from experiment ${record.experimentId}. Bring them back with: headroom import --restore ${record.id}`
        : `The ${record.runs} runs of ${record.id} are in experiment ${record.experimentId} again.`,
    )
  return exitCodes.done
}

const importCommand: Action = (options, ...paths) =>
  withApp(options, 'write', async (app) => {
    const [undo, restore] = [options.undo, options.restore]
    if (typeof undo === 'string') return takeBack(app, options, undo, true)
    if (typeof restore === 'string') return takeBack(app, options, restore, false)
    if (paths.length === 0) throw appError('input.usage', 'Name the files or folders to import (headroom import --help).')
    return bringIn(app, options, paths)
  })

export const addImportCommand = (program: Command, register: Register): void =>
  register(
    program,
    'import [path...]',
    'keep outputs of earlier measurements; each file is one launch of its arm',
    importCommand,
    (command) =>
      probeOption(command)
        .option('--experiment <name>', 'id or name; made when there is none of that name')
        // Once per factor: an option that takes several words would swallow the files behind it.
        .option(
          '--arm <factor=level>',
          'the arm these files belong to, once per factor; without it, arms are guessed from the names of folders and files',
          (pair: string, before: string[]) => [...before, pair],
          [],
        )
        .option('--dry-run', 'show what would be stored, and store nothing')
        .option('--skip-duplicates', 'leave out files whose bytes are stored already')
        .option('--undo <import>', 'take the runs of an import out again')
        .option('--restore <import>', 'bring the runs of an undone import back'),
  )
