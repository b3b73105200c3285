/** Columns of a table as the line of dashes above and below it marks them. */
export type Spans = readonly (readonly [start: number, end: number])[]

/** Null for a line that is no `----- ---- -----`. */
export const spansOf = (line: string): Spans | null => {
  if (!/^ {0,12}-{3}[- ]*$/.test(line)) return null
  const spans = [...line.matchAll(/-+/g)].map((match) => [match.index, match.index + match[0].length] as const)
  return spans.length >= 3 && spans.length <= 8 ? spans : null
}

/** Cells of a row that keeps to the columns; null: something lies across a border. */
export const cellsOf = (line: string, spans: Spans): string[] | null => {
  const cells: string[] = []
  for (const [index, [start]] of spans.entries()) {
    const next = spans[index + 1]?.[0] ?? line.length
    if (index > 0 && line.charCodeAt(start - 1) !== 32) return null
    const cell = line.slice(index === 0 ? 0 : start, next).trim()
    if (/\s{2,}/.test(cell)) return null
    cells.push(cell)
  }
  return cells
}

/** Cells by their look, where a long name has pushed them out of the columns: name, unit, value. */
export const looseCells = (line: string): string[] | null => {
  const parts = line.trim().split(/ {2,}/)
  if (parts.length === 3) return parts
  const words = line.trim().split(/ +/)
  if (!words[0]?.includes('__') || words.length < 2 || words.length > 3) return null
  return words.length === 3 ? words : [words[0], '', words[1] ?? '']
}
