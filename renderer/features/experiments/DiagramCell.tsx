import type { KeyboardEvent, ReactNode } from 'react'
import { ArmMark, armKey, armLabel } from '../../ui/arms'
import type { Diagram, DiagramRow, Launch } from './diagram'

export interface DiagramProps<L extends Launch> {
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

/** Whose row it is; the probe is shown once for all its rows. */
export const RowName = ({ row, first, places }: { row: DiagramRow; first: boolean; places: ReadonlyMap<string, number> }) => (
  <>
    <span className="blocks-probe">{first ? row.probe : <span className="visually-hidden">{row.probe}</span>}</span>
    <span className="badge">
      <ArmMark index={places.get(armKey(row.arm)) ?? 0} />
      {armLabel(row.arm)}
    </span>
  </>
)

interface DiagramCellProps<L extends Launch> {
  props: DiagramProps<L>
  launch: L
  /** The one cell that Tab reaches. */
  entry: string | undefined
  onKey: (event: KeyboardEvent, id: string) => void
}

export const DiagramCell = <L extends Launch>({ props, launch, entry, onKey }: DiagramCellProps<L>) => {
  const { selected, onSelect } = props
  const id = props.id(launch)
  const className = `cell ${props.cellClass(launch)}`
  const label = props.cellLabel(launch)
  if (!onSelect) {
    return (
      <span className={className} title={label}>
        {props.cell(launch)}
      </span>
    )
  }
  return (
    <button
      type="button"
      className={className}
      data-cell={id}
      aria-pressed={selected === id}
      aria-label={label}
      title={label}
      tabIndex={entry === id ? 0 : -1}
      onClick={() => onSelect(id)}
      onKeyDown={(event) => onKey(event, id)}
    >
      {props.cell(launch)}
    </button>
  )
}

export const cellOf = (within: HTMLElement | null, id: string): HTMLElement | null =>
  within?.querySelector<HTMLElement>(`[data-cell="${CSS.escape(id)}"]`) ?? null
