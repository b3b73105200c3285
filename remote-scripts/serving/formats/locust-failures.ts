import { parseCount } from '../../_kit/numbers'
import { add, setFacts, skipRow, warn, type Reading } from '../../_kit/reading'
import { redactSecrets } from '../../_kit/secrets'
import { quote } from '../../_kit/text'
import { LocustRows } from './locust-rows'

/** `_failures.csv` and `_exceptions.csv`: how often each error came. No rows: nothing failed. */
export class FailureTable extends LocustRows {
  private total = 0
  private rows = 0

  row(cells: readonly string[], text: string): void {
    const isException = this.header.table === 'exceptions'
    this.rows += 1
    const times = parseCount(this.cell(cells, isException ? 'count' : 'occurrences'))
    const error = this.cell(cells, isException ? 'message' : 'error')
    if (times === null || error === undefined) {
      if (cells.length < this.header.width) this.breaksOff(text)
      return skipRow(this.reading, text, 'it does not say how often the error came')
    }
    this.reading.rows.understood += 1
    this.total += times
    add(this.reading, 'serving.errors', '1', times, {
      ...(isException ? { kind: 'exception' } : this.named(cells)),
      error: quote(redactSecrets(error)),
    })
  }

  finish(): Reading {
    setFacts(this.reading, { tool: 'locust', rows: this.rows, errors_total: this.total })
    if (this.total > 0)
      warn(
        this.reading,
        'errors_present',
        `${this.total} ${this.header.table === 'exceptions' ? 'exceptions in the test itself' : 'requests failed'}; this file does not say of how many.`,
      )
    return this.reading
  }
}
