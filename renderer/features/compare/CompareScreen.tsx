import { FileText } from 'lucide-react'
import { useState } from 'react'
import type { Experiment, Run } from '../../../preload/contract/experiment'
import { useQuery } from '../../app/api'
import { links, navigate } from '../../app/routes'
import { useFormats, useLanguage, useT } from '../../messages'
import { SimulatedMark } from '../../ui/Badge'
import { ButtonLink } from '../../ui/Button'
import { EmptyState } from '../../ui/EmptyState'
import { QueryView } from '../../ui/QueryView'
import { Select } from '../../ui/Select'
import { Table } from '../../ui/Table'
import '../../styles/compare.css'
import { ComparisonView } from './ComparisonView'

/** Factors that the plan varies; for imports, those that the arms name. */
const factorsOf = (experiment: Experiment, runs: readonly Run[]): string[] => {
  const planned = Object.keys(experiment.plan?.factors ?? {})
  return planned.length > 0 ? planned : [...new Set(runs.flatMap(({ arm }) => Object.keys(arm)))]
}

const Head = ({
  experiment,
  factors,
  factor,
  onFactor,
}: {
  experiment: Experiment
  factors: readonly string[]
  factor: string | null
  onFactor: (factor: string) => void
}) => {
  const t = useT()
  const list = useQuery('experiments.list', {})
  const others = (list.data ?? []).filter(({ counts }) => counts.done > 0)
  return (
    <header className="stack">
      <div className="screen-head">
        <h1>{experiment.question}</h1>
        <div className="screen-actions">
          <ButtonLink kind="primary" href={links.reports(experiment.id)} icon={<FileText size={14} aria-hidden />}>
            {t.compare.exportPdf}
          </ButtonLink>
        </div>
      </div>
      <div className="compare-choice">
        {others.length > 1 ? (
          <Select
            label={t.compare.experiment}
            hideLabel
            value={experiment.id}
            onChange={(id) => navigate(links.compare(id))}
            options={others.map(({ id, name }) => ({ value: id, label: name }))}
          />
        ) : null}
        {factors.length > 1 ? (
          <Select
            label={t.compare.factor}
            value={factor}
            onChange={onFactor}
            options={factors.map((name) => ({ value: name, label: name }))}
          />
        ) : null}
        {experiment.simulated ? <SimulatedMark /> : null}
      </div>
    </header>
  )
}

const Compared = ({ experiment, runs }: { experiment: Experiment; runs: readonly Run[] }) => {
  const t = useT()
  const lang = useLanguage()
  const factors = factorsOf(experiment, runs)
  const [chosen, setChosen] = useState<string | null>(null)
  const factor = chosen !== null && factors.includes(chosen) ? chosen : (factors[0] ?? null)
  const query = useQuery('compare.run', factor === null ? null : { experiment: experiment.id, by: factor, lang })
  const head = <Head experiment={experiment} factors={factors} factor={factor} onFactor={setChosen} />
  if (query.data) return <ComparisonView key={factor} comparison={query.data} runs={runs} head={head} />
  return (
    <section className="screen">
      {head}
      {factor === null ? (
        <EmptyState title={t.compare.emptyTitle} body={t.compare.noFactor} />
      ) : (
        <QueryView query={query}>{() => null}</QueryView>
      )}
    </section>
  )
}

const OneExperiment = ({ id }: { id: string }) => {
  const query = useQuery('experiments.get', { id })
  if (query.data) return <Compared experiment={query.data.experiment} runs={query.data.runs} />
  return (
    <section className="screen">
      <QueryView query={query}>{() => null}</QueryView>
    </section>
  )
}

const ChooseExperiment = () => {
  const t = useT()
  const formats = useFormats()
  const query = useQuery('experiments.list', {})
  return (
    <section className="screen">
      <h1>{t.compare.title}</h1>
      <QueryView query={query}>
        {(experiments) => {
          const ready = experiments.filter(({ counts }) => counts.done > 0)
          if (ready.length === 0) {
            return (
              <EmptyState
                title={t.compare.emptyTitle}
                body={t.compare.emptyBody}
                step={t.compare.emptyStep}
                action={
                  <ButtonLink kind="primary" href={links.newPlan()}>
                    {t.compare.planOne}
                  </ButtonLink>
                }
              />
            )
          }
          return (
            <Table
              caption={t.compare.choose}
              rows={ready}
              rowKey={({ id }) => id}
              onSelect={(id) => navigate(links.compare(id))}
              columns={[
                {
                  id: 'question',
                  head: t.experiments.columns.question,
                  wrap: true,
                  cell: (experiment) => (
                    <span className="line">
                      <a className="row-button" href={links.compare(experiment.id)}>
                        {experiment.question}
                      </a>
                      {experiment.simulated ? <SimulatedMark /> : null}
                    </span>
                  ),
                },
                {
                  id: 'runs',
                  head: t.experiments.columns.progress,
                  align: 'right',
                  cell: ({ counts }) => t.experiments.doneOf(counts.done, counts.total),
                },
                { id: 'created', head: t.experiments.columns.created, cell: ({ createdAt }) => formats.dateTime(createdAt) },
              ]}
            />
          )
        }}
      </QueryView>
    </section>
  )
}

/** One experiment compared by a factor; without an id, the experiments to choose from. */
export const CompareScreen = ({ experimentId }: { experimentId?: string }) =>
  experimentId === undefined ? <ChooseExperiment /> : <OneExperiment id={experimentId} />
