import { useQuery } from '../../app/api'
import { links } from '../../app/routes'
import { useT } from '../../messages'
import { EmptyState } from '../../ui/EmptyState'
import { QueryView } from '../../ui/QueryView'

/** Experiments that have something to report. */
export const ReportsScreen = () => {
  const t = useT()
  const query = useQuery('experiments.list', {})
  return (
    <section className="screen">
      <h1>{t.reports.title}</h1>
      <QueryView query={query}>
        {(experiments) =>
          experiments.length === 0 ? (
            <EmptyState title={t.reports.emptyTitle} body={t.reports.emptyBody} />
          ) : (
            <ul className="stack">
              {experiments.map((experiment) => (
                <li key={experiment.id}>
                  <a href={links.experiment(experiment.id)}>{experiment.question}</a>
                </li>
              ))}
            </ul>
          )
        }
      </QueryView>
    </section>
  )
}
