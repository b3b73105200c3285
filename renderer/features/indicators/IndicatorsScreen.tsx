import { ChartNoAxesCombined } from 'lucide-react'
import type { Experiment } from '../../../preload/contract/experiment'
import { ChooseExperiment } from '../../app/ChooseExperiment'
import { useQuery } from '../../app/api'
import { links, navigate } from '../../app/routes'
import { useLanguage, useT } from '../../messages'
import { SimulatedMark } from '../../ui/Badge'
import { ButtonLink } from '../../ui/Button'
import { QueryView } from '../../ui/QueryView'
import { Select } from '../../ui/Select'
import { neutralise } from '../../ui/sanitise'
import '../../styles/compare.css'
import '../../styles/indicators.css'
import { ScoreboardView } from './ScoreboardView'

const Head = ({ experiment }: { experiment: Experiment }) => {
  const { indicators: words } = useT()
  const list = useQuery('experiments.list', {})
  const others = (list.data ?? []).filter(({ counts }) => counts.done > 0)
  return (
    <header className="stack">
      <div className="screen-head">
        <h1>{neutralise(experiment.question)}</h1>
        <div className="screen-actions">
          <ButtonLink href={links.compare(experiment.id)} icon={<ChartNoAxesCombined size={14} aria-hidden />}>
            {words.compare}
          </ButtonLink>
        </div>
      </div>
      <div className="compare-choice">
        {others.length > 1 ? (
          <Select
            label={words.experiment}
            hideLabel
            value={experiment.id}
            onChange={(id) => navigate(links.indicators(id))}
            options={others.map(({ id, name }) => ({ value: id, label: name }))}
          />
        ) : null}
        {experiment.simulated ? <SimulatedMark /> : null}
      </div>
    </header>
  )
}

const OneExperiment = ({ id }: { id: string }) => {
  const lang = useLanguage()
  const experiment = useQuery('experiments.get', { id })
  const board = useQuery('indicators.get', { experiment: id, lang })
  if (experiment.data && board.data)
    return (
      <ScoreboardView board={board.data} experiment={experiment.data.experiment} head={<Head experiment={experiment.data.experiment} />} />
    )
  return (
    <section className="screen">
      {experiment.failure ? <QueryView query={experiment}>{() => null}</QueryView> : <QueryView query={board}>{() => null}</QueryView>}
    </section>
  )
}

/** The scoreboard of one experiment; without an id, the experiments to choose from. */
export const IndicatorsScreen = ({ experimentId }: { experimentId: string | null }) => {
  const t = useT()
  if (experimentId === null) return <ChooseExperiment words={t.indicators} hrefOf={(id) => links.indicators(id)} />
  return <OneExperiment id={experimentId} />
}
