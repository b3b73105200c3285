import type { ParseResult } from '../../../preload/contract'
import { certain, likely, notMine } from '../../_kit/detect'
import type { StreamFormat, StreamReader } from '../../_kit/probe'
import { parseCount } from '../../_kit/numbers'
import { fail, skipRow, warn } from '../../_kit/reading'
import { CsvRecords, type CsvRecord } from '../streams/csv'
import { Lines } from '../streams/lines'
import { isSum, Samples } from './jmeter-samples'
import { clockMs } from './clock'

/**
 * JMeter's columns when nobody changed its settings: since 3.1, and in 2.x, which wrote no header. The only orders that rows without one are
 * trusted to have. JMeter's order never changes, only which columns there are: of the last two of ten nothing tells whether they are bytes
 * and latency, and they stay unread.
 */
const defaults = [
  'timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,failureMessage,bytes,sentBytes,grpThreads,allThreads,URL,Latency,IdleTime,Connect',
  'timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,number9,number10',
].map((names) => names.split(','))
const headerLine = /^"?[A-Za-z]{2,20}"?([,;|\t]).{0,2000}$/
const bareRow = /^\d{12,14}([,;|\t])\d{1,9}\1[^\n]{1,4000}\1(?:true|false)\1/
const longestLine = 262_144

/** Column name in lower case -> index. */
type Columns = ReadonlyMap<string, number>

const isHeader = (cells: readonly string[]): boolean =>
  cells.includes('elapsed') && cells.filter((cell) => ['timestamp', 'label', 'success', 'threadname'].includes(cell)).length >= 2

const headerOf = (line: string): { names: string[]; delimiter: string } | null => {
  const delimiter = line.includes('elapsed') ? headerLine.exec(line)?.[1] : undefined
  if (delimiter === undefined) return null
  const names = line.split(delimiter).map((name) => name.replace(/^"|"$/g, '').trim())
  return isHeader(names.map((name) => name.toLowerCase())) ? { names, delimiter } : null
}

const texts = new Set(['label', 'responseCode', 'responseMessage', 'threadName', 'dataType', 'failureMessage', 'URL'])

/** A default order fits a row only when every column holds what it should. */
const defaultOf = (cells: readonly string[]): readonly string[] | undefined =>
  defaults.find(
    (names) =>
      cells.length === names.length &&
      cells.every((cell, index) => {
        const name = names[index] ?? ''
        if (name === 'success') return cell === 'true' || cell === 'false'
        if (name === 'dataType') return /^(?:text|bin|)$/.test(cell)
        return texts.has(name) || /^\d{1,18}$/.test(cell)
      }),
  )

const columnsOf = (names: readonly string[]): Columns => new Map(names.map((name, index) => [name.toLowerCase(), index] as const))

class JmeterCsv implements StreamReader {
  private readonly done: ParseResult[] = []
  private samples = new Samples()
  private columns: Columns | null = null
  private width = 0
  private unnamed: CsvRecord | null = null
  private cut = false
  private readonly records = new CsvRecords((record) => this.record(record))
  private readonly lines = new Lines(
    { line: (text, whole) => this.line(text, whole), tooLong: (start) => this.columns && skipRow(this.samples.reading, start, 'too long') },
    longestLine,
  )

  push(piece: Uint8Array): void {
    this.lines.push(piece)
  }

  end(): ParseResult[] {
    this.lines.end()
    this.records.end()
    this.finish()
    return this.done
  }

  private line(text: string, whole: boolean): void {
    const header = headerOf(text)
    if (header) this.begin(header.names, header.delimiter)
    else if (this.columns || text.trim() !== '') {
      const bare = this.columns ? null : bareRow.exec(text)
      if (bare?.[1]) this.records.delimiter = bare[1]
      if (this.columns || bare) this.records.line(text, whole)
    }
  }

  private begin(names: readonly string[], delimiter: string): void {
    this.records.end()
    this.finish()
    this.columns = columnsOf(names)
    this.width = names.length
    this.records.delimiter = delimiter
  }

  private record({ cells, text, whole }: CsvRecord): void {
    const { reading } = this.samples
    if (text === '' && (cells?.length ?? 0) <= 1) return
    if (!this.columns) {
      const names = cells ? defaultOf(cells) : undefined
      if (names) this.nameByDefault(names)
      else {
        this.unnamed ??= { cells, text, whole }
        return skipRow(reading, text, 'no header names its columns')
      }
    }
    if (!whole) this.cut = this.cut || cells?.length !== this.width
    if (!cells || cells.length !== this.width) return skipRow(reading, text, 'its columns are not those of the header')
    this.sample(cells, text, whole)
  }

  private nameByDefault(names: readonly string[]): void {
    this.columns = columnsOf(names)
    this.width = names.length
    warn(this.samples.reading, 'header_missing', "The file has no header; its rows have JMeter's default columns.")
  }

  private sample(cells: readonly string[], text: string, whole: boolean): void {
    const cell = (name: string): string | undefined => {
      const index = this.columns?.get(name)
      // The last cell of a text without a final line end may be cut.
      return index === undefined || (!whole && index === cells.length - 1) ? undefined : cells[index]?.trim()
    }
    const elapsedMs = parseCount(cell('elapsed'))
    const success = cell('success')?.toLowerCase()
    if (elapsedMs === null) return skipRow(this.samples.reading, text, 'its elapsed time is not a number of milliseconds')
    if (this.columns?.has('success') && success !== 'true' && success !== 'false')
      return skipRow(this.samples.reading, text, 'it does not say whether it succeeded')
    if (isSum(cell('samplecount'))) return this.samples.sum(text)
    this.samples.add({
      startMs: clockMs(cell('timestamp')),
      elapsedMs,
      firstByteMs: parseCount(cell('latency')),
      label: cell('label') ?? null,
      success: success === undefined ? null : success === 'true',
      code: cell('responsecode') ?? null,
    })
  }

  private finish(): void {
    const { samples } = this
    const { reading } = samples
    const started = this.columns !== null || reading.rows.skipped > 0
    if (started && (samples.count > 0 || reading.rows.skipped > 0 || this.done.length === 0)) {
      samples.finish('csv')
      if (samples.count === 0 && this.unnamed)
        fail(
          reading,
          'parse.unit_unknown',
          "The file has no header and its columns are not JMeter's default ones: which of them is the time cannot be told. Put the header line of the test above it.",
          this.unnamed.text,
        )
      else if (this.cut) {
        warn(reading, 'truncated', 'The file breaks off within a row.')
        fail(reading, 'parse.truncated', 'The file breaks off within a row.')
      } else if (samples.count === 0) fail(reading, 'parse.no_rows', 'The file holds no samples.')
      this.done.push(reading)
    }
    this.samples = new Samples()
    this.cut = false
    this.unnamed = null
  }
}

const bareRows = (head: string): number =>
  head.split('\n', 50).filter((line) => line.length < 8192 && bareRow.test(line) && line.split(',').length >= 6).length

/** JMeter's CSV results; columns by the header, elapsed times in milliseconds as JMeter defines them. */
export const jmeterCsv: StreamFormat = {
  id: 'jmeter-csv',
  detect(head) {
    if (head.split('\n').some((line) => line.length < 4096 && headerOf(line))) return certain
    return bareRows(head) >= 2 ? likely : notMine
  },
  open: () => new JmeterCsv(),
}
