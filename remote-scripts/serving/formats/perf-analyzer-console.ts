import type { ParseResult } from '../../../preload/contract'
import { certain, notMine } from '../../_kit/detect'
import { convert, parseCount, timeScale } from '../../_kit/numbers'
import type { FormatParser } from '../../_kit/probe'
import { fail, warn, type Reading } from '../../_kit/reading'
import { cleanText, maxLineLength } from '../../_kit/text'
import { modeOf, readExperiment, type Experiment } from './perf-analyzer'
import { percentiles } from './percentiles'

const begin = /^\s{0,8}(Request concurrency|Request Rate): ([\d.]{1,16})(?: inference requests per seconds?)?\s*$/
const client = /^\s{0,8}Client:\s*$/
const server = /^\s{0,8}Server:\s*$/
const batch = /^\s{0,8}Batch size: (\d{1,9})\s*$/
/** A server of OpenAI's interface takes no batches. */
const openAi = /^\s{0,8}Service Kind: OPENAI\s*$/
const figure =
  /^\s{1,16}(Request count|Throughput|Avg latency|p\d{1,2} latency): ([\d.]{1,24})(?: (infer\/sec|[a-zµ]{1,5}))?(?: \(standard .{1,60}\))?\s*$/
const summary = /^\s{0,8}Inferences\/Second vs\. Client (Average|p\d{1,2}) Batch Latency\s*$/
const summaryRow =
  /^\s{0,8}(Concurrency|Request Rate): ([\d.]{1,16}), (?:throughput: )?([\d.]{1,24}) infer\/sec, latency ([\d.]{1,16}) (\w{1,5})\s*$/
const unstable = /Failed to obtain stable measurement/
const patterns = [begin, client, server, batch, openAi, figure, summary, summaryRow, unstable]

interface Level extends Experiment {
  times: Map<string, number>
  /** It has its figures in the text, not only a row at the end. */
  rows: number
  unstable: boolean
}

const statisticOf = (name: string): string | null =>
  name === 'Average' || name === 'Avg' ? 'mean' : (percentiles.get(Number(name.slice(1))) ?? null)

class Log {
  readonly levels: Level[] = []
  private batch: number | null = null
  private level: Level | null = null
  private inClient = false
  private summarises: string | null = null

  line(text: string): void {
    const [, name, value] = begin.exec(text) ?? []
    if (name !== undefined && value !== undefined) this.level = this.open(name, value)
    const size = parseCount(batch.exec(text)?.[1])
    if (size !== null) this.batch = size
    if (openAi.test(text)) this.batch = 1
    if (client.test(text)) this.inClient = this.level !== null && this.level.rows === 0
    if (server.test(text) || summary.test(text) || name !== undefined) this.inClient = false
    if (unstable.test(text) && this.level) this.level.unstable = true
    if (this.inClient && this.level) this.figure(this.level, text)
    this.summarises = summary.exec(text)?.[1] ?? this.summarises
    this.row(text)
  }

  private open(name: string, level: string): Level {
    const opened: Level = {
      mode: modeOf(name),
      level,
      requests: null,
      inferencesPerS: null,
      batch: this.batch,
      times: new Map(),
      rows: 0,
      unstable: false,
    }
    this.levels.push(opened)
    return opened
  }

  private figure(level: Level, text: string): void {
    const [, name, value, unit] = figure.exec(text) ?? []
    if (name === undefined || value === undefined) return
    if (name === 'Request count') level.requests = parseCount(value)
    else if (name === 'Throughput') level.inferencesPerS = unit === 'infer/sec' ? value : null
    else this.time(level, name.replace(' latency', ''), value, unit)
    level.rows += 1
  }

  private time(level: Level, name: string, value: string, unit: string | undefined): void {
    const end = statisticOf(name)
    const scale = timeScale(unit ?? '')
    const us = scale === null ? null : convert(value, scale)
    if (end !== null && us !== null && !level.times.has(end)) level.times.set(end, us)
  }

  /** A row of the table at the end counts where the text has no more of its level. */
  private row(text: string): void {
    const [, name, value, rate, time, unit] = this.summarises === null ? [] : (summaryRow.exec(text) ?? [])
    if (name === undefined || value === undefined || rate === undefined || time === undefined) return
    if (this.levels.some(({ mode, level }) => mode === modeOf(name) && level === value)) return
    const level = this.open(name, value)
    level.inferencesPerS = rate
    this.time(level, this.summarises ?? '', time, unit)
    level.rows = 1
  }
}

const readLevel = (level: Level): Reading => {
  const reading = readExperiment(level)
  reading.rows.understood = level.rows
  if (level.unstable)
    warn(reading, 'not_stable', 'The tool says that no measurement was stable: the figures are those of its last windows.')
  if (level.rows === 0) fail(reading, 'parse.no_rows', 'The level has a header and no figures.')
  return reading
}

/** What Triton's `perf_analyzer` (once `perf_client`) prints: a block for each concurrency or rate. */
export const perfAnalyzerConsole: FormatParser = {
  id: 'perf-analyzer-console',
  detect(head) {
    const lines = head.split('\n').filter((line) => line.length < maxLineLength)
    const hasBlock = lines.some((line) => begin.test(line)) && lines.some((line) => client.test(line))
    return hasBlock || (lines.some((line) => summary.test(line)) && lines.some((line) => summaryRow.test(line))) ? certain : notMine
  },
  keepsLine: (line) => line.length < maxLineLength && patterns.some((pattern) => pattern.test(line)),
  parse(text): ParseResult[] {
    const log = new Log()
    // The last line of a text without a final line end may be cut.
    for (const line of cleanText(text).split('\n').slice(0, -1)) if (line.length < maxLineLength) log.line(line)
    return log.levels.map(readLevel)
  },
}
