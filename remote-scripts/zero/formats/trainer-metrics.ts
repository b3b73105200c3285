import { parseNumber, scaleByTen } from '../../_kit/numbers'
import type { LineReader, Run } from './run'
import { meaningOf } from './trainer-dictionary'

const header = /(?:^|\s)\*{5} (?:train|eval|predict|test) metrics \*{5}\s*$/
const row = /^\s{1,8}([a-z]\w{1,80})\s{1,80}= {1,40}((?:\d{1,6} days?, {1,4})?\S{1,40})\s*$/
/** A row of another name or value: the block goes on. */
const anyRow = /^\s{1,8}\S.{0,100}? = {0,40}\S/

/** `0:01:02.50`, after a day `1 day, 0:00:01.00`. */
const secondsOf = (token: string): number | null => {
  const match = /^(?:(\d{1,6}) days?, {1,4})?(\d{1,6}):([0-5]\d):([0-5]\d(?:\.\d{1,6})?)$/.exec(token)
  const microseconds = scaleByTen(match?.[4] ?? '', 6)
  if (!match || microseconds === null) return null
  const minutes = (Number(match[1] ?? 0) * 24 + Number(match[2])) * 60 + Number(match[3])
  return minutes * 60e6 + microseconds
}

/** The block repeats, rounded, what a dictionary said before: closer than this it is the same figure. */
const rounding = 0.005

const isRounded = (run: Run, metric: string, field: string, value: number): boolean => {
  const known = run.values.last(metric, field)
  return known !== null && Math.abs(known - value) <= rounding * Math.abs(value)
}

/** What the Trainer's `log_metrics` prints: `***** train metrics *****` and a line for each figure, durations as h:mm:ss. */
export class TrainerMetrics {
  private open = false

  read: LineReader = (run, line) => {
    if (header.test(line)) {
      this.open = true
      run.tools.add('Hugging Face Trainer')
      return false
    }
    if (!this.open) return false
    const [, field, token] = row.exec(line) ?? []
    if (field === undefined || token === undefined) {
      this.open = anyRow.test(line)
      return false
    }
    const meaning = meaningOf(field)
    if (!meaning) return false
    const value = meaning.unit === 'us' ? secondsOf(token) : parseNumber(token)
    if (value === null) run.counts.notNumbers += 1
    else if (!isRounded(run, meaning.metric, field, value)) run.values.add(meaning.metric, meaning.unit, value, { field })
    run.reading.rows.understood += 1
    return true
  }
}
