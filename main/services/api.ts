import { z } from 'zod'
import { appError, inLanguage, isTelemetry, type ProbeInfo } from '../../preload/contract'
import { sharedMessages, type Language } from '../../preload/contract/messages'
import type { Handlers } from '../../preload/contract/rpc'
import type { ProbeDefinition } from '../../remote-scripts/_kit/probe'
import { compareExperiment } from './compare'
import type { Deps } from './deps'
import type { ExperimentRunner } from './experiments/runner'
import { addHost, findHost, inventoryOfHost, noteSeen, removeHost, testHost } from './hosts/hosts'
import { indicatorsOf, setTarget } from './indicators'
import { importHandlers } from './imports/handlers'
import type { Imports } from './imports/imports'
import { compareFlames, flameOfRun } from './flame/flame'
import { shownKernelsOfRun } from './kernels'
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
  imports: Imports
  host: 'electron' | 'web'
  sshConfig: string
}

/** The schema with its descriptions in other words; what has none keeps its own. */
const described = (schema: unknown, words: Readonly<Record<string, string>>): unknown => {
  if (Array.isArray(schema)) return schema.map((one) => described(one, words))
  if (typeof schema !== 'object' || schema === null) return schema
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]): [string, unknown] =>
      key === 'description' && typeof value === 'string' ? [key, words[value] ?? value] : [key, described(value, words)],
    ),
  )
}

export const probeInfo = (probe: ProbeDefinition, lang: Language): ProbeInfo => ({
  id: probe.id,
  version: probe.version,
  title: inLanguage(probe.title, lang),
  summary: inLanguage(probe.summary, lang),
  needs: inLanguage(probe.needs, lang),
  disturbs: inLanguage(probe.disturbs, lang),
  minHosts: probe.minHosts,
  maxHosts: probe.maxHosts,
  metrics: probe.metrics.map((metric) => ({ ...metric, meaning: sharedMessages[lang].phrase(metric.meaning) })),
  paramsSchema: described(
    z.toJSONSchema(probe.params, { io: 'input', unrepresentable: 'any' }),
    lang === 'zh-CN' ? (probe.paramsZhCN ?? {}) : {},
  ) as Record<string, unknown>,
})

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
    'probes.list': async ({ lang }) => [...deps.probes.values()].map((probe) => probeInfo(probe, lang)),
    'probes.readers': async ({ lang }) =>
      [...deps.readers.values()].map(({ id, version, title, summary }) => ({
        id,
        version,
        title: inLanguage(title, lang),
        summary: inLanguage(summary, lang),
      })),
    'plans.parse': async ({ yaml }) => parsePlanYaml(deps, yaml),
    'plans.toYaml': async ({ plan }) => ({ yaml: planToYaml(plan) }),
    'plans.check': async ({ plan, lang }, { signal }) => previewPlan(deps, plan, lang, signal),
    'runs.get': async ({ id }) => {
      const run = deps.store.findRun(id)
      if (!run) throw appError('store.not_found', `There is no run "${id}".`)
      return { ...run, measurements: deps.store.measurementsOfRun(id) }
    },
    'runs.log': async ({ id, name, offset }) => readRunLog(deps, id, name, offset),
    'runs.flame': async ({ id }, { signal }) => flameOfRun(deps, id, signal),
    'runs.kernels': async ({ id }) => shownKernelsOfRun(deps, id),
    'runs.retry': async ({ id }) => runner.retry(id),
    'compare.run': async ({ experiment, by, lang }) => compareExperiment(deps, experiment, by, lang),
    'indicators.get': async ({ experiment, lang }) => indicatorsOf(deps, experiment, lang),
    'indicators.setTarget': async (change) => setTarget(deps, change),
    'compare.flame': async (request, { signal }) => compareFlames(deps, request, signal),
    'series.list': async ({ experiment, run }) =>
      deps.store.listSeries(experiment).filter((series) => (run === undefined ? !isTelemetry(series) : series.runId === run)),
    'series.get': async ({ id, ...range }) => {
      const info = deps.store.seriesInfo(id)
      if (!info) throw appError('store.not_found', `There is no series ${id}.`)
      const { x, y, min, max, total } = deps.store.readSeries(id, range)
      return { info, x: [...x], y: [...y], min, max, shown: y.length, total }
    },
    'reports.model': async ({ experiment, lang }) => reportOf(deps, experiment, lang),
    'reports.export': async (request, { signal }) => exportReport(deps, { ...request, signal }),
    'files.parse': async ({ files, probe }, { signal }) =>
      Promise.all(
        files.map(({ name, base64 }) =>
          deps.parser.parse({ name, source: { bytes: new Uint8Array(Buffer.from(base64, 'base64')) }, probe }, signal),
        ),
      ),
    ...importHandlers(setting.imports),
    'store.verify': async () => verifyStore(deps.store, deps.artifacts),
  }
}
