import type { Language } from '../../../preload/contract/messages'
import { useQuery } from '../../app/api'
import { ProblemView } from '../../ui/Problem'

/** The report on paper; `data-report-ready` tells the printer that it may print. */
export const ReportDocument = ({ experimentId, lang }: { experimentId: string; lang: Language }) => {
  const { data, failure } = useQuery('reports.model', { experiment: experimentId })
  if (failure) {
    return (
      <main lang={lang} data-report-ready={failure.message}>
        <ProblemView problem={failure} />
      </main>
    )
  }
  if (!data) return null
  return (
    <main lang={lang} data-report-ready="ok">
      <h1>{data.experiment.question}</h1>
      {data.comparisons.flatMap((comparison) => comparison.headlines.map((headline) => <p key={`${comparison.factor} ${headline.metric}`}>{headline.sentence}</p>))}
    </main>
  )
}
