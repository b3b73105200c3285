import { createHash } from 'node:crypto'
import { appError, type ReportModel } from '../../preload/contract'
import type { Language } from '../../preload/contract/messages'
import { buildReportModel } from '../core/report/model'
import { compareExperiment, factorsOf } from './compare'
import type { Deps } from './deps'
import { indicatorsOf } from './indicators'
import { planToYaml } from './plans/plan-yaml'
import { redactPlan } from './plans/redact-plan'

/** The report as data, sentences in `language`. Throws store.not_found. */
export const reportOf = (
  deps: Pick<Deps, 'store' | 'readers' | 'clock' | 'version'>,
  idOrName: string,
  language: Language = 'en',
): ReportModel => {
  const experiment = deps.store.findExperiment(idOrName)
  if (!experiment) throw appError('store.not_found', `There is no experiment "${idOrName}".`)
  const plan = experiment.plan && redactPlan(experiment.plan)
  return buildReportModel({
    experiment: { ...experiment, plan },
    generatedAt: deps.clock.nowIso(),
    programVersion: deps.version,
    environments: deps.store.environments(experiment.id),
    comparisons: factorsOf(deps, experiment.id).map((factor) => compareExperiment(deps, experiment.id, factor, language)),
    scoreboard: indicatorsOf(deps, experiment.id, language),
    runs: deps.store.listRuns(experiment.id),
    planYaml: plan ? planToYaml(plan) : null,
  })
}

export interface ExportedReport {
  path: string
  bytes: number
  pages: number
  sha256: string
}

/** Chromium writes page objects uncompressed; /Pages nodes are not counted. */
const countPages = (pdf: Uint8Array): number =>
  Buffer.from(pdf)
    .toString('latin1')
    .match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0

const headerText = (model: ReportModel, language: Language): string => {
  const mark = language === 'zh-CN' ? '模拟数据（由模型计算，非实测）' : 'SIMULATED DATA (computed from a model, not measured)'
  return model.experiment.simulated ? `${mark} · ${model.experiment.question}` : model.experiment.question
}

/** Prints the report into the store's `reports` folder. Throws store.not_found, report.*. */
export const exportReport = async (
  deps: Deps,
  request: { experiment: string; lang: Language; paper: 'A4' | 'Letter'; signal?: AbortSignal },
): Promise<ExportedReport> => {
  const model = reportOf(deps, request.experiment, request.lang)
  const { id } = model.experiment
  const pdf = await deps.printer.print({
    experiment: id,
    lang: request.lang,
    paper: request.paper,
    header: headerText(model, request.lang),
    footer: `${id} · Headroom ${deps.version}`,
    signal: request.signal,
  })
  const path = await deps.reportFiles.save(`${id}-${request.lang}.pdf`, pdf)
  return { path, bytes: pdf.length, pages: countPages(pdf), sha256: createHash('sha256').update(pdf).digest('hex') }
}
