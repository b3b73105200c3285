import { useEffect, useMemo, useRef } from 'react'
import { catalogues } from '../../messages'
import { createFormats } from '../../messages/format'
import type { Language } from '../../../preload/contract/messages'
import { neutralise } from '../../ui/sanitise'
import '../../styles/report.css'
import { ReportContextValue, useReportContext } from './context'
import { figuresOf } from './figures'
import { Flames } from './Flames'
import { Indicators } from './Indicators'
import { Method } from './Method'
import { Appendix, LeftOut, Limitations, Provenance, RawFiles } from './Provenance'
import { Results, type Drawing } from './Results'
import { SetUp } from './SetUp'
import type { ReportData } from './useReport'

const Head = () => {
  const { data, t, formats } = useReportContext()
  const { experiment, generatedAt, programVersion, runs } = data.model
  const { counts } = experiment
  const rest = t.countsRest(counts.failed, counts.refused, counts.cancelled)
  const simulated = experiment.simulated || runs.some((run) => run.simulated)
  return (
    <header className="paper-head">
      {simulated ? <p className="paper-simulated">{t.simulated}</p> : null}
      <h1>{neutralise(experiment.question)}</h1>
      <p className="paper-note">
        {t.byline(experiment.id, programVersion)}. {t.dates(formats.dateTime(experiment.createdAt), formats.dateTime(generatedAt))}.{' '}
        {t.countsLine(counts.done, counts.total)}
        {rest ? `; ${rest}` : ''}.
      </p>
    </header>
  )
}

const Summary = () => {
  const { data, t } = useReportContext()
  const { comparisons } = data.model
  const told = comparisons.filter(({ headlines }) => headlines.length > 0)
  return (
    <section>
      <h2>{t.verdict}</h2>
      {comparisons.length === 0 ? <p>{t.noComparison}</p> : told.length === 0 ? <p>{t.noVerdict}</p> : null}
      {told.map(({ factor, headlines }) => (
        <div key={factor}>
          {told.length > 1 ? <h3>{t.verdictBy(neutralise(factor))}</h3> : null}
          <ul className="paper-verdicts">
            {headlines.map(({ sentence }, index) => (
              <li key={index}>{neutralise(sentence)}</li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  )
}

/** The whole report as one column of text. `onReady` once every figure stands on the page. */
export const ReportArticle = ({
  data,
  lang,
  onReady,
  onFailed,
}: {
  data: ReportData
  lang: Language
  onReady: () => void
  onFailed: (error: unknown) => void
}) => {
  const context = useMemo(
    () => ({
      data,
      lang,
      t: catalogues[lang].document,
      charts: catalogues[lang].charts,
      indicators: catalogues[lang].indicators,
      formats: createFormats(lang),
    }),
    [data, lang],
  )
  const figures = useMemo(() => data.model.comparisons.map((_, index) => figuresOf(data, index, context.charts)), [data, context])
  const total = figures.flat().length
  const drawn = useRef(new Set<string>())
  useEffect(() => {
    drawn.current.clear()
    if (total === 0) onReady()
  }, [figures, total, onReady])
  const drawing = (comparison: number): Drawing => ({
    onFailed,
    onDrawn: (id) => {
      drawn.current.add(`${comparison} ${id}`)
      if (drawn.current.size === total) onReady()
    },
  })
  const figuresBefore = (index: number): number => figures.slice(0, index).flat().length
  return (
    <ReportContextValue value={context}>
      <article className="paper" lang={lang}>
        <Head />
        <Summary />
        <SetUp />
        <Method />
        {data.model.comparisons.map((comparison, index) => (
          <Results
            key={comparison.factor}
            comparison={comparison}
            figures={figures[index] ?? []}
            firstFigure={1 + figuresBefore(index)}
            {...drawing(index)}
          />
        ))}
        <Flames firstFigure={1 + total} />
        <Indicators />
        <Limitations />
        <LeftOut />
        <Provenance />
        <Appendix />
        <RawFiles />
      </article>
    </ReportContextValue>
  )
}
