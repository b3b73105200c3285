import { useMemo } from 'react'
import { neutralise } from '../ui/sanitise'
import { alignDecimals } from './digits'
import type { FigureTable } from './figure'

const isPlainNumber = (text: string): boolean => /^-?\d+(\.\d+)?$/.test(text)

/** Cells with decimal points aligned down each column of numbers. */
const aligned = (table: FigureTable): string[][] => {
  const columns = table.columns.map(({ numeric }, place) => {
    const texts = table.rows.map(({ cells }) => cells[place] ?? '')
    return numeric && texts.every((text) => isPlainNumber(text) || text === '–') ? alignDecimals(texts) : texts
  })
  return table.rows.map((_, row) => columns.map((column) => column[row] ?? ''))
}

/** The numbers of a figure. */
export const FigureTableView = ({
  table,
  caption,
  onPick,
}: {
  table: FigureTable
  caption: string
  onPick?: ((runId: string) => void) | undefined
}) => {
  const cells = useMemo(() => aligned(table), [table])
  return (
    <div className="table-wrap chart-table" tabIndex={0} role="region" aria-label={caption}>
      <table className="table">
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {table.columns.map(({ head, numeric }) => (
              <th key={head} scope="col" className={numeric ? 'right' : ''}>
                {neutralise(head)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map(({ runId }, row) => (
            <tr key={row}>
              {(cells[row] ?? []).map((text, place) => (
                <td key={place} className={table.columns[place]?.numeric ? 'right' : ''}>
                  {runId !== undefined && text === runId && onPick ? (
                    <button type="button" className="row-button mono" onClick={() => onPick(runId)}>
                      {text}
                    </button>
                  ) : (
                    neutralise(text)
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
