import { useRef, type KeyboardEvent, type ReactNode } from 'react'
import { useT } from '../../messages'
import { ArmMark, armKey, armLabel } from '../../ui/arms'
import { neighbour, type Diagram, type DiagramRow, type Launch } from './diagram'

interface BlockDiagramProps<L extends Launch> {
  diagram: Diagram<L>
  places: ReadonlyMap<string, number>
  /** A cell's content; with `id` and `onSelect` cells are buttons. */
  cell: (launch: L) => ReactNode
  cellLabel: (launch: L) => string
  cellClass: (launch: L) => string
  id: (launch: L) => string
  selected?: string | null
  onSelect?: (id: string) => void
  /** Numbers alone as column heads. */
  compact?: boolean
}

const RowHead = ({ row, first, places }: { row: DiagramRow; first: boolean; places: ReadonlyMap<string, number> }) => (
  <th scope="row" className="blocks-head">
    <span className="blocks-probe">{first ? row.probe : <span className="visually-hidden">{row.probe}</span>}</span>
    <span className="badge">
      <ArmMark index={places.get(armKey(row.arm)) ?? 0} />
      {armLabel(row.arm)}
    </span>
  </th>
)

/** Rows probes and arms, columns blocks in the order of time, cells launches; arrow keys move between the cells. */
export const BlockDiagram = <L extends Launch>(props: BlockDiagramProps<L>) => {
  const { diagram, places, selected, onSelect } = props
  const t = useT()
  const table = useRef<HTMLTableElement>(null)
  const grid = diagram.rows.map((row) => diagram.blocks.flatMap((block) => diagram.cell(row, block).map(props.id)))
  const entry = selected ?? grid[0]?.[0]
  const moved = (event: KeyboardEvent, from: string): void => {
    const next = neighbour(grid, from, event.key)
    if (next === from) return
    event.preventDefault()
    table.current?.querySelector<HTMLElement>(`[data-cell="${CSS.escape(next)}"]`)?.focus()
    onSelect?.(next)
  }
  const drawCell = (launch: L): ReactNode => {
    const id = props.id(launch)
    const className = `cell ${props.cellClass(launch)}`
    if (!onSelect) {
      return (
        <span key={id} className={className} title={props.cellLabel(launch)}>
          {props.cell(launch)}
        </span>
      )
    }
    return (
      <button
        key={id}
        type="button"
        className={className}
        data-cell={id}
        aria-pressed={selected === id}
        aria-label={props.cellLabel(launch)}
        title={props.cellLabel(launch)}
        tabIndex={entry === id ? 0 : -1}
        onClick={() => onSelect(id)}
        onKeyDown={(event) => moved(event, id)}
      >
        {props.cell(launch)}
      </button>
    )
  }
  return (
    <div
      className="blocks-wrap"
      tabIndex={onSelect ? undefined : 0}
      role={onSelect ? undefined : 'region'}
      aria-label={onSelect ? undefined : t.run.diagram}
    >
      <table className="blocks" ref={table}>
        <caption className="visually-hidden">{t.run.diagramHelp}</caption>
        <thead>
          <tr>
            <td />
            {diagram.blocks.map((block) => (
              <th key={block} scope="col">
                {block === 0 ? t.run.warmup : props.compact ? block : t.run.block(block)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {diagram.rows.map((row, index) => (
            <tr key={row.key}>
              <RowHead row={row} first={diagram.rows[index - 1]?.probe !== row.probe} places={places} />
              {diagram.blocks.map((block) => (
                <td key={block}>
                  <div className="cells">{diagram.cell(row, block).map(drawCell)}</div>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
