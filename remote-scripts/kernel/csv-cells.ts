/** Cells of one CSV line, quoted or not, `""` inside quotes; null: a quote is left open. */
export const splitCsv = (line: string): string[] | null => {
  const cells: string[] = []
  let at = 0
  for (;;) {
    if (line.charCodeAt(at) === 34) {
      let cell = ''
      let close = at
      for (;;) {
        const from = close + 1
        close = line.indexOf('"', from)
        if (close < 0) return null
        cell += line.slice(from, close)
        if (line.charCodeAt(close + 1) === 34) cell += '"'
        else break
        close += 1
      }
      const next = line.charCodeAt(close + 1)
      if (!Number.isNaN(next) && next !== 44) return null
      cells.push(cell)
      at = close + 2
      if (Number.isNaN(next)) return cells
    } else {
      const comma = line.indexOf(',', at)
      cells.push(comma < 0 ? line.slice(at) : line.slice(at, comma))
      if (comma < 0) return cells
      at = comma + 1
    }
  }
}
