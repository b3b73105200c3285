import { defaultRangeExtractor, useVirtualizer, type Range } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useMemo, useRef, type KeyboardEvent } from 'react'
import { useT } from '../../messages'
import { neighbour, slotsOf, type Diagram, type DiagramRow, type Launch, type Slot } from './diagram'
import { cellOf, DiagramCell, RowName, type DiagramProps } from './DiagramCell'

const rowPx = 30
const headPx = 26
const rowHeadPx = 200
const cellPx = { usual: 98, compact: 42 }

interface Place {
  row: number
  slot: number
}

/** Where each launch is; the slot of a launch is the same in every row of the block. */
const placesOf = <L extends Launch>(diagram: Diagram<L>, slots: readonly Slot[], id: (launch: L) => string) => {
  const starts = new Map<number, number>()
  slots.forEach(({ block, nth }, index) => {
    if (nth === 0) starts.set(block, index)
  })
  const found = new Map<string, Place>()
  diagram.rows.forEach((line, row) => {
    let before: Slot | null = null
    for (const launch of diagram.line(line)) {
      const nth: number = before?.block === launch.block ? before.nth + 1 : 0
      before = { block: launch.block, nth }
      found.set(id(launch), { row, slot: (starts.get(launch.block) ?? 0) + nth })
    }
  })
  return found
}

/** What is in sight, and the one that Tab must be able to reach. */
const withAlways =
  (index: number | undefined) =>
  (range: Range): number[] => {
    const shown = defaultRangeExtractor(range)
    return index === undefined || shown.includes(index) ? shown : [...shown, index].sort((a, b) => a - b)
  }

interface Column {
  index: number
  start: number
  size: number
}

/** The block's name over the first of its launches that is in sight. */
const Heads = ({ columns, slots, compact }: { columns: readonly Column[]; slots: readonly Slot[]; compact: boolean }) => {
  const t = useT()
  const groups = Map.groupBy(columns, ({ index }) => slots[index]?.block ?? 0)
  return [...groups].map(([block, own]) => {
    const [first] = own
    if (!first) return null
    return (
      <div
        key={block}
        role="columnheader"
        aria-colindex={first.index + 2}
        className="wide-column"
        style={{ left: first.start, width: own.reduce((sum, { size }) => sum + size, 0) }}
      >
        {block === 0 ? t.run.warmup : compact ? block : t.run.block(block)}
      </div>
    )
  })
}

const useWindow = <L extends Launch>(props: DiagramProps<L>, entry: string | undefined, slots: readonly Slot[]) => {
  'use no memo' // the virtualizer mutates itself between renders
  const { diagram, id } = props
  const scroller = useRef<HTMLDivElement>(null)
  const places = useMemo(() => placesOf(diagram, slots, id), [diagram, slots, id])
  const place = entry === undefined ? undefined : places.get(entry)
  const rows = useVirtualizer({
    count: diagram.rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    paddingStart: headPx,
    scrollPaddingStart: headPx,
    overscan: 4,
    rangeExtractor: withAlways(place?.row),
  })
  const columns = useVirtualizer({
    horizontal: true,
    count: slots.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (props.compact ? cellPx.compact : cellPx.usual),
    paddingStart: rowHeadPx,
    scrollPaddingStart: rowHeadPx,
    overscan: 4,
    rangeExtractor: withAlways(place?.slot),
  })
  const show = (launch: string): void => {
    const to = places.get(launch)
    if (!to) return
    rows.scrollToIndex(to.row)
    columns.scrollToIndex(to.slot)
  }
  return { scroller, rows, columns, show }
}

/** The same diagram of thousands of launches: it scrolls by itself, and only what is in sight is in the page. */
export const WideDiagram = <L extends Launch>(props: DiagramProps<L>) => {
  'use no memo' // the virtualizer mutates itself between renders
  const { diagram, selected, onSelect } = props
  const t = useT()
  const slots = useMemo(() => slotsOf(diagram), [diagram])
  const grid = useMemo(() => diagram.rows.map((row) => diagram.line(row).map(props.id)), [diagram, props.id])
  const entry = selected ?? grid[0]?.[0]
  const { scroller, rows, columns, show } = useWindow(props, entry, slots)
  const toFocus = useRef<string | null>(null)
  const showFirst = useRef(show)
  // What is selected when the screen opens is in sight; later the reader decides.
  useEffect(() => {
    if (selected) showFirst.current(selected)
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [])
  useLayoutEffect(() => {
    const cell = toFocus.current === null ? null : cellOf(scroller.current, toFocus.current)
    if (!cell) return
    toFocus.current = null
    cell.focus({ preventScroll: true })
  })
  const moved = (event: KeyboardEvent, from: string): void => {
    const next = neighbour(grid, from, event.key)
    if (next === from) return
    event.preventDefault()
    // It is in the page once it is selected.
    toFocus.current = next
    show(next)
    onSelect?.(next)
  }
  const shownColumns = columns.getVirtualItems()
  const line = (row: DiagramRow) =>
    shownColumns.flatMap(({ index, start, size }) => {
      const slot = slots[index]
      const launch = slot && diagram.cell(row, slot.block)[slot.nth]
      if (!launch) return []
      return [
        <div key={props.id(launch)} role="cell" aria-colindex={index + 2} className="wide-cell" style={{ left: start, width: size - 2 }}>
          <DiagramCell props={props} launch={launch} entry={entry} onKey={moved} />
        </div>,
      ]
    })
  return (
    <div
      ref={scroller}
      className="wide-blocks"
      role="table"
      aria-label={t.run.diagramHelp}
      aria-rowcount={diagram.rows.length + 1}
      aria-colcount={slots.length + 1}
      tabIndex={onSelect ? undefined : 0}
    >
      <div role="row" aria-rowindex={1} className="wide-head" style={{ width: columns.getTotalSize(), height: headPx }}>
        <div role="cell" aria-colindex={1} className="wide-row-head" style={{ width: rowHeadPx }} />
        <Heads columns={shownColumns} slots={slots} compact={props.compact === true} />
      </div>
      <div role="rowgroup" style={{ width: columns.getTotalSize(), height: rows.getTotalSize() - headPx }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const row = diagram.rows[index]
          return row ? (
            <div
              key={row.key}
              role="row"
              aria-rowindex={index + 2}
              className="wide-row"
              style={{ top: start, width: columns.getTotalSize(), height: rowPx }}
            >
              <div role="rowheader" aria-colindex={1} className="wide-row-head" style={{ width: rowHeadPx }}>
                <RowName row={row} first={diagram.rows[index - 1]?.probe !== row.probe} places={props.places} />
              </div>
              {line(row)}
            </div>
          ) : null
        })}
      </div>
    </div>
  )
}
