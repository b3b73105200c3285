import { useCallback, useState } from 'react'
import type { Language } from '../../../preload/contract/messages'
import { toFailure } from '../../app/failure'
import { ProblemView } from '../../ui/Problem'
import { ReportArticle } from './ReportArticle'
import { useReport } from './useReport'

/** The report on paper; `data-report-ready` tells the printer that it may print, or why it may not. */
export const ReportDocument = ({ experimentId, lang }: { experimentId: string; lang: Language }) => {
  const { data, failure } = useReport(experimentId, lang)
  const [state, setState] = useState<string | null>(null)
  const onReady = useCallback(() => {
    void document.fonts.ready.then(() => setState((known) => known ?? 'ok'))
  }, [])
  const onFailed = useCallback((error: unknown) => setState(toFailure(error).message), [])
  if (failure) {
    return (
      <main data-report-ready={failure.message}>
        <ProblemView problem={failure} />
      </main>
    )
  }
  if (!data) return null
  return (
    <main className="print-page" {...(state === null ? {} : { 'data-report-ready': state })}>
      <ReportArticle data={data} lang={lang} onReady={onReady} onFailed={onFailed} />
    </main>
  )
}
