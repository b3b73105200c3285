import type { ReactNode } from 'react'
import { neutralise } from '../../ui/sanitise'

export interface PaperColumn {
  head: ReactNode
  numeric?: boolean
  mono?: boolean
  /** Share of the width, percent. */
  width?: number
}

/** A table on paper: its heading row repeats on every page, rows do not break. */
export const PaperTable = ({ caption, columns, rows, fixed }: { caption: ReactNode; columns: readonly PaperColumn[]; rows: readonly (readonly ReactNode[])[]; fixed?: boolean }) => (
  <table className={fixed ? 'paper-table paper-table-fixed' : 'paper-table'}>
    <caption>{caption}</caption>
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
            <td key={index} className={[columns[index]?.numeric ? 'right' : '', columns[index]?.mono ? 'paper-mono' : ''].filter(Boolean).join(' ')}>
              {typeof cell === 'string' ? neutralise(cell) : cell}
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  </table>
)

/** Commands, hashes and plan files: monospace, wrapped where it must be. */
export const PaperCode = ({ children }: { children: string }) => <pre className="paper-code">{neutralise(children)}</pre>
