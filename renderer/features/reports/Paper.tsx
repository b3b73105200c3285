import { useId, type ReactNode } from 'react'
import { neutralise } from '../../ui/sanitise'
import { useReportContext } from './context'

export interface PaperColumn {
  head: ReactNode
  numeric?: boolean
  mono?: boolean
  /** Share of the width, percent. */
  width?: number
}

interface PaperTableProps {
  /** Numbered by the style sheet, so that the count is right whatever is left out; none: no caption. */
  caption?: string
  columns: readonly PaperColumn[]
  rows: readonly (readonly ReactNode[])[]
  fixed?: boolean
  /** Smaller, for many columns. */
  dense?: boolean
}

/** A table on paper: its heading row repeats on every page, rows do not break, the caption stays with it. */
export const PaperTable = ({ caption, columns, rows, fixed, dense }: PaperTableProps) => {
  const { t } = useReportContext()
  const id = useId()
  return (
    <>
      {caption === undefined ? null : (
        <p id={id} className="paper-caption" data-word={t.tableWord}>
          {caption}
        </p>
      )}
      <table
        className={['paper-table', fixed ? 'paper-table-fixed' : '', dense ? 'paper-table-dense' : ''].filter(Boolean).join(' ')}
        aria-labelledby={caption === undefined ? undefined : id}
      >
        <thead>
          <tr>
            {columns.map(({ head, numeric, width }, index) => (
              <th key={index} scope="col" className={numeric ? 'right' : ''} style={width ? { width: `${width}%` } : undefined}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, row) => (
            <tr key={row}>
              {cells.map((cell, index) => (
                <td
                  key={index}
                  className={[columns[index]?.numeric ? 'right' : '', columns[index]?.mono ? 'paper-mono' : ''].filter(Boolean).join(' ')}
                >
                  {typeof cell === 'string' ? neutralise(cell) : cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}

/** Commands, hashes and plan files: monospace, wrapped where it must be. */
export const PaperCode = ({ children }: { children: string }) => <pre className="paper-code">{neutralise(children)}</pre>
