import type { ParseResult } from '../../../preload/contract'
import { certain, notMine } from '../../_kit/detect'
import type { StreamFormat } from '../../_kit/probe'
import { fail, newReading, setFacts, skipRow, warn, type Reading } from '../../_kit/reading'
import { maxLineLength } from '../../_kit/text'
import { splitCsv } from '../csv-cells'
import { readLines, type LineReader } from '../line-stream'
import { headerOf, unitsOf, type Header } from './header'
import { isCutRow } from './last-row'
import { MemoryRows } from './memory-rows'
import { NvprofMessages } from './messages'
import { MetricRows } from './metric-rows'
import { looksLikeRow, readRow, type Row } from './rows'
import { SummaryRows } from './summary-rows'
import { TraceRows, type IsWanted } from './trace-rows'

/** Everything that nvprof printed about one process. */
class ProcessReader {
  readonly reading: Reading = newReading('kernel', 'nvprof')
  private readonly trace: TraceRows
  private readonly summary = new SummaryRows(this.reading)
  private readonly metrics = new MetricRows(this.reading)
  private readonly memory = new MemoryRows(this.reading)
  private readonly messages = new NvprofMessages()
  private header: Header | null = null
  private previous: Row | null = null

  constructor(isWanted: IsWanted) {
    this.trace = new TraceRows(this.reading, isWanted)
  }

  /** A line that begins with `==PID==`. */
  said(line: string): void {
    this.messages.read(line)
    if (/^=+\d*=+ API calls:/.test(line)) this.summary.heading('API calls')
    else if (/^=+\d*=+ Profiling result:/.test(line)) this.summary.heading('')
    else if (/^=+\d*=+ (?:NVTX result:| {1,8}(?:Thread|Domain|Range) ")/.test(line)) this.summary.range()
    else if (/^=+\d*=+ (?:Unified Memory p|Metric|Event)/.test(line)) this.header = null
    const program = /^=+\d*=+ (?:NVPROF is profiling process \d+, command|Profiling application): (.{1,1000})$/.exec(line)?.[1]
    if (program !== undefined) setFacts(this.reading, { program: program.trim() })
  }

  line(line: string, isLast: boolean): void {
    const header = headerOf(line)
    if (header) {
      this.header = header
      this.previous = null
      return
    }
    this.metrics.heading(line)
    this.memory.heading(line)
    if (line.startsWith('No kernels were profiled')) this.messages.read(line)
    if (this.header === null) return
    const cells = this.header.isCsv ? splitCsv(line) : null
    const units = cells ? unitsOf(cells, this.header) : null
    const group = /^\s*([A-Z][\w ()]{1,40}):\s*$/.exec(line.slice(0, 100))?.[1]
    if (group !== undefined && this.header.kind === 'summary') this.summary.heading(group)
    else if (units) this.header = { ...this.header, units }
    else if (looksLikeRow(line, this.header)) this.row(line, this.header, isLast)
  }

  private row(line: string, header: Header, isLast: boolean): void {
    const row = line.length > maxLineLength ? null : readRow(line, header)
    if (isLast && (row === null || isCutRow(row, this.previous, header))) {
      skipRow(this.reading, line, 'the file ends within it')
      warn(this.reading, 'truncated', 'The file ends within a row.')
      fail(this.reading, 'parse.truncated', 'The file ends within a row; the rows before it were read.', line)
      return
    }
    if (row === null) {
      skipRow(this.reading, line, 'it does not have the cells of the header')
      return
    }
    this.previous = row
    if (header.kind === 'trace') this.trace.read(row, header)
    else if (header.kind === 'summary') this.summary.read(row, header)
    else if (header.kind === 'metrics') this.metrics.read(row)
    else this.memory.read(row)
  }

  finish(): Reading {
    const { reading } = this
    for (const part of [this.trace, this.summary, this.metrics, this.memory]) part.finish()
    setFacts(reading, { tool: 'nvprof' })
    const hasKernels = reading.measurements.some(({ dimensions }) => 'kernel' in dimensions)
    this.messages.giveTo(reading, hasKernels)
    if (reading.measurements.length === 0 && reading.rows.skipped > 0)
      fail(reading, 'parse.unit_unknown', 'The rows have no units: the row of units below the header is missing.')
    const { understood, skipped } = reading.rows
    if (understood + skipped === 0 && reading.measurements.length === 0 && reading.problem === null) {
      warn(reading, 'truncated', 'There is no table behind what nvprof announced.')
      fail(reading, 'parse.truncated', 'The output breaks off before its first table.')
    }
    return reading
  }
}

const prefix = /^==(\d{1,9})== |^={8} /
/** More processes than this share the last one's result. */
const maxProcesses = 1000

/** Each process's lines begin with a line that names it. */
class ProcessesReader implements LineReader {
  private readonly processes = new Map<string, ProcessReader>()
  private current: ProcessReader
  private hasTable = false

  constructor(private readonly isWanted: IsWanted) {
    this.current = new ProcessReader(isWanted)
  }

  line(line: string, isLast: boolean): void {
    const match = prefix.exec(line.slice(0, 20))
    if (!match) {
      this.hasTable ||= headerOf(line) !== null
      this.current.line(line, isLast)
      return
    }
    const pid = match[1] ?? ''
    const known = this.processes.get(pid)
    if (known) this.current = known
    else if (this.processes.size < maxProcesses) {
      if (this.processes.size > 0) this.current = new ProcessReader(this.isWanted)
      this.processes.set(pid, this.current)
    }
    this.current.said(line)
  }

  results(): ParseResult[] {
    if (this.processes.size === 0 && !this.hasTable) return []
    const results = (this.processes.size === 0 ? [this.current] : [...this.processes.values()]).map((process) => process.finish())
    // A launcher and its children are several processes; those without a kernel say nothing beside one that has some.
    const full = results.filter(({ rows }) => rows.understood + rows.skipped > 0)
    return full.length > 0 ? full : results.slice(0, 1)
  }
}

const marks =
  /^==(?:\d{1,9}|={4})== (?:NVPROF is profiling|Profiling (?:application|result)|(?:Metric|Event) result|API calls|Unified Memory profiling|Generated result file|Warning: |Error: )/m
const csvHeader = /^"(?:Type","Time\(%\)"|Time\(%\)","Time","Calls"|Start","Duration",|Device","Kernel","Invocations",)/m

/** What nvprof prints: traces, summaries, metrics, events, unified memory, as text or CSV. */
export const nvprof: StreamFormat = {
  id: 'nvprof',
  detect: (head) => (marks.test(head) || csvHeader.test(head) ? certain : notMine),
  open: () => readLines(new ProcessesReader(() => true)),
}

/** The same; of its traces only launches of these kernels. */
export const nvprofOf = (isWanted: IsWanted): Pick<StreamFormat, 'open'> => ({ open: () => readLines(new ProcessesReader(isWanted)) })
