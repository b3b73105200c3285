import type { Dimensions } from '../../../preload/contract'
import { convert, parseCount, parseNumber, timeScale } from '../../_kit/numbers'
import { add, fail, newReading, skipRow, warn, type Reading } from '../../_kit/reading'
import { quote } from '../../_kit/text'
import type { LocustHeader } from './locust-columns'

const milliseconds = timeScale('ms')

/** One of locust's tables while it is read. */
export abstract class LocustRows {
  readonly reading: Reading = newReading('serving', 'locust')

  constructor(protected readonly header: LocustHeader) {}

  abstract row(cells: readonly string[], text: string): void
  abstract finish(): Reading

  /** The text ends within this row. */
  breaksOff(text: string): void {
    warn(this.reading, 'truncated', 'The file breaks off within a row.')
    fail(this.reading, 'parse.truncated', 'The file breaks off within a row.', text)
  }

  protected cell(cells: readonly string[], field: string): string | undefined {
    const index = this.header.fields.get(field)
    return index === undefined ? undefined : cells[index]?.trim()
  }

  protected named(cells: readonly string[]): Dimensions {
    const method = this.cell(cells, 'method')
    const name = quote(this.cell(cells, 'name') ?? '')
    return {
      name: name === 'Total' ? 'Aggregated' : name,
      ...(method === undefined || method === '' || method === 'None' ? {} : { method: quote(method) }),
    }
  }

  /** Counts, rates and times of one row of stats or history; false when it is no such row. */
  protected figures(cells: readonly string[], text: string): boolean {
    const requests = parseCount(this.cell(cells, 'requests'))
    if (requests === null) {
      skipRow(this.reading, text, 'its number of requests is not a number')
      return false
    }
    this.reading.rows.understood += 1
    const dimensions = this.named(cells)
    const failures = parseCount(this.cell(cells, 'failures'))
    add(this.reading, 'serving.requests', '1', requests, dimensions)
    add(this.reading, 'serving.qps', '1/s', parseNumber(this.cell(cells, 'qps')), dimensions)
    if (requests === 0) return true
    if (failures !== null) add(this.reading, 'serving.error_rate', '1', failures / requests, dimensions)
    if (failures !== null && failures > 0) add(this.reading, 'serving.errors', '1', failures, dimensions)
    this.times(cells, dimensions)
    return true
  }

  private times(cells: readonly string[], dimensions: Dimensions): void {
    const time = (metric: string, cell: string | undefined): boolean =>
      milliseconds !== null && add(this.reading, metric, 'us', convert(cell, milliseconds), dimensions)
    for (const name of ['mean', 'min', 'max']) time(`serving.latency_${name}`, this.cell(cells, name))
    // In a history the percentiles may be those of the last seconds; the median of the whole test has a column of its own.
    let median = this.header.table === 'history' && time('serving.latency_p50', this.cell(cells, 'median'))
    for (const [index, name] of this.header.percentiles) {
      if (name === 'p50' && median) continue
      const found = time(`serving.latency_${name}`, cells[index]?.trim())
      if (name === 'p50') median = found
    }
    if (!median) time('serving.latency_p50', this.cell(cells, 'median'))
  }
}
