import { parseNumber } from '../../_kit/numbers'
import { columnOf } from './columns'
import { piecesOf, titleOf, type Piece, type StatsTable } from './tables'

/** Longest row: names of kernels run to kilobytes. */
const longestRow = 65_536
const member = /\s*"((?:[^"\\\n]|\\.){1,200})"\s*:\s*(?:"((?:[^"\\\n]|\\.)*)"|([^\s,:{}[\]"]{1,60}))\s*(,|\}$)/y
const unit = /\((?:%|ns|us|ms|s|B|[KMG]B)\)$/

/** A report's total as a name in JSON, and the number behind it. */
export const jsonMark = /"(?:Total(?: Proj)? Time|Total|Duration) \((?:ns|us|ms|s|B|[KMG]B)\)"\s{0,8}:\s{0,8}["\d]/

interface JsonRow {
  start: number
  end: number
  text: string
}

/** Objects that hold no other object, in one pass; a text that does not close on its line ends the object it stands in. */
const flatObjects = (text: string): JsonRow[] => {
  const rows: JsonRow[] = []
  let start = -1
  let quoted = false
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charCodeAt(at)
    if (quoted) {
      if (sign === 92) at += 1
      else if (sign === 34 || sign === 10) {
        quoted = false
        if (sign === 10) start = -1
      }
    } else if (sign === 123) start = at
    else if (start >= 0 && sign === 34) quoted = true
    else if (start >= 0 && sign === 125) {
      if (at - start < longestRow) rows.push({ start, end: at + 1, text: text.slice(start, at + 1) })
      start = -1
    }
  }
  return rows
}

const textOf = (raw: string): string => {
  try {
    return JSON.parse(`"${raw}"`) as string
  } catch {
    return raw
  }
}

/** Names and cells of a row; null: it is no object of numbers and texts, or a name comes twice (lines are lost or doubled). */
const cellsIn = (row: string): Map<string, string> | null => {
  const cells = new Map<string, string>()
  member.lastIndex = 1
  for (let match = member.exec(row); match; match = member.exec(row)) {
    const [, name = '', text, bare, end] = match
    if (cells.has(name)) return null
    if (bare !== undefined && bare !== 'null' && parseNumber(bare) === null) return null
    cells.set(textOf(name), text === undefined ? (bare === 'null' ? '' : (bare ?? '')) : textOf(text))
    if (end === '}') return cells
  }
  return null
}

/** What stands between the rows: notes, and the title of the table that follows. */
const between = (text: string): { pieces: Piece[]; title: string | null } => {
  const lines = text.split('\n').filter((line) => !/^[\s[\],:{}]*$/.test(line))
  const titles = lines.flatMap(
    (line) => titleOf(line.replace(/^[\s{,\]]*"(\w{1,60})"\s*:\s*\[?\s*$/, "[1/1] Executing '$1' stats report")) ?? [],
  )
  return { pieces: piecesOf(lines), title: titles.at(-1) ?? null }
}

const tableOf = (title: string | null, names: readonly string[]): StatsTable => ({
  title,
  columns: names.map(columnOf),
  rows: [],
  misfits: [],
  style: 'point',
})

/**
 * Tables of `nsys stats --format json` (an array of objects for each report; some versions put it under the report's name) and what
 * stands between them. Null: the text holds none.
 */
export const jsonPiecesOf = (text: string): { pieces: Piece[]; cut: string | null } | null => {
  if (!jsonMark.test(text)) return null
  const pieces: Piece[] = []
  let open: { table: StatsTable; names: string } | null = null
  let from = 0
  for (const row of flatObjects(text)) {
    const cells = cellsIn(row.text)
    const names = cells ? [...cells.keys()] : []
    if (cells && !names.some((name) => unit.test(name))) continue
    const { pieces: others, title } = between(text.slice(from, row.start))
    from = row.end
    pieces.push(...others)
    const line = row.text.replace(/\s+/g, ' ')
    if (!cells) {
      open?.table.misfits.push(line)
      continue
    }
    if (open === null || title !== null || open.names !== names.join('\n')) {
      open = { table: tableOf(title, names), names: names.join('\n') }
      pieces.push({ table: open.table })
    }
    open.table.rows.push({ line, cells: [...cells.values()] })
  }
  const rest = text.slice(from)
  if (open === null) return null
  const closes = /^[^{]*\]/.test(rest)
  return {
    pieces: [...pieces, ...between(rest).pieces],
    cut: closes
      ? null
      : rest
          .replace(/^[\s,]+/, '')
          .replace(/\s+/g, ' ')
          .slice(0, 400),
  }
}
