/** A word of a header line and where it stands. */
export interface Word {
  text: string
  start: number
  end: number
}

/** As `\s` in a regular expression, which takes three times as long over the rows of a table. */
const isSpace = (code: number): boolean => code === 32 || (code >= 9 && code <= 13) || (code > 127 && /\s/.test(String.fromCharCode(code)))

/** Words of a line with their positions. */
export const words = (line: string): Word[] => {
  const found: Word[] = []
  let start = -1
  for (let at = 0; at <= line.length; at += 1) {
    if (at < line.length && !isSpace(line.charCodeAt(at))) {
      if (start < 0) start = at
    } else if (start >= 0) {
      found.push({ text: line.slice(start, at), start, end: at })
      start = -1
    }
  }
  return found
}

/** The header word that a word of the line below belongs to: the one whose middle is nearest. */
export const nearest = (columns: readonly Word[], word: Word): number => {
  const middle = (word.start + word.end) / 2
  let best = -1
  let distance = Infinity
  columns.forEach((column, index) => {
    const away = Math.abs((column.start + column.end) / 2 - middle)
    if (away < distance) {
      best = index
      distance = away
    }
  })
  return best
}

/**
 * Names of a header whose columns carry their unit in brackets and may hold blanks:
 * ` #bytes #iterations    BW peak[MB/sec]    99% percentile[usec]` gives four columns.
 */
export const bracketColumns = (line: string): { name: string; unit: string | null }[] =>
  line
    .replace(/\]/g, ']  ')
    .replace(/\s#/g, '  #')
    // `#iterations t_min[usec]`: a text that lost its runs of blanks.
    .replace(/(#\w{1,40})\s/g, '$1  ')
    .trim()
    .split(/\s{2,}|\t+/)
    .filter((cell) => cell !== '')
    .map((cell) => {
      const match = /^(.*?)\s*\[([^\]]*)\]$/.exec(cell)
      return match ? { name: (match[1] ?? '').trim(), unit: match[2] ?? null } : { name: cell.trim(), unit: null }
    })

const decimals = (token: string): number => (token.includes('.') ? token.length - token.indexOf('.') : 0)

/**
 * Whether the last row of a file that does not end with a line end is whole: a cut number looks like a number.
 * Right-aligned rows end in the same column as the row before; left-aligned ones have as many decimals.
 */
export const looksWhole = (row: string, before: string | null): boolean => {
  if (before === null) return false
  const last = row.trimEnd().split(/\s+/).at(-1) ?? ''
  const lastBefore = before.trimEnd().split(/\s+/).at(-1) ?? ''
  if (lastBefore.includes('.')) return decimals(last) === decimals(lastBefore)
  return row.trimEnd().length === before.trimEnd().length
}
