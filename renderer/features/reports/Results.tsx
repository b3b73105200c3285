import { alignDecimals, medianText, percentText, ratioTexts } from '../../charts/digits'
import { dimensionsKey, isBeside, levelName, pairOf, rowKey, sizeOf, type Comparison, type ComparisonRow } from '../../charts/model'
import { withoutZeros, type Zeros } from '../../../preload/contract/zeros'
import { StaticChart } from '../../charts/StaticChart'
import type { Figure } from '../../charts/figure'
import { metricText, scaleOf, settingText, sizeText, valueText, zerosText } from '../../charts/text'
import { neutralise } from '../../ui/sanitise'
import { PaperTable, type PaperColumn } from './Paper'
import { useReportContext } from './context'

/** Width of the text on A4 with the printer's margins of 16 mm, CSS pixels; Letter is wider. */
export const textWidth = 672

export interface Drawing {
  onDrawn: (id: string) => void
  onFailed: (error: unknown) => void
}

const metricName = (words: Parameters<typeof metricText>[0], row: ComparisonRow, unit: string): string =>
  [metricText(words, row.metric), unit].filter(Boolean).join(', ')

/** Launches and their spread; below each other where a row is high anyway and its columns are many. */
const Counts = ({ arm, narrow }: { arm: ComparisonRow['arms'][number] | undefined; narrow: boolean }) => {
  if (!arm) return null
  const cv = arm.cv === null ? null : percentText(arm.cv)
  return (
    <small>
      n {arm.n}
      {cv === null ? null : narrow ? <br /> : ', '}
      {cv}
    </small>
  )
}

/** All pairs of levels at one metric and setting: with two levels one, with more one for each level against the baseline. */
const settingsOf = (rows: readonly ComparisonRow[]): ComparisonRow[][] => [
  ...Map.groupBy(rows, ({ dimensions }) => dimensionsKey(dimensions)).values(),
]

const armAt = (pairs: readonly ComparisonRow[], level: string): ComparisonRow['arms'][number] | undefined =>
  pairs.flatMap(({ arms }) => arms).find((arm) => String(arm.level) === level)

const boundShare = (pairs: readonly ComparisonRow[], level: string): string => {
  const arm = armAt(pairs, level)
  const bound = pairs.map((row) => row.bound[level]).find((one) => one !== undefined)
  return arm && bound && bound.value > 0 && bound.covers === undefined ? percentText(arm.median / bound.value) : '–'
}

/** Shares of their bounds by level; below each other where there are several pairs, as the ratios are. */
const BoundCell = ({ pairs, levels }: { pairs: readonly ComparisonRow[]; levels: readonly string[] }) => {
  if (pairs.every(({ bound }) => Object.keys(bound).length === 0)) return '–'
  const covers = [...new Set(pairs.flatMap(({ bound }) => Object.values(bound).flatMap((one) => one.covers ?? [])))]
  if (covers.length > 0) return <small className="paper-wrap">{covers.join(', ')}</small>
  const shares = levels.map((level) => boundShare(pairs, level))
  if (pairs.length === 1) return shares.join(', ')
  return shares.map((share, index) => (
    <span key={levels[index]}>
      {index > 0 ? <br /> : null}
      {share}
    </span>
  ))
}

/** `2/0`: the level over the baseline, short as there is one for each. */
const pairText = (comparison: Comparison, row: ComparisonRow): string => {
  const { level, baseline } = pairOf(row, comparison.levels)
  return neutralise(`${level}/${baseline}`)
}

/** The ratio of each pair; which level it is of where there are several. */
const RatioCell = ({ comparison, pairs, estimates }: { comparison: Comparison; pairs: readonly ComparisonRow[]; estimates: string[] }) =>
  pairs.map((row, index) => (
    <span key={rowKey(row)}>
      {index > 0 ? <br /> : null}
      {estimates[index]}
      {pairs.length === 1 && row.ratio ? <br /> : ' '}
      {row.ratio ? (
        <small>
          [{ratioTexts(row.ratio).low}, {ratioTexts(row.ratio).high}]
        </small>
      ) : null}
      {pairs.length > 1 ? <small> {pairText(comparison, row)}</small> : null}
    </span>
  ))

/** Metric and unit once, then a line per setting; decimal points aligned within a metric. */
const useRows = (comparison: Comparison, rows: readonly ComparisonRow[]): React.ReactNode[][] => {
  const { t, charts } = useReportContext()
  const levels = comparison.levels.map(String)
  return [...Map.groupBy(rows, ({ metric }) => metric)].flatMap(([, own]) => {
    const settings = settingsOf(own)
    const scale = scaleOf(
      own[0]?.unit ?? '1',
      own.flatMap(({ arms }) => arms.map(({ median }) => median)),
    )
    const median = (arm: ComparisonRow['arms'][number]): string => medianText({ ...arm, median: arm.median / scale.divisor })
    const columnOf = (level: string): string[] => {
      const arms = settings.map((pairs) => armAt(pairs, level))
      return alignDecimals(arms.map((arm) => (arm ? median(arm) : '–')))
    }
    const medians = levels.map(columnOf)
    const estimates = new Map(own.map((row) => [row, row.ratio ? ratioTexts(row.ratio).estimate : '–']))
    const aligned = alignDecimals([...estimates.values()])
    const estimateOf = new Map([...estimates.keys()].map((row, index) => [row, aligned[index] ?? '']))
    return settings.map((pairs, index) => [
      <span key="metric">
        {index === 0 && own[0] ? <strong>{metricName(charts, own[0], scale.name)}</strong> : null}
        {index === 0 && Object.keys(pairs[0]?.dimensions ?? {}).length > 0 ? <br /> : null}
        {settingText(charts, pairs[0]?.dimensions ?? {})}
      </span>,
      ...levels.map((level, place) => (
        <span key={level}>
          {medians[place]?.[index]}
          <br />
          <Counts arm={armAt(pairs, level)} narrow={levels.length > 2} />
        </span>
      )),
      <RatioCell key="ratio" comparison={comparison} pairs={pairs} estimates={pairs.map((row) => estimateOf.get(row) ?? '')} />,
      <BoundCell key="bound" pairs={pairs} levels={levels} />,
      <span key="verdict" className="paper-whole">
        {pairs.map((row, place) => (
          <span key={rowKey(row)}>
            {place > 0 ? <br /> : null}
            {t.verdicts[row.verdict]}
          </span>
        ))}
      </span>,
    ])
  })
}

const useColumns = (comparison: Comparison): PaperColumn[] => {
  const { t } = useReportContext()
  return [
    { head: t.columns.metric, width: comparison.levels.length > 2 ? 22 : undefined },
    ...comparison.levels.map((level) => ({
      head: <span className="paper-level">{neutralise(levelName(comparison, String(level)))}</span>,
      numeric: true,
    })),
    { head: t.columns.ratio, numeric: true },
    { head: t.columns.bound, numeric: true },
    { head: t.columns.verdict },
  ]
}

const ResultTable = ({ comparison, rows, caption }: { comparison: Comparison; rows: readonly ComparisonRow[]; caption: string }) => {
  const columns = useColumns(comparison)
  const cells = useRows(comparison, rows)
  return rows.length === 0 ? null : <PaperTable caption={caption} columns={columns} rows={cells} dense={comparison.levels.length > 2} />
}

/** More settings of a metric than these are counted rather than listed. */
const mostSettings = 2

/** What a reason holds for: each metric once, with its settings, or how many there are. */
const subjectsOf = (rows: readonly ComparisonRow[], charts: Parameters<typeof metricText>[0]): string[] =>
  [...Map.groupBy(rows, ({ metric }) => metric)].flatMap(([metric, own]) => {
    const settings = [...new Set(own.map(({ dimensions }) => settingText(charts, dimensions)))]
    const name = metricText(charts, metric)
    return settings.length > mostSettings
      ? [charts.inSettings(name, settings.length)]
      : settings.map((setting) => [name, setting].filter(Boolean).join(' '))
  })

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
            {neutralise(subjectsOf(own, charts).join('; '))}
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

const sharedRows = (rows: readonly ComparisonRow[]): ComparisonRow[] =>
  rows
    .filter((row) => !row.headline && row.arms.length > 1 && !isBeside(row))
    .toSorted((a, b) => a.metric.localeCompare(b.metric) || (sizeOf(a) ?? 0) - (sizeOf(b) ?? 0))

/** What was 0 in every launch of every arm, named instead of a row each. */
const AllZero = ({ zeros }: { zeros: readonly Zeros[] }) => {
  const { charts } = useReportContext()
  return zeros.map((group) => (
    <p key={group.launches} className="paper-note">
      {zerosText(charts, group)}
    </p>
  ))
}

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
  const beside = comparison.rows.filter(isBeside).length
  const { rows, zeros } = withoutZeros(comparison.rows.filter((row) => !isBeside(row)))
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
      <ResultTable comparison={comparison} rows={sharedRows(rows)} caption={t.allTable} />
      <AllZero zeros={zeros} />
      {beside > 0 ? <p className="paper-note">{t.telemetryLeftOut(beside)}</p> : null}
      <Reasons rows={rows} />
    </section>
  )
}
