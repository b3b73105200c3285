import { alignDecimals, medianText, percentText, ratioTexts } from '../../charts/digits'
import { sizeOf, type Comparison, type ComparisonRow } from '../../charts/model'
import { StaticChart } from '../../charts/StaticChart'
import type { Figure } from '../../charts/figure'
import { metricText, settingText, sizeText, unitText, valueText } from '../../charts/text'
import { neutralise } from '../../ui/sanitise'
import { PaperTable, type PaperColumn } from './Paper'
import { useReportContext } from './context'

/** Width of the text on A4 with the printer's margins of 16 mm, CSS pixels; Letter is wider. */
export const textWidth = 672

export interface Drawing {
  onDrawn: (id: string) => void
  onFailed: (error: unknown) => void
}

const metricName = (words: Parameters<typeof metricText>[0], row: ComparisonRow): string =>
  [metricText(words, row.metric), unitText(row.unit)].filter(Boolean).join(', ')

const countText = (arm: ComparisonRow['arms'][number] | undefined): string =>
  arm ? [`n ${arm.n}`, arm.cv === null ? '' : percentText(arm.cv)].filter(Boolean).join(', ') : ''

/** Metric and unit once, then a line per setting; decimal points aligned within a metric. */
const useRows = (comparison: Comparison, rows: readonly ComparisonRow[]): React.ReactNode[][] => {
  const { t, charts } = useReportContext()
  const levels = comparison.levels.map(String)
  return [...Map.groupBy(rows, ({ metric }) => metric)].flatMap(([, own]) => {
    const medians = levels.map((level) =>
      alignDecimals(
        own.map((row) => {
          const arm = row.arms.find((candidate) => String(candidate.level) === level)
          return arm ? medianText(arm) : '–'
        }),
      ),
    )
    const ratios = alignDecimals(own.map((row) => (row.ratio ? ratioTexts(row.ratio).estimate : '–')))
    return own.map((row, index) => {
      const armOf = (level: string): ComparisonRow['arms'][number] | undefined => row.arms.find((arm) => String(arm.level) === level)
      const shares = row.arms.map((arm) => {
        const bound = row.bound[String(arm.level)]
        return bound && bound.value > 0 ? percentText(arm.median / bound.value) : '–'
      })
      return [
        <span key="metric">
          {index === 0 ? <strong>{metricName(charts, row)}</strong> : null}
          {index === 0 && Object.keys(row.dimensions).length > 0 ? <br /> : null}
          {settingText(charts, row.dimensions)}
        </span>,
        ...levels.map((level, place) => (
          <span key={level}>
            {medians[place]?.[index]}
            <br />
            <small>{countText(armOf(level))}</small>
          </span>
        )),
        <span key="ratio">
          {ratios[index]}
          {row.ratio ? (
            <>
              <br />
              <small>
                [{ratioTexts(row.ratio).low}, {ratioTexts(row.ratio).high}]
              </small>
            </>
          ) : null}
        </span>,
        Object.keys(row.bound).length > 0 ? shares.join(', ') : '–',
        t.verdicts[row.verdict],
      ]
    })
  })
}

const useColumns = (comparison: Comparison): PaperColumn[] => {
  const { t } = useReportContext()
  return [
    { head: t.columns.metric },
    ...comparison.levels.map((level) => ({ head: neutralise(String(level)), numeric: true })),
    { head: t.columns.ratio, numeric: true },
    { head: t.columns.bound, numeric: true },
    { head: t.columns.verdict },
  ]
}

const ResultTable = ({ comparison, rows, caption }: { comparison: Comparison; rows: readonly ComparisonRow[]; caption: string }) => {
  const columns = useColumns(comparison)
  const cells = useRows(comparison, rows)
  return rows.length === 0 ? null : <PaperTable caption={caption} columns={columns} rows={cells} />
}

const Reasons = ({ rows }: { rows: readonly ComparisonRow[] }) => {
  const { t, charts } = useReportContext()
  const unsure = rows.filter(({ verdict }) => verdict === 'cannot_answer')
  // The same sentence holds for many sizes; it is said once.
  const byReason = [...Map.groupBy(unsure, ({ reason }) => reason)]
  if (byReason.length === 0) return null
  return (
    <>
      <p>
        <strong>{t.reasons}</strong>
      </p>
      <ul className="paper-list">
        {byReason.map(([reason, own]) => (
          <li key={reason}>
            {neutralise(
              [
                ...new Set(
                  own.map((row) => [metricText(charts, row.metric), settingText(charts, row.dimensions)].filter(Boolean).join(' ')),
                ),
              ].join('; '),
            )}
            {t.colon}
            {neutralise(reason)}
          </li>
        ))}
      </ul>
    </>
  )
}

const Fits = ({ comparison }: { comparison: Comparison }) => {
  const { t, charts } = useReportContext()
  if (comparison.fits.length === 0) return null
  const interval = (low: string, high: string): React.ReactNode => <small>{`[${low}, ${high}]`}</small>
  const time = (value: number): string => valueText(value, 'us')
  const rate = (usPerByte: number): string => (usPerByte > 0 ? valueText(1 / usPerByte / 1e3, 'GB/s') : '–')
  const methods = [...new Set(comparison.fits.map(({ method }) => method))]
  return (
    <>
      <PaperTable
        caption={t.fitsTable}
        columns={[
          { head: t.fitColumns.arm },
          { head: t.fitColumns.sizes },
          { head: t.fitColumns.a, numeric: true },
          { head: t.fitColumns.b, numeric: true },
          { head: t.fitColumns.half, numeric: true },
          { head: t.fitColumns.residual, numeric: true },
        ]}
        rows={comparison.fits.flatMap((fit) =>
          fit.segments.map((segment, index) => [
            <span key="arm">
              {index === 0 ? (
                <>
                  <strong>{neutralise(String(fit.level))}</strong>{' '}
                  {settingText(charts, Object.fromEntries(Object.entries(fit.dimensions).filter(([name]) => name !== 'metric')))}
                </>
              ) : null}
            </span>,
            `${sizeText(segment.fromBytes)} – ${sizeText(segment.toBytes)}`,
            <span key="a">
              {time(segment.interceptUs)}
              <br />
              {interval(time(segment.interceptLowUs), time(segment.interceptHighUs))}
            </span>,
            <span key="b">
              {rate(segment.usPerByte)}
              <br />
              {interval(rate(segment.usPerByteHigh), rate(segment.usPerByteLow))}
            </span>,
            index === fit.segments.length - 1 && fit.halfBandwidthBytes !== null ? sizeText(Math.round(fit.halfBandwidthBytes)) : '–',
            index === 0 ? percentText(Math.max(0, ...fit.residuals.map(({ relative }) => Math.abs(relative)))) : '',
          ]),
        )}
      />
      {methods.map((method) => (
        <p key={method} className="paper-note">
          {t.fitMethod(neutralise(method))}
        </p>
      ))}
    </>
  )
}

const sharedRows = (comparison: Comparison): ComparisonRow[] =>
  comparison.rows
    .filter((row) => !row.headline && row.arms.length > 1)
    .toSorted((a, b) => a.metric.localeCompare(b.metric) || (sizeOf(a) ?? 0) - (sizeOf(b) ?? 0))

/** Figures with captions, then every number with its interval and verdict. */
export const Results = ({
  comparison,
  figures,
  firstFigure,
  onDrawn,
  onFailed,
}: { comparison: Comparison; figures: readonly Figure[]; firstFigure: number } & Drawing) => {
  const { t } = useReportContext()
  const headline = comparison.rows.filter((row) => row.headline)
  const methods = [...new Set(comparison.rows.flatMap(({ ratio }) => (ratio ? [ratio.method] : [])))]
  return (
    <section>
      <h2>{t.resultsBy(neutralise(comparison.factor))}</h2>
      {figures.map((figure, index) => (
        <figure key={figure.id} className="paper-figure">
          <StaticChart figure={figure} width={textWidth} onDrawn={() => onDrawn(figure.id)} onFailed={onFailed} />
          <figcaption>
            <strong>{t.figure(firstFigure + index, neutralise(figure.title))}</strong> {neutralise(figure.caption)}
          </figcaption>
        </figure>
      ))}
      <ResultTable comparison={comparison} rows={headline} caption={t.headlineTable} />
      {methods.length > 0 ? <p className="paper-note">{t.ratioMethod(neutralise(methods.join('; ')))}</p> : null}
      <Fits comparison={comparison} />
      <ResultTable comparison={comparison} rows={sharedRows(comparison)} caption={t.allTable} />
      <Reasons rows={comparison.rows} />
    </section>
  )
}
