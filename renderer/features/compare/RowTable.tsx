import { ArrowDown, ArrowUp } from 'lucide-react'
import { useMemo, useRef, type KeyboardEvent, type ReactNode } from 'react'
import { metricText, unitText } from '../../charts/text'
import type { Comparison, ComparisonRow } from '../../charts/model'
import { useT } from '../../messages'
import { ArmMark } from '../../ui/arms'
import { neutralise } from '../../ui/sanitise'
import { flatRows, groupRows, type RowCells, type Sort, type SortKey } from './rows'
import { VerdictBadge } from './verdict'

interface RowTableProps {
  comparison: Comparison
  rows: readonly ComparisonRow[]
  sort: Sort
  onSort: (sort: Sort) => void
  selected: string | null
  onSelect: (key: string) => void
}

const SortHead = ({
  id,
  sort,
  onSort,
  align,
  name,
  children,
  narrow,
}: {
  id: SortKey
  sort: Sort
  onSort: (sort: Sort) => void
  align?: 'right'
  name: string
  children: ReactNode
  narrow?: boolean
}) => {
  const t = useT()
  const active = sort.key === id
  return (
    <th
      scope="col"
      className={[align ?? '', narrow ? 'hide-narrow' : ''].filter(Boolean).join(' ')}
      aria-sort={active ? (sort.descending ? 'descending' : 'ascending') : 'none'}
    >
      <button
        type="button"
        className="sort-head"
        title={t.compare.sortBy(name)}
        onClick={() => onSort({ key: id, descending: active ? !sort.descending : id !== 'metric' && id !== 'verdict' })}
      >
        {children}
        {active ? sort.descending ? <ArrowDown size={12} aria-hidden /> : <ArrowUp size={12} aria-hidden /> : null}
      </button>
    </th>
  )
}

const Row = ({ cells, label, selected, onSelect }: { cells: RowCells; label: ReactNode; selected: boolean; onSelect: () => void }) => (
  <tr data-selectable="" data-selected={selected ? '' : undefined} onClick={onSelect}>
    <td>
      <button type="button" className="row-button compare-where" data-row aria-pressed={selected}>
        {label}
      </button>
    </td>
    {cells.medians.map((median, index) => [
      <td key={`m${index}`} className="right">
        {median}
      </td>,
      <td key={`c${index}`} className="right units hide-narrow">
        {cells.cvs[index]}
      </td>,
    ])}
    <td className="right units hide-narrow">{cells.counts}</td>
    <td className="right">{cells.ratio}</td>
    <td className="units">{cells.interval}</td>
    <td className="right hide-narrow">{cells.bound}</td>
    <td>
      <VerdictBadge verdict={cells.row.verdict} />
    </td>
    <td className="compare-reason units hide-narrow" title={cells.row.reason}>
      {neutralise(cells.row.reason)}
    </td>
  </tr>
)

/** Up and down move between rows; Enter selects, as the row's button does. */
const moveFocus = (event: KeyboardEvent<HTMLElement>, body: HTMLElement | null): void => {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
  const buttons = [...(body?.querySelectorAll<HTMLButtonElement>('button[data-row]') ?? [])]
  const at = buttons.findIndex((button) => button === event.target)
  const next = buttons[at + (event.key === 'ArrowDown' ? 1 : -1)]
  if (at < 0 || !next) return
  event.preventDefault()
  next.focus()
}

/** Every measurement: medians per arm, ratio with its interval, bound, verdict and reason. */
export const RowTable = ({ comparison, rows, sort, onSort, selected, onSelect }: RowTableProps) => {
  const t = useT()
  const body = useRef<HTMLTableElement>(null)
  const levels = useMemo(() => comparison.levels.map(String), [comparison.levels])
  const grouped = sort.key === 'metric'
  const groups = useMemo(() => (grouped ? groupRows(rows, levels, t.charts) : null), [grouped, rows, levels, t])
  const flat = useMemo(() => (grouped ? [] : flatRows(rows, levels, t.charts)), [grouped, rows, levels, t])
  const columns = 7 + 2 * levels.length
  const head = { sort, onSort }
  const c = t.compare.columns
  const row = (cells: RowCells, label: ReactNode): ReactNode => (
    <Row key={cells.key} cells={cells} label={label} selected={selected === cells.key} onSelect={() => onSelect(cells.key)} />
  )
  return (
    <div className="table-wrap compare-table">
      <table className="table" ref={body} onKeyDown={(event) => moveFocus(event, body.current)}>
        <caption className="visually-hidden">{t.compare.table}</caption>
        <thead>
          <tr>
            <SortHead id="metric" name={c.metric} {...head}>
              {c.metric}
            </SortHead>
            {levels.map((level, index) => [
              <SortHead key={level} id={`level:${level}`} align="right" name={level} {...head}>
                <ArmMark index={index} /> {neutralise(level)}
              </SortHead>,
              <th key={`${level} cv`} scope="col" className="right hide-narrow">
                {c.cv}
              </th>,
            ])}
            <th scope="col" className="right hide-narrow">
              {c.n}
            </th>
            <SortHead id="ratio" align="right" name={c.ratio} {...head}>
              {c.ratio}
            </SortHead>
            <th scope="col">{c.interval}</th>
            <SortHead id="bound" align="right" name={c.bound} narrow {...head}>
              {c.bound}
            </SortHead>
            <SortHead id="verdict" name={c.verdict} {...head}>
              {c.verdict}
            </SortHead>
            <th scope="col" className="hide-narrow">
              {c.reason}
            </th>
          </tr>
        </thead>
        {groups?.map((group) => (
          <tbody key={group.metric}>
            <tr className="group-row">
              <th scope="rowgroup" colSpan={columns}>
                {metricText(t.charts, group.metric)}{' '}
                <span className="units">{[group.metric, unitText(group.unit), group.shared].filter(Boolean).join(' · ')}</span>
              </th>
            </tr>
            {group.rows.map((cells) => row(cells, cells.varying || cells.where || metricText(t.charts, group.metric)))}
          </tbody>
        ))}
        {grouped ? null : (
          <tbody>
            {flat.map((cells) =>
              row(
                cells,
                <>
                  {neutralise(cells.row.metric)}{' '}
                  <span className="units">{[unitText(cells.row.unit), cells.where].filter(Boolean).join(' · ')}</span>
                </>,
              ),
            )}
          </tbody>
        )}
      </table>
    </div>
  )
}
