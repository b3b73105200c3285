import type { Command } from 'commander'
import { appError, disturbancesOf, type Experiment, type Run } from '../../../preload/contract'
import { requestCancel } from '../../adapters/files/cancel-requests'
import { lastAttempts } from '../../services/experiments/next-launch'
import { readRunLog } from '../../services/run-log'
import type { App } from '../compose'
import { AppError } from '../../../preload/contract'
import { dataDirOf, withApp, type CommonOptions } from './context'
import { exitCodeOf, exitCodes } from './exit-codes'
import { onInterrupt } from './interrupt'
import { liveProgress } from './live-progress'
import type { Action, Register } from './main'
import { readPlan } from './plan'
import { printJson, printLine, printTable, remark, say, sayLine, significant, simulatedMark } from './print'

const publicRun = (run: Run): Record<string, unknown> => ({
  id: run.id,
  probe: run.probe,
  arm: run.arm,
  repeat: run.repeat,
  attempt: run.attempt,
  status: run.status,
  simulated: run.simulated,
  problem: run.problem,
  transport: run.transport && {
    claimed: run.transport.claimed,
    observed: run.transport.observed,
    proof: run.transport.proof,
    evidence: run.transport.evidence,
  },
  warnings: run.warnings,
  facts: run.facts,
  artifacts: run.artifacts,
})

/** The closing document of `run` and `resume`. */
export const runDocument = (app: App, experiment: Experiment): Record<string, unknown> => {
  const runs = app.deps.store.listRuns(experiment.id)
  return {
    experiment: experiment.id,
    name: experiment.name,
    status: experiment.status,
    simulated: experiment.simulated,
    problem: app.runner.pauseReason(experiment.id),
    runs: runs.filter((run) => !run.warmup).map(publicRun),
    warmups: runs.filter((run) => run.warmup).map(publicRun),
  }
}

const closingCode = (app: App, experiment: Experiment): number => {
  const pause = app.runner.pauseReason(experiment.id)
  if (pause) return exitCodeOf(pause.code)
  const measured = lastAttempts(app.deps.store.listRuns(experiment.id)).filter((run) => !run.warmup)
  return measured.every((run) => run.status === 'done') ? exitCodes.done : exitCodes.failed
}

/** Why a launch counts for nothing, or would not count in a verdict. */
const noteOf = (run: Run): string => {
  if (run.problem) return `${run.problem.code}: ${say(run.problem.message.split('\n')[0] ?? '')}`
  return disturbancesOf(run.facts).length > 0 ? say('disturbed (see runs show)') : ''
}

/** The device that carried the bytes and what proves it; without a fabric nothing was claimed, and whatever moved bytes proves nothing. */
const transportText = ({ transport }: Run): string =>
  transport === null || transport.claimed === null ? '' : `${transport.observed.join('+') || '?'} (${transport.proof})`

const printRuns = (runs: Run[]): void =>
  printTable(
    ['RUN', 'PROBE', 'ARM', 'REPEAT', 'STATUS', 'TRANSPORT', 'PROBLEM'],
    runs.map((run) => [
      run.id,
      run.probe,
      Object.values(run.arm).join(' '),
      run.warmup ? say('warm-up') : `${run.repeat}${run.attempt > 1 ? say(` (attempt ${run.attempt})`) : ''}`,
      say(run.status),
      transportText(run),
      noteOf(run),
    ]),
  )

/** First interrupt cancels on the hosts, a second one leaves at once (the jobs then run on and can be resumed). */
const cancelOnInterrupt = (app: App, id: string): (() => void) =>
  onInterrupt('Cancelling: stopping what runs on the hosts … (again to leave at once)', () => void app.runner.cancel(id))

export const seeThrough = async (app: App, options: CommonOptions, started: Experiment): Promise<Experiment> => {
  const release = cancelOnInterrupt(app, started.id)
  if (!options.quiet) remark(`Experiment ${started.id}`)
  const stopProgress = options.quiet ? () => undefined : liveProgress(app.events, process.stderr)
  try {
    return await app.runner.wait(started.id)
  } finally {
    stopProgress()
    release()
  }
}

/** Without a factor there are no arms to compare: what was measured stands in its launches. */
const nextStep = ({ id, plan }: Experiment): string => {
  const [factor] = Object.keys(plan?.arms?.[0] ?? plan?.factors ?? {})
  return factor === undefined
    ? say(`Look: headroom indicators ${id}, headroom runs show RUN`)
    : say(`Compare: headroom compare ${id} --by ${factor}`)
}

/** Says how it ended and gives the exit code; `--json` prints one document for all, so that is left to the caller. */
const close = (app: App, options: CommonOptions, experiment: Experiment): number => {
  if (!options.json) {
    printRuns(app.deps.store.listRuns(experiment.id))
    const pause = app.runner.pauseReason(experiment.id)
    printLine(`\n${say(`Experiment ${experiment.id}: ${experiment.status}`)}${simulatedMark(experiment.simulated)}`)
    if (pause) {
      printLine(`${say(`Paused: ${pause.message}`)} [${pause.code}]`)
      sayLine(`Go on with: headroom runs resume ${experiment.id}`)
    } else printLine(nextStep(experiment))
  }
  return closingCode(app, experiment)
}

const run: Action = (options, path = '') => {
  const plan = readPlan(path)
  return withApp(options, 'write', async (app) => {
    const ended = await seeThrough(app, options, await app.runner.start(plan))
    if (options.json) printJson(runDocument(app, ended))
    return close(app, options, ended)
  })
}

const resume: Action = (options, id) =>
  withApp(options, 'write', async (app) => {
    const { runner } = app
    const { store } = app.deps
    const all = id ? [findExperiment(app, id)] : store.listExperiments().filter(({ status }) => status === 'running' || status === 'paused')
    if (all.length === 0 && !options.json) sayLine('Nothing to resume.')
    const ended: Experiment[] = []
    for (const experiment of all) ended.push(await seeThrough(app, options, runner.resume(experiment.id)))
    const documents = ended.map((experiment) => runDocument(app, experiment))
    if (options.json) printJson(id ? documents[0] : { experiments: documents })
    return Math.max(exitCodes.done, ...ended.map((experiment) => close(app, options, experiment)))
  })

const findExperiment = (app: App, id: string): Experiment => {
  const experiment = app.deps.store.findExperiment(id)
  if (!experiment) throw appError('store.not_found', `There is no experiment "${id}".`)
  return experiment
}

const list: Action = (options, id) =>
  withApp(options, 'read', async (app) => {
    const { store } = app.deps
    if (id) {
      const experiment = findExperiment(app, id)
      const runs = store.listRuns(experiment.id)
      if (options.json)
        printJson({ experiment: experiment.id, status: experiment.status, problem: app.runner.pauseReason(experiment.id), runs })
      else printRuns(runs)
      return exitCodes.done
    }
    const experiments = store.listExperiments().map((one) => ({ ...one, problem: app.runner.pauseReason(one.id) }))
    if (options.json) printJson({ experiments })
    else
      printTable(
        ['EXPERIMENT', 'STATUS', 'LAUNCHES', 'QUESTION'],
        experiments.map((one) => [
          one.id,
          say(one.status) + simulatedMark(one.simulated),
          `${one.counts.done}/${one.counts.total}`,
          one.problem ? `${one.question} (${say(`Paused: ${one.problem.message}`)})` : one.question,
        ]),
      )
    return exitCodes.done
  })

const show: Action = (options, id = '') =>
  withApp(options, 'read', async (app) => {
    const detail = await app.client.call('runs.get', { id })
    if (options.json) printJson(detail)
    else {
      printRuns([detail])
      for (const command of detail.commands) printLine(`${say(`${command.role} on ${command.host}`)}: ${command.command}`)
      for (const warning of detail.warnings) printLine(`${say('warning')}: ${say(warning.message)}`)
      for (const line of detail.transport?.evidence ?? []) printLine(`${say('evidence')}: ${say(line)}`)
      printTable(
        ['METRIC', 'DIMENSIONS', 'VALUE', 'UNIT'],
        detail.measurements.map((one) => [
          one.metric,
          Object.entries(one.dimensions)
            .map(([key, value]) => `${key}=${String(value)}`)
            .join(' '),
          significant(one.value),
          one.unit,
        ]),
      )
    }
    return exitCodes.done
  })

const logs: Action = (options, id = '') =>
  withApp(options, 'read', async (app) => {
    const { names } = await readRunLog(app.deps, id, '', 0)
    const wanted = typeof options.name === 'string' ? [options.name] : names.filter((name) => /\/(stdout|stderr)$/.test(name))
    const texts: Record<string, string> = {}
    for (const name of wanted) {
      let offset = 0
      for (;;) {
        const part = await readRunLog(app.deps, id, name, offset)
        texts[name] = (texts[name] ?? '') + part.text
        if (part.nextOffset >= part.totalBytes || part.nextOffset === offset) break
        offset = part.nextOffset
      }
    }
    if (options.json) printJson({ run: id, names, logs: texts })
    else for (const [name, text] of Object.entries(texts)) printLine(`==> ${name} <==\n${text}`)
    return exitCodes.done
  })

const cancel: Action = async (options, id = '') => {
  try {
    return await withApp(options, 'write', async (app) => {
      const experiment = await app.runner.cancel(findExperiment(app, id).id)
      if (options.json) printJson(runDocument(app, experiment))
      else sayLine(`Experiment ${experiment.id}: ${experiment.status}`)
      return exitCodes.done
    })
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'store.busy') throw error
    return withApp(options, 'read', async (app) => {
      const experiment = findExperiment(app, id)
      requestCancel(dataDirOf(options), experiment.id)
      if (options.json) printJson({ experiment: experiment.id, requested: true })
      else sayLine('Asked the process that runs it to cancel; it begins within a second.')
      return exitCodes.done
    })
  }
}

export const addRunCommands = (program: Command, register: Register): void => {
  register(program, 'run <plan>', 'run a plan to its end', run)
  const runs = program.command('runs').description('experiments and their launches')
  register(runs, 'list [experiment]', 'experiments, or the runs of one', list)
  register(runs, 'show <run>', 'one run with its commands, proof and measurements', show)
  register(runs, 'logs <run>', 'what the tools printed', logs, (command) =>
    command.option('--name <artifact>', 'only this file, e.g. client/stdout'),
  )
  register(runs, 'cancel <experiment>', 'stop it, and what it left on the hosts', cancel)
  register(runs, 'resume [experiment]', 'go on with what was interrupted', resume)
}
