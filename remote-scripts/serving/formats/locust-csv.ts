import type { ParseResult } from '../../../preload/contract'
import { certain, notMine } from '../../_kit/detect'
import type { StreamFormat, StreamReader } from '../../_kit/probe'
import { skipRow } from '../../_kit/reading'
import { cellsOf, CsvRecords, type CsvRecord } from '../streams/csv'
import { Lines } from '../streams/lines'
import { locustHeader, type LocustHeader } from './locust-columns'
import { FailureTable } from './locust-failures'
import { HistoryTable, StatsTable } from './locust-stats'
import type { LocustRows } from './locust-rows'

const longestLine = 262_144
const headerWords = /Name|Traceback/i

const headerIn = (line: string): LocustHeader | null =>
  line.length < 8192 && line.includes(',') && headerWords.test(line) ? locustHeader(cellsOf(line, ',')) : null

const open = (header: LocustHeader): LocustRows => {
  if (header.table === 'stats') return new StatsTable(header)
  return header.table === 'history' ? new HistoryTable(header) : new FailureTable(header)
}

class LocustCsv implements StreamReader {
  private readonly done: ParseResult[] = []
  private table: LocustRows | null = null
  private width = 0
  private readonly records = new CsvRecords((record) => this.record(record))
  private readonly lines = new Lines(
    {
      line: (text, whole) => this.line(text, whole),
      tooLong: (start) => this.table && skipRow(this.table.reading, start, 'too long'),
    },
    longestLine,
  )

  push(piece: Uint8Array): void {
    this.lines.push(piece)
  }

  end(): ParseResult[] {
    this.lines.end()
    this.finish()
    return this.done
  }

  private line(text: string, whole: boolean): void {
    const header = headerIn(text)
    if (header) {
      this.finish()
      this.table = open(header)
      this.width = header.width
    } else if (this.table) this.records.line(text, whole)
  }

  private record({ cells, text, whole }: CsvRecord): void {
    const { table } = this
    if (!table || (text.trim() === '' && (cells?.length ?? 0) <= 1)) return
    if (!cells || cells.length !== this.width) {
      if (!whole) table.breaksOff(text)
      return skipRow(table.reading, text, 'its columns are not those of the header')
    }
    // The last cell of a text without a final line end may be cut.
    table.row(whole ? cells : cells.slice(0, -1), text)
  }

  private finish(): void {
    this.records.end()
    if (this.table) this.done.push(this.table.finish())
    this.table = null
  }
}

/** locust's `--csv` files: stats, stats history, failures and exceptions, of every version; response times are milliseconds as locust defines them. */
export const locustCsv: StreamFormat = {
  id: 'locust-csv',
  detect: (head) => (head.split('\n').some((line) => headerIn(line) !== null) ? certain : notMine),
  open: () => new LocustCsv(),
}
