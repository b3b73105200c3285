/** A record of a CSV file; `cells` is null when its quotes never close. */
export interface CsvRecord {
  cells: string[] | null
  /** The record as written, or its first line when it has several. */
  text: string
  whole: boolean
}

/** Longest quoted cell that goes over several lines (a stack trace); what is longer has lost its closing quote. */
const mostCharacters = 65_536
const mostLines = 500

/** Cells of one record as RFC 4180 has it; text behind a closing quote stays part of its cell. */
export const cellsOf = (record: string, delimiter: string): string[] => {
  if (!record.includes('"')) return record.split(delimiter)
  const cells: string[] = []
  let at = 0
  for (;;) {
    const quoted = record.charAt(at) === '"' ? quotedFrom(record, at) : { text: '', end: at }
    const next = record.indexOf(delimiter, quoted.end)
    cells.push(quoted.text + record.slice(quoted.end, next < 0 ? undefined : next))
    if (next < 0) return cells
    at = next + delimiter.length
  }
}

/** The text between the quote at `at` and the one that closes it; doubled quotes stand for one. */
const quotedFrom = (record: string, at: number): { text: string; end: number } => {
  let text = ''
  let start = at + 1
  for (;;) {
    const close = record.indexOf('"', start)
    if (close < 0) return { text: text + record.slice(start), end: record.length }
    text += record.slice(start, close)
    if (record.charAt(close + 1) !== '"') return { text, end: close + 1 }
    text += '"'
    start = close + 2
  }
}

const quotesIn = (line: string): number => {
  let count = 0
  for (let at = line.indexOf('"'); at >= 0; at = line.indexOf('"', at + 1)) count += 1
  return count
}

/** Lines to records: a quoted cell may hold line ends. Holds at most one record. */
export class CsvRecords {
  private open: string[] = []
  private length = 0

  constructor(
    private readonly give: (record: CsvRecord) => void,
    public delimiter = ',',
  ) {}

  line(text: string, whole: boolean): void {
    const odd = text.includes('"') && quotesIn(text) % 2 === 1
    if (this.open.length === 0 && !odd) return this.give({ cells: cellsOf(text, this.delimiter), text, whole })
    this.open.push(text)
    this.length += text.length
    if (odd && this.open.length > 1) return this.close(whole)
    if (this.open.length > mostLines || this.length > mostCharacters) this.giveUp(whole)
  }

  end(): void {
    if (this.open.length > 0) this.giveUp(false)
  }

  private close(whole: boolean): void {
    const [first = ''] = this.open
    const cells = cellsOf(this.open.join('\n'), this.delimiter)
    this.forget()
    this.give({ cells, text: first, whole })
  }

  /** The quote was a stray one: each line stands for itself. */
  private giveUp(whole: boolean): void {
    const lines = this.open
    this.forget()
    lines.forEach((text, index) => {
      const odd = quotesIn(text) % 2 === 1
      this.give({ cells: odd ? null : cellsOf(text, this.delimiter), text, whole: whole || index < lines.length - 1 })
    })
  }

  private forget(): void {
    this.open = []
    this.length = 0
  }
}
