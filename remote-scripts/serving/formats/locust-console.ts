import type { Dimensions, ParseResult } from '../../../preload/contract'
import { certain, notMine } from '../../_kit/detect'
import { parseCount, parseNumber, scaleByTen } from '../../_kit/numbers'
import type { FormatParser } from '../../_kit/probe'
import { add, fail, newReading, setFacts, skipRow, warn } from '../../_kit/reading'
import { redactSecrets } from '../../_kit/secrets'
import { cleanText, quote } from '../../_kit/text'
import { percentiles } from './percentiles'

/** `# reqs # fails | Avg Min Max Med | req/s failures/s`, in the order and with the bars of any version. */
const statsHeader =
  /^\s?(?:Type\s{1,40})?Name\s{1,120}# reqs\s{1,20}# fails\s[\s|]{0,20}(Avg[\sA-Za-z|/]{10,120}failures\/s|Avg[\sA-Za-z|/]{10,120}req\/s)\s*$/
const sharesHeader =
  /^\s?(?:Type\s{1,40})?Name\s{1,120}(?:# reqs\s{1,20})?((?:[\d.]{1,7}%\s{1,20}){4,16}[\d.]{1,7}%)(?:\s{1,20}# reqs)?\s*$/
const errorsHeader = /^\s?# occurrences\s{1,20}Error\s*$/
/** Until 0.12 the sum had no times, only its rate far to the right, below `req/s`. */
const sumWithoutTimes = /^ ?(Total|Aggregated)\s{1,120}(\d{1,12})\s{1,20}(\d{1,12})\([\d.]{1,8}%\)\s{30,120}(\d{1,12}\.\d\d)\s*$/
const bars = /^[\s|-]+$/
const methods = /^(?:GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS) /
const names = new Map([
  ['Avg', 'mean'],
  ['Min', 'min'],
  ['Max', 'max'],
  ['Med', 'p50'],
  ['Median', 'p50'],
])

interface Endpoint {
  dimensions: Dimensions
  requests: number
  failures: number
  figures: Map<string, { metric: string; unit: 'us' | '1/s'; value: number }>
}

/** The last tokens of a row, and the name before them. */
const splitRow = (line: string, count: number): { name: string; tokens: string[] } | null => {
  const words = line.replaceAll('|', ' ').trim().split(/\s+/)
  const tokens = words.slice(-count)
  if (words.length <= count || tokens.length < count) return null
  return { name: words.slice(0, -count).join(' '), tokens }
}

const milliseconds = (token: string | undefined): number | null =>
  token !== undefined && /^[\d.]{1,16}$/.test(token) ? scaleByTen(token, 3) : null

class LocustConsole {
  readonly reading = newReading('serving', 'locust')
  readonly endpoints = new Map<string, Endpoint>()
  private columns: string[] | null = null
  private shares: string[] | null = null
  private inErrors = false
  private tables = 0
  /** Percentiles come once, behind the last table. */
  isFinal = false

  line(line: string): void {
    const stats = statsHeader.exec(line)?.[1]
    const shares = sharesHeader.exec(line)?.[1]
    if (stats !== undefined) {
      this.columns = stats.replaceAll('|', ' ').trim().split(/\s+/)
      this.shares = null
      this.inErrors = false
      this.tables += 1
    } else if (shares !== undefined) {
      this.shares = line
        .replace(/^.*?Name\s+/, '')
        .replaceAll('# reqs', '#reqs')
        .trim()
        .split(/\s+/)
      this.columns = null
      this.isFinal = true
    } else if (errorsHeader.test(line)) {
      this.columns = this.shares = null
      this.inErrors = true
    } else if (!bars.test(line)) {
      if (this.columns) this.row(line, this.columns)
      if (this.shares) this.times(line, this.shares)
      if (this.inErrors) this.error(line)
    }
  }

  private error(line: string): void {
    const [, times, text] = /^(\d{1,12})\s{2,20}([A-Z].{3,400}?)\s*$/.exec(line) ?? []
    if (times === undefined || text === undefined) return
    add(this.reading, 'serving.errors', '1', Number(times), { error: quote(redactSecrets(text)) })
    this.reading.rows.understood += 1
  }

  /** Other lines of the log stand between the tables' rows. */
  private skip(line: string, why: string): void {
    if (/[\d%]\s*$/.test(line) && /\s{3}/.test(line)) skipRow(this.reading, line, why)
  }

  private endpoint(name: string): Endpoint {
    const known = this.endpoints.get(name)
    if (known) return known
    const method = methods.exec(name)?.[0]
    const plain = method === undefined ? name : name.slice(method.length)
    const endpoint: Endpoint = {
      dimensions: {
        name: plain === 'Total' ? 'Aggregated' : quote(plain),
        ...(method === undefined ? {} : { method: method.trim() }),
      },
      requests: 0,
      failures: 0,
      figures: new Map(),
    }
    this.endpoints.set(name, endpoint)
    return endpoint
  }

  private sum(line: string, columns: readonly string[]): boolean {
    const [, name, requests, failures, rate] = sumWithoutTimes.exec(line) ?? []
    if (name === undefined || columns.at(-1) !== 'req/s') return false
    const endpoint = this.endpoint(name)
    endpoint.requests = Number(requests)
    endpoint.failures = Number(failures)
    this.figure(endpoint, 'req/s', rate)
    this.reading.rows.understood += 1
    return true
  }

  private row(line: string, columns: readonly string[]): void {
    if (this.sum(line, columns)) return
    const parts = splitRow(line, columns.length + 2)
    const requests = parseCount(parts?.tokens[0])
    const failures = parseCount(/^(\d{1,12})\([\d.]{1,8}%\)$/.exec(parts?.tokens[1] ?? '')?.[1])
    if (!parts || requests === null || failures === null) {
      this.skip(line, 'it does not have the columns of the table')
      return
    }
    const endpoint = this.endpoint(parts.name)
    endpoint.requests = requests
    endpoint.failures = failures
    // A table comes every few seconds: the last one counts.
    columns.forEach((column, index) => this.figure(endpoint, column, parts.tokens[index + 2]))
    this.reading.rows.understood += 1
  }

  private figure({ figures }: Endpoint, column: string, token: string | undefined): void {
    const rate = column === 'req/s' ? parseNumber(token) : null
    if (rate !== null) figures.set('qps', { metric: 'serving.qps', unit: '1/s', value: rate })
    const name = names.get(column)
    const time = name === undefined ? null : milliseconds(token)
    if (name !== undefined && time !== null) figures.set(name, { metric: `serving.latency_${name}`, unit: 'us', value: time })
  }

  private times(line: string, shares: readonly string[]): void {
    const parts = splitRow(line, shares.length)
    // Locust 1 calls the method of the sum `None` here, and nothing in the table above.
    const endpoint = parts && (this.endpoints.get(parts.name) ?? this.endpoints.get(parts.name.replace(/^None /, '')))
    if (!endpoint || !parts.tokens.every((token) => /^[\d.]{1,16}$/.test(token))) {
      this.skip(line, 'its endpoint is in no table above it, or it does not have the columns')
      return
    }
    shares.forEach((share, index) => {
      const end = percentiles.get(Number(share.replace('%', '')))
      const time = milliseconds(parts.tokens[index])
      if (end !== undefined && time !== null) endpoint.figures.set(end, { metric: `serving.latency_${end}`, unit: 'us', value: time })
    })
    this.reading.rows.understood += 1
  }

  finish(): ParseResult[] {
    const { reading } = this
    if (this.tables === 0) return []
    setFacts(reading, { tool: 'locust', tables: this.tables })
    for (const { dimensions, requests, failures, figures } of this.endpoints.values()) {
      add(reading, 'serving.requests', '1', requests, dimensions)
      if (requests > 0) add(reading, 'serving.error_rate', '1', failures / requests, dimensions)
      if (failures > 0) {
        add(reading, 'serving.errors', '1', failures, dimensions)
        warn(reading, 'errors_present', `${failures} of ${requests} requests failed (${String(dimensions['name'])}).`)
      }
      if (!this.isFinal) figures.delete('qps')
      if (requests > 0) for (const { metric, unit, value } of figures.values()) add(reading, metric, unit, value, dimensions)
    }
    if (!this.isFinal)
      warn(
        reading,
        'not_final',
        'The end of the test is not in the text: the rates of these tables are those of the last seconds and are left out.',
      )
    warn(reading, 'rounded', 'The tables on the screen are rounded to whole milliseconds; `--csv` keeps more. The last table counts.')
    if (this.endpoints.size === 0) fail(reading, 'parse.no_rows', 'The table has a header and no rows.')
    return [reading]
  }
}

/** The tables that locust prints: statistics of each endpoint, and percentiles at the end; milliseconds as locust defines them. */
export const locustConsole: FormatParser = {
  id: 'locust-console',
  detect: (head) => (head.split('\n').some((line) => line.length < 400 && statsHeader.test(line)) ? certain : notMine),
  keepsLine: (line) => line.length < 1000 && (/[|%]|\s{3}\d/.test(line) || errorsHeader.test(line) || /^\d{1,12}\s{2,20}[A-Z]/.test(line)),
  parse(text) {
    const runs = [new LocustConsole()]
    const lines = cleanText(text).split('\n')
    // The last line of a text without a final line end may be cut.
    for (const line of lines.slice(0, -1)) {
      if (line.length >= 1000) continue
      // After the percentiles, which end a test, another table is another test's.
      if (runs.at(-1)?.isFinal === true && statsHeader.test(line)) runs.push(new LocustConsole())
      runs.at(-1)?.line(line)
    }
    return runs.flatMap((run) => run.finish())
  },
}
