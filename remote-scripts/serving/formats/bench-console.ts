import type { ParseResult } from '../../../preload/contract'
import { certain, notMine } from '../../_kit/detect'
import { parseCount, parseNumber } from '../../_kit/numbers'
import type { FormatParser } from '../../_kit/probe'
import { fail, newReading, setFacts, skipRow, warn, type Reading } from '../../_kit/reading'
import { cleanText } from '../../_kit/text'
import { addCounts, addRate, BenchTimes, warnAboutRate } from './bench-figures'
import { fewRequests } from './load'

const title = /={4,} (?:Serving|Offline Throughput) Benchmark Result ={4,}/
const closing = /^\s*#?\s*={40,}\s*$/
/** The end of a code block in a ticket: what follows is none of the tool's. */
const fence = /^\s*```/
const figure = /^\s*#?\s*([A-Za-z][^:\n]{1,60}):\s+(\S.{0,60}?)\s*$/
const time = /^(Mean|Median|Max|Min|P\d{1,2}(?:\.\d{1,4})?) (TTFT|TPOT|ITL|E2EL|E2E Latency) \((m?s)\)$/i

interface Block {
  figures: Map<string, string>
  closed: boolean
}

const blocksOf = (text: string): Block[] => {
  const lines = cleanText(text).split('\n')
  const blocks: Block[] = []
  let open: Block | null = null
  lines.forEach((line, index) => {
    if (line.length > 1000) return
    if (title.test(line)) {
      open = { figures: new Map(), closed: false }
      blocks.push(open)
    } else if (open && closing.test(line)) {
      open.closed = true
      open = null
    } else if (fence.test(line)) {
      open = null
    } else if (open && index < lines.length - 1) {
      // The last line of a text without a final line end may be cut.
      const [, name, value] = figure.exec(line) ?? []
      if (name !== undefined && value !== undefined && !open.figures.has(name)) open.figures.set(name, value)
    }
  })
  return blocks
}

const offline = 'Last generation throughput (tok/s)'

const toolOf = (figures: ReadonlyMap<string, string>): string => {
  if (figures.has(offline)) return 'sglang bench_offline_throughput'
  if (figures.has('Backend') || figures.has('Total generated tokens (retokenized)') || figures.has('Mean E2E Latency (ms)'))
    return 'sglang bench_serving'
  const recent = ['Failed requests', 'Peak output token throughput (tok/s)', 'Peak concurrent requests', 'Maximum request concurrency']
  return recent.some((name) => figures.has(name)) ? 'vllm bench serve' : 'vllm benchmark_serving'
}

const readFacts = (reading: Reading, figures: ReadonlyMap<string, string>): void => {
  const number = (...names: string[]): number | null =>
    names.map((name) => parseNumber(figures.get(name))).find((value) => value !== null) ?? null
  const offered = figures.get('Traffic request rate') ?? figures.get('Request rate configured (RPS)')
  setFacts(reading, {
    tool: reading.tool.name,
    backend: figures.get('Backend') ?? null,
    request_rate: parseNumber(offered) ?? offered ?? null,
    offered_rate: parseNumber(offered),
    max_concurrency: number('Maximum request concurrency', 'Max request concurrency'),
    max_concurrent_requests: number('Peak concurrent requests'),
    duration_s: number('Benchmark duration (s)'),
    input_tokens: number('Total input tokens'),
    output_tokens: number('Total generated tokens'),
    output_tokens_per_s: number('Output token throughput (tok/s)'),
    total_tokens_per_s: number('Total Token throughput (tok/s)', 'Total token throughput (tok/s)', 'Total throughput (tok/s)'),
    mean_tpot_ms: number('Mean TPOT (ms)'),
  })
}

const readTimes = (reading: Reading, figures: ReadonlyMap<string, string>): void => {
  const times = new BenchTimes()
  for (const [name, value] of figures) {
    const [, word, family, unit] = time.exec(name) ?? []
    if (word === undefined || family === undefined) continue
    // Both tools print two decimals or more: a figure without is a cut one.
    const printed = /\.\d{2,}$/.test(value) ? parseNumber(value) : null
    if (printed === null) {
      skipRow(reading, `${name}: ${value}`, 'it is not a number of two decimals')
      continue
    }
    const known = times.add(family.toLowerCase().replace(' ', '_'), word.toLowerCase(), unit === 'ms' ? printed : printed * 1000)
    reading.rows.understood += Number(known)
  }
  times.addTo(reading)
}

const readBlock = ({ figures, closed }: Block): ParseResult => {
  const reading = newReading('serving', toolOf(figures))
  readFacts(reading, figures)
  const completed = parseCount(figures.get('Successful requests'))
  const failed = parseCount(figures.get('Failed requests'))
  const qps = parseNumber(figures.get('Request throughput (req/s)'))
  if (failed !== null) reading.facts['failed'] = failed
  addCounts(reading, { completed, failed, qps })
  addRate(reading, 'serving.output_tokens_per_s', parseNumber(figures.get('Output token throughput (tok/s)')))
  const total = typeof reading.facts['total_tokens_per_s'] === 'number' ? reading.facts['total_tokens_per_s'] : null
  addRate(reading, 'serving.total_tokens_per_s', total)
  addRate(reading, 'serving.goodput', parseNumber(figures.get('Request goodput (req/s)')))
  readTimes(reading, figures)
  if (figures.has(offline))
    warn(reading, 'offline', 'There was no server: all requests were given to the engine at once, and no request was timed.')
  if (completed !== null && completed < fewRequests) warn(reading, 'few_requests', `${completed} requests are few for percentiles.`)
  if (qps !== null && qps < 1) warn(reading, 'low_precision_qps', `The rate is printed as ${qps}: two decimals of a small number.`)
  warnAboutRate(reading, parseNumber(figures.get('Traffic request rate') ?? figures.get('Request rate configured (RPS)')), qps)
  if (!closed) {
    warn(reading, 'truncated', 'The block breaks off.')
    fail(reading, 'parse.truncated', 'The block of results breaks off.', [...figures].at(-1)?.join(': '))
  }
  return reading
}

/** What vllm's and sglang's serving benchmarks print at their end; several blocks are several runs. */
export const benchConsole: FormatParser = {
  id: 'serving-bench-console',
  detect: (head) => (title.test(head) ? certain : notMine),
  parse: (text) => blocksOf(text).map(readBlock),
  keepsLine: (line) => title.test(line) || closing.test(line) || fence.test(line) || figure.test(line),
}
