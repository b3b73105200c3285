import { useFormats, useT } from '../messages'
import { SimulatedMark } from '../ui/Badge'
import { ButtonLink } from '../ui/Button'
import { EmptyState } from '../ui/EmptyState'
import { QueryView } from '../ui/QueryView'
import { Table } from '../ui/Table'
import { neutralise } from '../ui/sanitise'
import { useQuery } from './api'
import { links, navigate } from './routes'

interface ChooseExperimentProps {
  /** Texts of the screen that wants one. */
  words: { title: string; choose: string; emptyTitle: string; emptyBody: string; emptyStep: string; planOne: string }
  hrefOf: (experimentId: string) => string
}

/** A screen about one experiment, before it is known which: those with a finished run. */
export const ChooseExperiment = ({ words, hrefOf }: ChooseExperimentProps) => {
  const t = useT()
  const formats = useFormats()
  const query = useQuery('experiments.list', {})
  return (
    <section className="screen">
      <h1>{words.title}</h1>
      <QueryView query={query}>
        {(experiments) => {
          const ready = experiments.filter(({ counts }) => counts.done > 0)
          if (ready.length === 0)
            return (
              <EmptyState
                title={words.emptyTitle}
                body={words.emptyBody}
                step={words.emptyStep}
                action={
                  <ButtonLink kind="primary" href={links.newPlan()}>
                    {words.planOne}
                  </ButtonLink>
                }
              />
            )
          return (
            <Table
              caption={words.choose}
              rows={ready}
              rowKey={({ id }) => id}
              onSelect={(id) => navigate(hrefOf(id))}
              columns={[
                {
                  id: 'question',
                  head: t.experiments.columns.question,
                  wrap: true,
                  cell: (experiment) => (
                    <span className="line">
                      <a className="row-button" href={hrefOf(experiment.id)}>
                        {neutralise(experiment.question)}
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
