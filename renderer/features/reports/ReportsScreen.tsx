import { FileDown } from 'lucide-react'
import { useCallback, useState } from 'react'
import type { Experiment } from '../../../preload/contract/experiment'
import type { Language } from '../../../preload/contract/messages'
import type { Output } from '../../../preload/contract/api'
import { useAction, useQuery } from '../../app/api'
import { toFailure, type Failure } from '../../app/failure'
import { links } from '../../app/routes'
import { useFormats, useLanguage, useT } from '../../messages'
import { SimulatedMark } from '../../ui/Badge'
import { Button, ButtonLink } from '../../ui/Button'
import { EmptyState } from '../../ui/EmptyState'
import { ChoiceField } from '../../ui/Field'
import { ProblemView } from '../../ui/Problem'
import { Loading, QueryView } from '../../ui/QueryView'
import { CopyButton, Mono } from '../../ui/Text'
import { neutralise } from '../../ui/sanitise'
import '../../styles/report.css'
import { ReportArticle } from './ReportArticle'
import { useReport } from './useReport'

type Paper = 'A4' | 'Letter'

const Written = ({ report }: { report: Output<'reports.export'> }) => {
  const t = useT()
  const formats = useFormats()
  return (
    <div className="stack" role="status">
      <strong>{t.reports.done}</strong>
      <dl className="facts">
        <dt>{t.reports.path}</dt>
        <dd className="report-path">
          <Mono>{report.path}</Mono>
          <CopyButton text={report.path} label={`${t.common.copy}: ${t.reports.path}`} />
        </dd>
        <dt>{t.reports.pages}</dt>
        <dd className="number">{report.pages}</dd>
        <dt>{t.reports.size}</dt>
        <dd className="number">{formats.bytes(report.bytes)}</dd>
        <dt>{t.reports.sha}</dt>
        <dd className="report-path">
          <Mono>{report.sha256}</Mono>
          <CopyButton text={report.sha256} label={`${t.common.copy}: ${t.reports.sha}`} />
        </dd>
      </dl>
    </div>
  )
}

const ExportPane = ({ experiment, lang, onLang }: { experiment: Experiment; lang: Language; onLang: (lang: Language) => void }) => {
  const t = useT()
  const [paper, setPaper] = useState<Paper>('A4')
  const [written, setWritten] = useState<Output<'reports.export'> | null>(null)
  const action = useAction('reports.export')
  const start = async (): Promise<void> => {
    setWritten(null)
    const outcome = await action.run({ experiment: experiment.id, lang, paper })
    if (outcome.ok) setWritten(outcome.value)
  }
  return (
    <aside className="inspector" aria-label={t.reports.export}>
      <div className="stack">
        <h2>{experiment.question}</h2>
        {experiment.simulated ? (
          <div>
            <SimulatedMark />
          </div>
        ) : null}
        {experiment.status === 'running' ? <p className="tone-caution">{t.reports.running}</p> : null}
      </div>
      <ChoiceField
        label={t.reports.language}
        value={lang}
        onChange={onLang}
        options={[
          { value: 'en', label: t.settings.languages.en },
          { value: 'zh-CN', label: t.settings.languages['zh-CN'] },
        ]}
      />
      <ChoiceField
        label={t.reports.paper}
        value={paper}
        onChange={setPaper}
        options={[
          { value: 'A4', label: 'A4' },
          { value: 'Letter', label: 'Letter' },
        ]}
      />
      <div className="line">
        <Button kind="primary" icon={<FileDown size={14} aria-hidden />} isDisabled={action.pending} onPress={() => void start()}>
          {t.reports.export}
        </Button>
        {action.pending ? <Button onPress={action.cancel}>{t.reports.cancel}</Button> : null}
      </div>
      <div role="status">{action.pending ? <p className="muted">{t.reports.exporting}</p> : null}</div>
      {action.failure ? <ProblemView problem={action.failure} /> : null}
      {written ? <Written report={written} /> : null}
    </aside>
  )
}

const Preview = ({ experiment, lang }: { experiment: Experiment; lang: Language }) => {
  const t = useT()
  const { data, failure } = useReport(experiment.id, lang)
  const [broken, setBroken] = useState<Failure | null>(null)
  const nothing = useCallback(() => undefined, [])
  const onFailed = useCallback((error: unknown) => setBroken(toFailure(error)), [])
  const shown = failure ?? broken
  return (
    <section className="section">
      {shown ? <ProblemView problem={shown} /> : null}
      {data ? (
        <div className="paper-sheet" tabIndex={0} role="region" aria-label={t.reports.preview}>
          <ReportArticle key={`${experiment.id} ${lang}`} data={data} lang={lang} onReady={nothing} onFailed={onFailed} />
        </div>
      ) : shown ? null : (
        <Loading />
      )}
    </section>
  )
}

const Chooser = ({
  experiments,
  chosen,
  onChoose,
}: {
  experiments: readonly Experiment[]
  chosen: Experiment
  onChoose: (id: string) => void
}) => {
  const t = useT()
  const formats = useFormats()
  if (experiments.length < 2) return null
  return (
    <ul className="report-list" aria-label={t.reports.experiments}>
      {experiments.map((experiment) => (
        <li key={experiment.id}>
          <button
            type="button"
            className="report-choice"
            aria-pressed={experiment.id === chosen.id}
            onClick={() => onChoose(experiment.id)}
          >
            <span className="truncate">{neutralise(experiment.question)}</span>
            {experiment.simulated ? <SimulatedMark /> : null}
            <span className="muted small">{formats.dateTime(experiment.createdAt)}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}

const Reports = ({ experiments, linked }: { experiments: readonly Experiment[]; linked: string | null }) => {
  const t = useT()
  const language = useLanguage()
  const [chosenId, setChosenId] = useState<string | null>(linked)
  const [lang, setLang] = useState<Language>(language)
  const chosen = experiments.find(({ id }) => id === chosenId) ?? experiments[0]
  if (!chosen) return null
  return (
    <>
      <section className="screen">
        <div className="screen-head">
          <h1>{t.reports.title}</h1>
          <span className="muted">{t.reports.previewHelp}</span>
        </div>
        <Chooser experiments={experiments} chosen={chosen} onChoose={setChosenId} />
        <Preview experiment={chosen} lang={lang} />
      </section>
      <ExportPane key={chosen.id} experiment={chosen} lang={lang} onLang={setLang} />
    </>
  )
}

/** Experiments with results, the document they make, and its export. */
export const ReportsScreen = ({ experimentId }: { experimentId: string | null }) => {
  const t = useT()
  const query = useQuery('experiments.list', {})
  const ready = query.data?.filter(({ counts }) => counts.done > 0)
  if (ready && ready.length > 0 && !query.failure) return <Reports key={experimentId} experiments={ready} linked={experimentId} />
  return (
    <section className="screen">
      <h1>{t.reports.title}</h1>
      <QueryView query={query}>
        {() => (
          <EmptyState
            title={t.reports.emptyTitle}
            body={t.reports.emptyBody}
            action={
              <ButtonLink kind="primary" href={links.newPlan()}>
                {t.reports.planOne}
              </ButtonLink>
            }
          />
        )}
      </QueryView>
    </section>
  )
}
