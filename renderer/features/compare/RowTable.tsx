import { ArrowDown, ArrowUp } from 'lucide-react'
import { useMemo, useRef, type ReactNode } from 'react'
import { metricText } from '../../charts/text'
import { levelName, levelPlace, pairOf, type Comparison, type ComparisonRow } from '../../charts/model'
import { useT } from '../../messages'
import { ArmMark } from '../../ui/arms'
import { moveFocus } from '../../ui/row-focus'
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

interface RowProps {
  comparison: Comparison
  cells: RowCells
  label: ReactNode
  selected: boolean
  onSelect: () => void
}

/** With two levels each has its columns; with more a row names the one that it holds against the baseline, or most cells would be empty. */
const isPaired = (comparison: Comparison): boolean => comparison.levels.length <= 2

const LevelCells = ({ comparison, cells }: Pick<RowProps, 'comparison' | 'cells'>) => {
  const { level } = pairOf(cells.row, comparison.levels)
  const place = levelPlace(comparison, level)
  const shown = isPaired(comparison) ? cells.medians.map((_, index) => index) : [0, place]
  return shown.map((index, position) => [
    ...(position > 0 && !isPaired(comparison)
      ? [
          <td key="level" className="compare-level">
            <ArmMark index={place} /> {neutralise(levelName(comparison, level))}
          </td>,
        ]
      : []),
    <td key={`m${index}`} className="right">
      {cells.medians[index]}
    </td>,
    <td key={`c${index}`} className="right units hide-compact">
      {cells.cvs[index]}
    </td>,
  ])
}

const LevelHeads = ({ comparison, ...head }: { comparison: Comparison; sort: Sort; onSort: (sort: Sort) => void }) => {
  const t = useT()
  const c = t.compare.columns
  const shown = isPaired(comparison) ? comparison.levels : comparison.levels.slice(0, 1)
  const cv = (key: string): ReactNode => (
    <th key={key} scope="col" className="right hide-compact">
      {c.cv}
    </th>
  )
  return (
    <>
      {shown.map(String).map((level, index) => [
        <SortHead key={level} id={`level:${level}`} align="right" name={levelName(comparison, level)} {...head}>
          <ArmMark index={index} /> {neutralise(levelName(comparison, level))}
        </SortHead>,
        cv(`${level} cv`),
      ])}
      {isPaired(comparison) ? null : (
        <>
          <th scope="col">{c.level}</th>
          <th scope="col" className="right">
            {c.median}
          </th>
          {cv('cv')}
        </>
      )}
    </>
  )
}

const Row = ({ comparison, cells, label, selected, onSelect }: RowProps) => (
  <tr data-selectable="" data-selected={selected ? '' : undefined} onClick={onSelect}>
    <td>
      <button type="button" className="row-button compare-where" data-row aria-pressed={selected}>
        {label}
      </button>
    </td>
    <LevelCells comparison={comparison} cells={cells} />
    <td className="right units hide-compact">{cells.counts}</td>
    <td className="right">{cells.ratio}</td>
    <td className="units compare-interval">{cells.interval}</td>
    <td className="right hide-narrow">{cells.bound}</td>
    <td>
      <VerdictBadge verdict={cells.row.verdict} />
    </td>
    <td className="compare-reason units hide-medium" title={cells.row.reason}>
      {neutralise(cells.row.reason)}
    </td>
  </tr>
)

/** Every measurement: medians per arm, ratio with its interval, bound, verdict and reason. */
export const RowTable = ({ comparison, rows, sort, onSort, selected, onSelect }: RowTableProps) => {
  const t = useT()
  const body = useRef<HTMLTableElement>(null)
  const levels = useMemo(() => comparison.levels.map(String), [comparison.levels])
  const grouped = sort.key === 'metric'
  const groups = useMemo(() => (grouped ? groupRows(rows, levels, t.charts) : null), [grouped, rows, levels, t])
  const flat = useMemo(() => (grouped ? [] : flatRows(rows, levels, t.charts)), [grouped, rows, levels, t])
  const columns = isPaired(comparison) ? 7 + 2 * levels.length : 12
  const head = { sort, onSort }
  const c = t.compare.columns
  const row = (cells: RowCells, label: ReactNode): ReactNode => (
    <Row
      key={cells.key}
      comparison={comparison}
      cells={cells}
      label={label}
      selected={selected === cells.key}
      onSelect={() => onSelect(cells.key)}
    />
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
            <LevelHeads comparison={comparison} {...head} />
            <th scope="col" className="right hide-compact">
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
            <th scope="col" className="hide-medium">
              {c.reason}
            </th>
          </tr>
        </thead>
        {groups?.map((group) => (
          <tbody key={group.metric}>
            <tr className="group-row">
              <th scope="rowgroup" colSpan={columns}>
                {metricText(t.charts, group.metric)}{' '}
                <span className="units">{[group.metric, group.unit, group.shared].filter(Boolean).join(' · ')}</span>
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
                  {neutralise(cells.row.metric)} <span className="units">{[cells.unit, cells.where].filter(Boolean).join(' · ')}</span>
                </>,
              ),
            )}
          </tbody>
        )}
      </table>
    </div>
  )
}
