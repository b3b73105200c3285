import type { ParseResult } from '../../../preload/contract'
import { certain, notMine } from '../../_kit/detect'
import type { StreamFormat } from '../../_kit/probe'
import { fail, newReading, setFacts, skipRow, warn, type Reading } from '../../_kit/reading'
import { readLines, type LineReader } from '../line-stream'
import { deviceLine, launchLine, type LaunchLine } from './console-launch'
import { cellsOf, readCells, spansOf, type Spans } from './console-rows'
import { CounterTable } from './counter-table'
import { isNcuHeader } from './csv-format'
import { identityFacts } from './identity'
import { NcuMessages } from './messages'

/** Where the reader is within one launch. */
class ConsoleReader {
  table = new CounterTable()
  readonly messages = new NcuMessages()
  private hasLaunch = false
  private section: string | null = null
  private readonly sections = new Set<string>()
  private spans: Spans | null = null
  private heads: readonly string[] | null = null
  private rows = 0
  private wasClosed = false
  private readonly agreed = new Map<string, string | null>()
  private device: { device: string; cc: string } | null = null
  private process: { name: string; host: string } | null = null
  csv = false

  line(line: string, isCut: boolean): void {
    if (line.startsWith('==')) this.messages.read(line)
    else if (line.includes('","') && isNcuHeader(line)) this.csv = true
    this.device = deviceLine(line) ?? this.device
    const launch = launchLine(line)
    if (launch) this.begin(launch)
    else if (/^ {0,12}Section: \S/.test(line)) this.open(line.slice(line.indexOf(':') + 1).trim())
    else if (/^\[\d{1,9}\] \S{1,200}@\S{1,200}\s*$/.test(line)) {
      const [name = '', host = ''] = line
        .replace(/^\[\d+\] /, '')
        .trim()
        .split('@')
      this.process ??= { name, host }
    } else this.tableLine(line, isCut)
  }

  private begin(launch: LaunchLine): void {
    const device = launch.device ?? (launch.isSummary ? (this.device?.device ?? null) : null)
    if (launch.isSummary && this.table.store.launches === 0) this.table = this.table.asSummary()
    this.table.begin(launch.kernel, { grid: launch.grid, block: launch.block, device })
    this.hasLaunch = true
    this.section = null
    this.sections.clear()
    this.spans = null
    for (const [name, text] of [
      ['Grid Size', launch.grid],
      ['Block Size', launch.block],
      ['Device', device],
      ['CC', launch.cc ?? (launch.isSummary ? (this.device?.cc ?? null) : null)],
    ] as const) {
      const known = this.agreed.get(name)
      this.agreed.set(name, known === undefined || known === text ? text : null)
    }
  }

  private open(section: string): void {
    // One launch has each section once: the line that names the next kernel is missing.
    if (this.sections.has(section)) this.hasLaunch = false
    this.sections.add(section)
    this.section = section
    this.spans = null
    this.heads = null
    this.rows = 0
    this.wasClosed = false
  }

  private tableLine(line: string, isCut: boolean): void {
    const spans = this.section === null ? null : spansOf(line)
    if (spans) {
      // A line of dashes below rows ends the table; another one (also a repeated one) begins it.
      const ends = this.spans !== null && this.rows > 0
      this.wasClosed ||= ends
      this.spans = ends ? null : spans
      this.rows = 0
      return
    }
    if (this.spans === null || /^[\s-]*$/.test(line)) return
    if (/^ {1,12}(?:OPT|INF|WRN|ERR)\b/.test(line)) this.spans = null
    else if (this.rows === 0 && /^\s*Metric Name\b/.test(line)) this.heads = cellsOf(line, this.spans)
    else this.row(line, this.spans, isCut)
  }

  private row(line: string, spans: Spans, isCut: boolean): void {
    const { table } = this
    this.rows += 1
    if (!this.hasLaunch) {
      skipRow(table.reading, line, 'no kernel is named above it')
      return
    }
    // Values are flush right: a cut one ends before its column does.
    if (isCut && line.trimEnd().length !== spans.at(-1)?.[1]) {
      skipRow(table.reading, line, 'the file ends within it')
      return
    }
    const printed = readCells(line, spans, this.heads, isCut)
    if (!printed) {
      skipRow(table.reading, line, 'it does not keep to the columns of its table')
      return
    }
    table.add({ section: this.section, ...printed }, line)
  }

  /** The text ended while a table was open. */
  get isOpen(): boolean {
    return this.spans !== null && (this.rows > 0 || !this.wasClosed)
  }

  facts(reading: Reading): void {
    setFacts(reading, {
      ...identityFacts((name) => this.agreed.get(name) ?? null),
      ...(this.process === null ? {} : { process: this.process.name, host: this.process.host }),
    })
  }
}

const finish = (reader: ConsoleReader, lastLine: string | undefined): ParseResult[] => {
  const { table, messages } = reader
  const hasTables = table.store.launches > 0 || table.reading.rows.skipped > 0
  // Messages around a table of CSV are told by the reader of that table.
  if (!hasTables && (reader.csv || !messages.any)) return []
  if (!hasTables) {
    const reading = newReading('kernel', 'ncu')
    messages.giveTo(reading, 0)
    messages.giveMissing(reading)
    return [reading]
  }
  table.finish()
  reader.facts(table.reading)
  messages.giveTo(table.reading, table.store.launches)
  if (reader.isOpen) {
    warn(table.reading, 'truncated', 'The output breaks off within a table.')
    fail(table.reading, 'parse.truncated', 'The output breaks off within a table; the rows before were read.', lastLine)
  }
  return [table.reading]
}

/** Tables come at the end of a run: what connects behind them is another one. */
class RunsReader implements LineReader {
  private readonly runs = [new ConsoleReader()]
  private lastLine: string | undefined

  line(line: string, isLast: boolean): void {
    const run = this.runs.at(-1)
    if (line.trim() !== '') this.lastLine = line
    if (line.startsWith('==PROF== Connected') && run && run.table.store.launches > 0) this.runs.push(new ConsoleReader())
    this.runs.at(-1)?.line(line, isLast)
  }

  results(): ParseResult[] {
    return this.runs.flatMap((run) => finish(run, this.lastLine))
  }
}

/** What ncu prints without `--csv`: sections with tables, or only messages when it failed. */
export const ncuConsole: StreamFormat = {
  id: 'ncu-console',
  detect: (head) => {
    if (/^ {0,12}Section: [^\n]{1,200}\n {0,12}-{3,} -{3,}/m.test(head)) return certain
    const isCsv = /^"/m.test(head) && head.split('\n').some((line) => line.startsWith('"ID",') || /^"\d+",/.test(line))
    return !isCsv && /^==(?:PROF|ERROR|WARNING)== /m.test(head) ? certain : notMine
  },
  open: () => readLines(new RunsReader()),
}
