/** A column of a report of nsys, and the cell of each of its rows. */
export interface NsysColumn {
  title: string
  cells: string[]
  align: 'left' | 'right'
}

const centred = (text: string, width: number): string => {
  const left = Math.floor((width - text.length) / 2)
  return `${' '.repeat(Math.max(0, left))}${text}`.padEnd(width)
}

/** As nsys prints a table: a blank, headers in the middle of their columns, dashes, two blanks between columns. */
export const printColumns = (columns: readonly NsysColumn[]): string => {
  const widths = columns.map(({ title, cells }) => Math.max(title.length, ...cells.map((cell) => cell.length)))
  const line = (cells: readonly string[]): string => ` ${cells.join('  ')}`.trimEnd()
  const rows = (columns[0]?.cells ?? []).map((_, row) =>
    line(
      columns.map(({ cells, align }, index) => {
        const cell = cells[row] ?? ''
        return align === 'right' ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0)
      }),
    ),
  )
  const head = line(columns.map(({ title }, index) => centred(title, widths[index] ?? 0)))
  return [head, line(widths.map((width) => '-'.repeat(width))), ...rows].join('\n')
}

const csvCell = (cell: string): string => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)

/** As nsys writes `--format csv`: no blanks, quotes where a cell holds a comma. */
export const printCsv = (columns: readonly NsysColumn[]): string =>
  [
    columns.map(({ title }) => csvCell(title)).join(','),
    ...(columns[0]?.cells ?? []).map((_, row) => columns.map(({ cells }) => csvCell(cells[row] ?? '')).join(',')),
  ].join('\n')

/** `1234567.5` as nsys groups it in printed tables. */
export const grouped = (digits: string): string => {
  const [whole, decimals] = digits.split('.')
  return `${(whole ?? '').replace(/\B(?=(?:\d{3})+$)/g, ',')}${decimals === undefined ? '' : `.${decimals}`}`
}
