import { useRef, type KeyboardEvent } from 'react'
import { useT } from '../../messages'
import { neighbour, type Launch } from './diagram'
import { cellOf, DiagramCell, RowName, type DiagramProps } from './DiagramCell'
import { WideDiagram } from './WideDiagram'

/** With more launches only those in sight are in the page. */
const mostInPage = 300

const WholeDiagram = <L extends Launch>(props: DiagramProps<L>) => {
  const { diagram, places, selected, onSelect } = props
  const t = useT()
  const table = useRef<HTMLTableElement>(null)
  const grid = diagram.rows.map((row) => diagram.line(row).map(props.id))
  const entry = selected ?? grid[0]?.[0]
  const moved = (event: KeyboardEvent, from: string): void => {
    const next = neighbour(grid, from, event.key)
    if (next === from) return
    event.preventDefault()
    cellOf(table.current, next)?.focus()
    onSelect?.(next)
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
              <th scope="row" className="blocks-head">
                <RowName row={row} first={diagram.rows[index - 1]?.probe !== row.probe} places={places} />
              </th>
              {diagram.blocks.map((block) => (
                <td key={block}>
                  <div className="cells">
                    {diagram.cell(row, block).map((launch) => (
                      <DiagramCell key={props.id(launch)} props={props} launch={launch} entry={entry} onKey={moved} />
                    ))}
                  </div>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Rows probes and arms, columns blocks in the order of time, cells launches; arrow keys move between the cells. */
export const BlockDiagram = <L extends Launch>(props: DiagramProps<L>) =>
  props.diagram.launches > mostInPage ? <WideDiagram {...props} /> : <WholeDiagram {...props} />
