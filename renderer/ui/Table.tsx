import type { ReactNode } from 'react'

export interface Column<Row> {
  id: string
  head: ReactNode
  cell: (row: Row) => ReactNode
  align?: 'left' | 'right'
  /** Long text may take several lines. */
  wrap?: boolean
  width?: string
  /** Left out where the screen is narrow, because the inspector says the same. */
  hideNarrow?: boolean
}

interface TableProps<Row> {
  /** Read out as the table's name. */
  caption: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row) => string
  selected?: string | null
  /** A click anywhere in the row; the keyboard uses the link or button in the row's first cell. */
  onSelect?: (key: string) => void
}

const cellClass = (column: { align?: 'left' | 'right'; wrap?: boolean; hideNarrow?: boolean }): string =>
  [column.align === 'right' ? 'right' : '', column.wrap ? 'wrap' : '', column.hideNarrow ? 'hide-narrow' : ''].filter(Boolean).join(' ')

/** Plain table: 28 px rows, tabular figures, rules thinner than text. */
export const Table = <Row,>({ caption, columns, rows, rowKey, selected, onSelect }: TableProps<Row>) => (
  // A table without links of its own takes the focus, so that the keyboard can scroll it.
  <div className="table-wrap" {...(onSelect ? {} : { tabIndex: 0, role: 'region', 'aria-label': caption })}>
    <table className="table">
      <caption className="visually-hidden">{caption}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column.id} scope="col" className={cellClass(column)} style={column.width ? { width: column.width } : undefined}>
              {column.head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => {
          const key = rowKey(row)
          return (
            <tr
              key={key}
              data-selectable={onSelect ? '' : undefined}
              data-selected={selected === key ? '' : undefined}
              onClick={onSelect ? () => onSelect(key) : undefined}
            >
              {columns.map((column) => (
                <td key={column.id} className={cellClass(column)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          )
        })}
      </tbody>
    </table>
  </div>
)
