import { z } from 'zod'
import { appError, type ProbeInfo } from '../../preload/contract'
import type { Handlers } from '../../preload/contract/rpc'
import type { ProbeDefinition } from '../../remote-scripts/_kit/probe'
import { compareExperiment } from './compare'
import type { Deps } from './deps'
import type { ExperimentRunner } from './experiments/runner'
import { addHost, findHost, inventoryOfHost, noteSeen, removeHost, testHost } from './hosts/hosts'
import { importFiles } from './imports/import-files'
import { parseFile } from './parse/parse-file'
import { parsePlanYaml, planToYaml } from './plans/plan-yaml'
import { previewPlan } from './plans/preview'
import type { PromptBroker } from './prompts'
import { exportReport, reportOf } from './reports'
import { readRunLog } from './run-log'
import { verifyStore } from './verify/verify-store'

export interface ApiSetting {
  deps: Deps
  runner: ExperimentRunner
  prompts: PromptBroker
  host: 'electron' | 'web'
  sshConfig: string
}

export const probeInfo = (probe: ProbeDefinition): ProbeInfo => ({
  id: probe.id,
  version: probe.version,
  title: probe.title,
  summary: probe.summary,
  disturbs: probe.disturbs,
  minHosts: probe.minHosts,
  maxHosts: probe.maxHosts,
  metrics: probe.metrics,
  paramsSchema: z.toJSONSchema(probe.params, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>,
})

const decode = (files: { name: string; base64: string }[]): { name: string; bytes: Uint8Array }[] =>
  files.map(({ name, base64 }) => ({ name, bytes: Buffer.from(base64, 'base64') }))

const hostHandlers = ({
  deps,
}: ApiSetting): Pick<Handlers, 'hosts.list' | 'hosts.add' | 'hosts.remove' | 'hosts.test' | 'hosts.inventory' | 'hosts.clean'> => ({
  'hosts.list': async () => ({ hosts: deps.store.listHosts(), sshAliases: deps.pool.aliases() }),
  'hosts.add': async ({ name, spec }) => addHost(deps, name, spec),
  'hosts.remove': async ({ name }) => {
    removeHost(deps, name)
    return {}
  },
  'hosts.test': async ({ name }, { signal }) => {
    const tested = await testHost(deps, name, findHost(deps, name).spec, signal)
    if (tested.ok) noteSeen(deps, name)
    return tested
  },
  'hosts.inventory': async ({ name }, { signal }) => inventoryOfHost(deps, name, signal),
  'hosts.clean': async ({ name }, { signal }) => ({
    removedBytes: await deps.jobs.cleanAll(await deps.pool.get(findHost(deps, name).spec, signal)),
  }),
})

const experimentHandlers = ({
  deps,
  runner,
}: ApiSetting): Pick<
  Handlers,
  | 'experiments.list'
  | 'experiments.get'
  | 'experiments.start'
  | 'experiments.resume'
  | 'experiments.cancel'
  | 'experiments.remove'
  | 'experiments.restore'
> => {
  const find = (id: string) => {
    const experiment = deps.store.findExperiment(id)
    if (!experiment) throw appError('store.not_found', `There is no experiment "${id}".`)
    return experiment
  }
  return {
    'experiments.list': async () => deps.store.listExperiments(),
    'experiments.get': async ({ id }) => {
      const experiment = find(id)
      return {
        experiment,
        runs: deps.store.listRuns(experiment.id),
        environments: deps.store.environments(experiment.id),
        progress: runner.progress(experiment.id),
      }
    },
    'experiments.start': async ({ plan }, { signal }) => runner.start(plan, signal),
    'experiments.resume': async ({ id }) => runner.resume(find(id).id),
    'experiments.cancel': async ({ id }) => runner.cancel(find(id).id),
    'experiments.remove': async ({ id }) => {
      if (runner.isActive(find(id).id)) throw appError('input.invalid', 'The experiment is running; cancel it before removing it.')
      deps.store.removeExperiment(find(id).id)
      deps.events.emit('experiment.changed', { id })
      return {}
    },
    'experiments.restore': async ({ id }) => {
      deps.store.restoreExperiment(id)
      deps.events.emit('experiment.changed', { id })
      return find(id)
    },
  }
}

/** Every procedure of the contract; a missing one does not compile. */
export const createHandlers = (setting: ApiSetting): Handlers => {
  const { deps, runner, prompts } = setting
  return {
    ...hostHandlers(setting),
    ...experimentHandlers(setting),
    'system.info': async () => ({
      version: deps.version,
      platform: `${process.platform} ${process.arch}`,
      dataDir: deps.dataDir,
      host: setting.host,
      sshConfig: setting.sshConfig,
    }),
    'prompts.pending': async () => prompts.pending(),
    'prompts.answer': async (answer) => {
      prompts.answer(answer)
      return {}
    },
    'probes.list': async () => [...deps.probes.values()].map(probeInfo),
    'plans.parse': async ({ yaml }) => parsePlanYaml(deps, yaml),
    'plans.toYaml': async ({ plan }) => ({ yaml: planToYaml(plan) }),
    'plans.check': async ({ plan }, { signal }) => previewPlan(deps, plan, signal),
    'runs.get': async ({ id }) => {
      const run = deps.store.findRun(id)
      if (!run) throw appError('store.not_found', `There is no run "${id}".`)
      return { ...run, measurements: deps.store.measurementsOfRun(id) }
    },
    'runs.log': async ({ id, name, offset }) => readRunLog(deps, id, name, offset),
    'runs.retry': async ({ id }) => runner.retry(id),
    'compare.run': async ({ experiment, by, lang }) => compareExperiment(deps, experiment, by, lang),
    'series.list': async ({ experiment }) => deps.store.listSeries(experiment),
    'series.get': async ({ id, ...range }) => {
      const info = deps.store.seriesInfo(id)
      if (!info) throw appError('store.not_found', `There is no series ${id}.`)
      const { x, y, min, max, total } = deps.store.readSeries(id, range)
      return { info, x: [...x], y: [...y], min, max, shown: y.length, total }
    },
    'reports.model': async ({ experiment, lang }) => reportOf(deps, experiment, lang),
    'reports.export': async (request, { signal }) => exportReport(deps, { ...request, signal }),
    'files.parse': async ({ files, probe }) => decode(files).map(({ name, bytes }) => parseFile(name, bytes, { probe })),
    'files.import': async ({ files, experiment, arm, probe }) => importFiles(deps, { files: decode(files), experiment, arm, probe }),
    'store.verify': async () => verifyStore(deps.store, deps.artifacts),
  }
}
