import type { IndicatorCell, IndicatorRow } from '../../../preload/contract/indicators'
import { alignedCells, boundShareText, isMeasured, targetText } from '../../charts/indicator-text'
import { armLabel } from '../../ui/arms'
import { neutralise } from '../../ui/sanitise'
import { PaperTable } from './Paper'
import { useReportContext } from './context'

const useStatus = (): ((row: IndicatorRow, cell: IndicatorCell) => string) => {
  const { indicators: words } = useReportContext()
  return (row, cell) => {
    if (cell.status === 'shown') return '–'
    return row.warnsOnly && cell.status === 'missed' ? words.warns : words.statuses[cell.status]
  }
}

/** Lines of one indicator: its name and target once, then an arm each. */
const linesOf = (row: IndicatorRow, status: ReturnType<typeof useStatus>): React.ReactNode[][] => {
  const texts = alignedCells(row)
  const target = targetText(row)
  return row.cells.map((cell, index) => {
    const { value, interval, unit } = texts[index] ?? { value: '', interval: '', unit: '' }
    return [
      index === 0 ? (
        <span key="title">
          <strong>{row.title}</strong> <small>{target}</small>
        </span>
      ) : (
        ''
      ),
      neutralise(armLabel(cell.arm)),
      cell.value === null ? '–' : `${value} ${unit}`,
      cell.value === null ? (
        <small key="why" className="paper-wrap">
          {neutralise(cell.reason)}
        </small>
      ) : (
        interval
      ),
      cell.value === null ? '' : String(cell.values.length),
      status(row, cell),
      cell.bound?.ratio === null ? (
        <small key="share" className="paper-wrap">
          {boundShareText(cell)}
        </small>
      ) : (
        boundShareText(cell) || '–'
      ),
    ]
  })
}

/** The scoreboard on paper: what was measured, what the bounds are, and what was not measured. */
export const Indicators = () => {
  const { data, indicators: words } = useReportContext()
  const status = useStatus()
  const { rows } = data.model.scoreboard
  const measured = rows.filter(isMeasured)
  if (measured.length === 0) return null
  const missing = rows.filter((row) => !isMeasured(row)).map(({ title }) => title)
  const sources = measured.flatMap(({ title, cells }) => {
    const own = [...new Set(cells.flatMap(({ bound }) => (bound ? [bound.source] : [])))]
    return own.length > 0 ? [{ title, text: own.join('; ') }] : []
  })
  return (
    <section>
      <h2>{words.report.title}</h2>
      <PaperTable
        dense
        // A reason for no value is a long text: it must take no room from the figures of the other arms.
        fixed
        caption={words.report.caption}
        columns={[
          { head: words.columns.indicator, width: 16 },
          { head: words.columns.arm, width: 26 },
          { head: words.columns.value, numeric: true, width: 11 },
          { head: words.columns.interval, width: 18 },
          { head: words.columns.n, numeric: true, width: 4 },
          { head: words.columns.status, width: 9 },
          { head: words.columns.share, numeric: true, width: 16 },
        ]}
        rows={measured.flatMap((row) => linesOf(row, status))}
      />
      {sources.length > 0 ? (
        <>
          <p className="paper-note">{words.report.sources}</p>
          <ul className="paper-list">
            {sources.map(({ title, text }) => (
              <li key={title}>
                {title}: {neutralise(text)}
              </li>
            ))}
          </ul>
        </>
      ) : null}
      {missing.length > 0 ? <p className="paper-note">{words.report.missing(missing.join(', '))}</p> : null}
    </section>
  )
}
