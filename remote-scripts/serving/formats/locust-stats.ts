import { parseCount, parseNumber } from '../../_kit/numbers'
import { fail, setFacts, skipRow, warn, type Reading } from '../../_kit/reading'
import { LocustRows } from './locust-rows'

const aggregated = 'Aggregated'
/** A test that puts numbers into its paths has as many names as requests. */
const mostNames = 500

/** `_stats.csv` (`_requests.csv`, `_distribution.csv` of old versions): one row per endpoint, and their sum. */
export class StatsTable extends LocustRows {
  private readonly endpoints = new Set<string>()
  private hasSum = false
  private rows = 0

  row(cells: readonly string[], text: string): void {
    this.rows += 1
    if (this.endpoints.size >= mostNames) return skipRow(this.reading, text, `only ${mostNames} endpoints are read`)
    if (!this.figures(cells, text)) return
    const { name } = this.named(cells)
    if (name === aggregated) this.hasSum = true
    else this.endpoints.add(String(name))
    const [requests, failures] = [parseCount(this.cell(cells, 'requests')), parseCount(this.cell(cells, 'failures'))]
    if (requests && failures) warn(this.reading, 'errors_present', `${failures} of ${requests} requests failed (${String(name)}).`)
  }

  finish(): Reading {
    setFacts(this.reading, { tool: 'locust', rows: this.rows, endpoints: [...this.endpoints] })
    if (this.hasSum && this.endpoints.size > 1)
      warn(this.reading, 'aggregate_mixes_endpoints', `The row ${aggregated} mixes all endpoints; it is their sum, not one more.`)
    if (this.rows === 0) fail(this.reading, 'parse.no_rows', 'The file has a header and no rows.')
    return this.reading
  }
}

/** `_stats_history.csv`: a row per second; the values are those of the last row of each name. */
export class HistoryTable extends LocustRows {
  private readonly last = new Map<string, { cells: readonly string[]; text: string }>()
  private rows = 0
  private withoutTimes = 0
  private others = 0

  row(cells: readonly string[], text: string): void {
    if (parseNumber(this.cell(cells, 'qps')) === null || parseCount(this.cell(cells, 'requests')) === null)
      return skipRow(this.reading, text, 'its counts are not numbers')
    this.rows += 1
    if ([...this.header.percentiles.keys()].some((index) => parseNumber(cells[index]?.trim()) === null)) this.withoutTimes += 1
    const name = `${this.cell(cells, 'method') ?? ''} ${this.cell(cells, 'name') ?? ''}`
    if (this.last.size < mostNames || this.last.has(name)) this.last.set(name, { cells, text })
    else this.others += 1
  }

  finish(): Reading {
    const { reading } = this
    for (const { cells, text } of this.last.values()) this.figures(cells, text)
    reading.rows.understood = this.rows
    const sum = [...this.last.values()].find(({ cells }) => this.named(cells)['name'] === aggregated)?.cells ?? []
    const [requests, failures] = [parseCount(this.cell(sum, 'requests')), parseCount(this.cell(sum, 'failures'))]
    setFacts(reading, {
      tool: 'locust',
      rows: this.rows,
      na_rows: this.withoutTimes,
      users_last: parseCount(this.cell(sum, 'users')),
      failures_per_s_last: parseNumber(this.cell(sum, 'failuresPerS')),
    })
    if (this.rows > 0)
      warn(
        reading,
        'last_seconds',
        'Requests/s and the percentiles of a history are those of the last seconds before its last row, not of the test: `_stats.csv` has those.',
      )
    if (requests && failures) warn(reading, 'errors_present', `${failures} of ${requests} requests failed.`)
    if (this.others > 0) warn(reading, 'many_labels', `Only the first ${mostNames} names are read: ${this.others} rows have another.`)
    if (this.rows === 0) fail(reading, 'parse.no_rows', 'The file has a header and no rows.')
    return reading
  }
}
