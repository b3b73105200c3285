import { Pencil } from 'lucide-react'
import { useRef } from 'react'
import type { IndicatorCell, IndicatorRow } from '../../../preload/contract/indicators'
import { alignedCells, boundShareText, figureText, targetText } from '../../charts/indicator-text'
import { useT } from '../../messages'
import { Button } from '../../ui/Button'
import { ArmMark } from '../../ui/arms'
import { moveFocus } from '../../ui/row-focus'
import { neutralise } from '../../ui/sanitise'
import { armText, cellKey } from './board'
import { StatusBadge } from './status'

interface ScoreTableProps {
  rows: readonly IndicatorRow[]
  selected: string | null
  onSelect: (key: string) => void
  onEdit: (row: IndicatorRow) => void
}

/** Title, what it is, and its target with the button that changes it. */
export const TargetLine = ({ row, onEdit }: { row: IndicatorRow; onEdit: (row: IndicatorRow) => void }) => {
  const { indicators: words } = useT()
  const text = targetText(row)
  return (
    <span className="indicator-target">
      <span className="number">{text === '' ? words.noTarget : `${words.target} ${text}`}</span>
      {row.target.edited ? <span className="units"> {words.edited}</span> : null}
      <Button kind="quiet" icon={<Pencil size={12} aria-hidden />} aria-label={words.editTarget(row.title)} onPress={() => onEdit(row)} />
    </span>
  )
}

const columns = 8

const Figures = ({ row, cell, texts }: { row: IndicatorRow; cell: IndicatorCell; texts: ReturnType<typeof alignedCells>[number] }) => (
  <>
    <td className="right number">
      {texts.value} <span className="units">{texts.unit}</span>
    </td>
    <td className="units number" title={cell.interval?.method}>
      {texts.interval}
    </td>
    <td className="right units hide-narrow">{cell.values.length}</td>
    <td>{cell.status === 'shown' ? null : <StatusBadge status={cell.status} warnsOnly={row.warnsOnly} />}</td>
    <td className="right number hide-narrow">{cell.bound ? figureText(cell.bound.value, row.unit) : ''}</td>
    <td className={cell.bound?.ratio === null ? 'right units' : 'right number'}>{boundShareText(cell)}</td>
    <td className="indicator-note units hide-narrow" title={cell.note}>
      {neutralise(cell.note)}
    </td>
  </>
)

const Row = ({
  row,
  index,
  texts,
  selected,
  onSelect,
}: {
  row: IndicatorRow
  index: number
  texts: ReturnType<typeof alignedCells>[number]
  selected: boolean
  onSelect: () => void
}) => {
  const cell = row.cells[index]
  if (!cell) return null
  return (
    <tr data-selectable="" data-selected={selected ? '' : undefined} onClick={onSelect}>
      <td>
        <button
          type="button"
          className="row-button indicator-arm"
          data-row
          aria-pressed={selected}
          aria-label={`${row.title}: ${armText(cell.arm)}`}
        >
          <ArmMark index={index} />
          {neutralise(armText(cell.arm))}
        </button>
      </td>
      {cell.value === null ? (
        <td colSpan={columns - 1} className="units wrap">
          <StatusBadge status={cell.status} warnsOnly={row.warnsOnly} /> {neutralise(cell.reason)}
        </td>
      ) : (
        <Figures row={row} cell={cell} texts={texts} />
      )}
    </tr>
  )
}

/** Every measured indicator with a row per arm: value, interval, n, target, bound. */
export const ScoreTable = ({ rows, selected, onSelect, onEdit }: ScoreTableProps) => {
  const { indicators: words } = useT()
  const c = words.columns
  const table = useRef<HTMLTableElement>(null)
  return (
    <div className="table-wrap score-table">
      <table className="table" ref={table} onKeyDown={(event) => moveFocus(event, table.current)}>
        <caption className="visually-hidden">{words.measured}</caption>
        <thead>
          <tr>
            <th scope="col">{c.arm}</th>
            <th scope="col" className="right">
              {c.value}
            </th>
            <th scope="col">{c.interval}</th>
            <th scope="col" className="right hide-narrow">
              {c.n}
            </th>
            <th scope="col">{c.status}</th>
            <th scope="col" className="right hide-narrow">
              {c.bound}
            </th>
            <th scope="col" className="right">
              {c.share}
            </th>
            <th scope="col" className="hide-narrow">
              {c.note}
            </th>
          </tr>
        </thead>
        {rows.map((row) => {
          const texts = alignedCells(row)
          return (
            <tbody key={row.id}>
              <tr className="group-row">
                <th scope="rowgroup" colSpan={columns}>
                  <div className="indicator-head">
                    <strong>{row.title}</strong>
                    <span className="units indicator-definition" title={row.definition}>
                      {row.definition}
                    </span>
                    <TargetLine row={row} onEdit={onEdit} />
                  </div>
                </th>
              </tr>
              {row.cells.map((_, index) => (
                <Row
                  key={cellKey(row, index)}
                  row={row}
                  index={index}
                  texts={texts[index] ?? { value: '', interval: '', unit: '' }}
                  selected={selected === cellKey(row, index)}
                  onSelect={() => onSelect(cellKey(row, index))}
                />
              ))}
            </tbody>
          )
        })}
      </table>
    </div>
  )
}
