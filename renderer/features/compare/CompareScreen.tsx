import { FileText } from 'lucide-react'
import { useState } from 'react'
import type { Experiment, Run } from '../../../preload/contract/experiment'
import { ChooseExperiment } from '../../app/ChooseExperiment'
import { useQuery } from '../../app/api'
import { links, navigate } from '../../app/routes'
import { useLanguage, useT } from '../../messages'
import { SimulatedMark } from '../../ui/Badge'
import { ButtonLink } from '../../ui/Button'
import { EmptyState } from '../../ui/EmptyState'
import { QueryView } from '../../ui/QueryView'
import { Select } from '../../ui/Select'
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

/** One experiment compared by a factor; without an id, the experiments to choose from. */
export const CompareScreen = ({ experimentId }: { experimentId?: string }) => {
  const t = useT()
  if (experimentId === undefined) return <ChooseExperiment words={t.compare} hrefOf={(id) => links.compare(id)} />
  return <OneExperiment id={experimentId} />
}
