import type { Dimensions, ParseResult } from '../../../preload/contract'
import { certain, notMine } from '../../_kit/detect'
import { parseCount, scaleByTen } from '../../_kit/numbers'
import type { FormatParser } from '../../_kit/probe'
import { add, fail, newReading, setFacts, warn, type Reading } from '../../_kit/reading'
import { cleanText, maxLineLength } from '../../_kit/text'

const version = /^\s{0,12}STREAM version \$Revision: ([\d.]{1,12}) \$/
const elements = /^\s{0,12}Array size = (\d{1,15})\b/
const elementBytes = /^\s{0,12}This system uses (\d{1,3}) bytes per (?:array element|DOUBLE PRECISION word)/
const threads = /^\s{0,12}Number of Threads counted = (\d{1,9})\s*$/
/** STREAM counts 10^6 bytes as a MB; both titles are over the rate of the fastest round. */
const header = /^\s{0,12}Function\s{1,20}(?:Best Rate MB\/s|Rate \(MB\/s\))\s{1,20}Avg time\s{1,20}Min time\s{1,20}Max time\s*$/
const row = /^\s{0,12}(Copy|Scale|Add|Triad):\s{1,20}(\d{1,12}\.\d{1,6})\s{1,20}[\d.]{1,16}\s{1,20}[\d.]{1,16}\s{1,20}[\d.]{1,16}\s*$/
const wrong = /^\s{0,12}Failed Validation on array/
const right = /^\s{0,12}Solution Validates/
const patterns = [version, elements, elementBytes, threads, header, row, wrong, right]

const metrics = new Map([
  ['Copy', 'memory.copy_bandwidth'],
  ['Triad', 'memory.triad_bandwidth'],
])

/** What stands above a table. */
interface Preamble {
  version: string | null
  elements: number | null
  elementBytes: number | null
  threads: number | null
}

const nothing = (): Preamble => ({ version: null, elements: null, elementBytes: null, threads: null })

interface Table {
  preamble: Preamble
  /** GB/s by function. */
  rates: Map<string, number>
  wrong: string | null
  right: boolean
}

const tablesOf = (lines: readonly string[]): Table[] => {
  const tables: Table[] = []
  let preamble = nothing()
  for (const line of lines) {
    if (line.length >= maxLineLength) continue
    const revision = version.exec(line)?.[1]
    if (revision !== undefined) preamble = { ...nothing(), version: revision }
    preamble.elements = parseCount(elements.exec(line)?.[1]) ?? preamble.elements
    preamble.elementBytes = parseCount(elementBytes.exec(line)?.[1]) ?? preamble.elementBytes
    preamble.threads = parseCount(threads.exec(line)?.[1]) ?? preamble.threads
    if (header.test(line)) {
      tables.push({ preamble, rates: new Map(), wrong: null, right: false })
      preamble = nothing()
    }
    const table = tables.at(-1)
    const [, name, rate] = row.exec(line) ?? []
    if (!table) continue
    const gigabytes = rate === undefined ? null : scaleByTen(rate, -3)
    if (name !== undefined && gigabytes !== null && !table.rates.has(name)) table.rates.set(name, gigabytes)
    if (wrong.test(line)) table.wrong ??= line
    table.right ||= right.test(line)
  }
  return tables
}

const readTable = ({ preamble, rates, wrong: failed, right: validated }: Table): Reading => {
  const reading = newReading('memory-bandwidth', 'stream', preamble.version)
  const bytes = preamble.elements === null || preamble.elementBytes === null ? null : preamble.elements * preamble.elementBytes
  setFacts(reading, {
    tool: 'stream',
    workers: preamble.threads,
    array_bytes: bytes,
    validated: failed !== null ? false : validated || null,
  })
  reading.rows.understood = rates.size
  if (failed !== null) {
    fail(
      reading,
      'parse.tool_reported_error',
      'STREAM says that its result is wrong: its times mean nothing and no bandwidth is given.',
      failed,
    )
    return reading
  }
  const dimensions: Dimensions = {
    device: 'cpu',
    stat: 'best',
    engine: 'stream',
    cache: 'unknown',
    ...(preamble.threads === null ? {} : { workers: preamble.threads }),
  }
  for (const [name, rate] of rates) {
    const metric = metrics.get(name)
    if (metric !== undefined) add(reading, metric, 'GB/s', rate, dimensions)
    else setFacts(reading, { [`${name.toLowerCase()}_gb_s`]: rate })
  }
  if (rates.size === 0) fail(reading, 'parse.no_rows', 'The table has a header and no rows.')
  else {
    warn(reading, 'cache_unknown', 'The size of the caches is not known: part of the figure may be theirs.')
    if (!validated)
      warn(reading, 'not_validated', 'The text does not hold what STREAM says of its result: whether it was right is not known.')
  }
  return reading
}

/** What McCalpin's STREAM prints. */
export const stream: FormatParser = {
  id: 'stream',
  detect: (head) => (head.split('\n').some((line) => line.length < maxLineLength && header.test(line)) ? certain : notMine),
  keepsLine: (line) => line.length < maxLineLength && patterns.some((pattern) => pattern.test(line)),
  parse(text): ParseResult[] {
    // The last line of a text without a final line end may be cut.
    return tablesOf(cleanText(text).split('\n').slice(0, -1)).map(readTable)
  },
}
