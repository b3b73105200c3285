import { useQuery } from '../../app/api'
import { links } from '../../app/routes'
import { useT } from '../../messages'
import { EmptyState } from '../../ui/EmptyState'
import { QueryView } from '../../ui/QueryView'

/** Experiments that can be compared; with an id, the sentences of its first factor. */
export const CompareScreen = ({ experimentId }: { experimentId?: string }) => {
  const t = useT()
  const query = useQuery('experiments.list', {})
  const chosen = query.data?.find((experiment) => experiment.id === experimentId)
  const factor = Object.keys(chosen?.plan?.factors ?? {})[0]
  const comparison = useQuery('compare.run', chosen && factor ? { experiment: chosen.id, by: factor } : null)
  return (
    <section className="screen">
      <h1>{t.compare.title}</h1>
      {chosen ? (
        <QueryView query={comparison}>
          {({ headlines }) => (
            <ul className="stack">
              {headlines.map((headline) => (
                <li key={headline.metric}>{headline.sentence}</li>
              ))}
            </ul>
          )}
        </QueryView>
      ) : (
        <QueryView query={query}>
          {(experiments) =>
            experiments.length === 0 ? (
              <EmptyState title={t.compare.emptyTitle} body={t.compare.emptyBody} />
            ) : (
              <ul className="stack">
                {experiments.map((experiment) => (
                  <li key={experiment.id}>
                    <a href={links.compare(experiment.id)}>{experiment.question}</a>
                  </li>
                ))}
              </ul>
            )
          }
        </QueryView>
      )}
    </section>
  )
}
