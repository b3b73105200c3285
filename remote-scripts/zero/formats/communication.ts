import type { Dimensions, Unit } from '../../../preload/contract'
import { convert, parseNumber, rateScale, timeScale, type Scale } from '../../_kit/numbers'
import { skipRow, warn } from '../../_kit/reading'
import type { LineReader, Run } from './run'

interface Column {
  field: string
  metric: string | null
  scale: Scale | null
}

const metrics: readonly (readonly [RegExp, string])[] = [
  [/^count$/, 'zero.comm_count'],
  [/^total (?:comm )?lat(?:ency)?$/, 'zero.comm_time_total'],
  [/^avg (?:comm )?lat(?:ency)?$/, 'zero.comm_time'],
  [/^total straggler$/, 'zero.straggler_time_total'],
  [/^avg straggler$/, 'zero.straggler_time'],
  [/^tput(?:_avg)?$/, 'zero.comm_tput'],
  [/^algbw(?:_avg)?$/, 'zero.comm_tput'],
  [/^busbw(?:_avg)?$/, 'zero.comm_busbw'],
]

const unitOf = (printed: string | undefined): Scale | null => {
  if (printed === undefined) return null
  if (printed === 'Gbps') return rateScale('Gb/s')
  return timeScale(printed) ?? rateScale(printed)
}

const columnOf = (name: string): Column => {
  const match = /^(.{1,60}?) ?(?:\(([\w/]{1,12})\))?$/.exec(name)
  const word = (match?.[1] ?? name).trim().toLowerCase()
  const metric = metrics.find(([pattern]) => pattern.test(word))?.[1] ?? null
  return {
    field: match?.[1]?.trim() ?? name,
    metric,
    scale: metric === 'zero.comm_count' ? { unit: '1', power: 0, factor: 1 } : unitOf(match?.[2]),
  }
}

const cellsOf = (line: string): string[] =>
  line
    .trim()
    .split(/\s{2,}|\t+/)
    .filter((cell) => cell !== '')

const size = /^\d[\d.]{0,20} ?[KMGTP]?B$/

/** DeepSpeed's all-reduce counts its bytes twice in "tput". */
const warnOfDoubling = (run: Run, op: string): void => {
  if (/^(?:\w{0,20}_)?all_?reduce/.test(op))
    warn(
      run.reading,
      'comm_tput_doubled',
      'The throughput that DeepSpeed prints for all-reduce ("tput") is twice the algorithm bandwidth of nccl-tests; compare bus bandwidths, or halve it.',
    )
}

/** The summary of DeepSpeed's communication logger: an operation, then a row for each of its sizes. */
export class CommunicationTable {
  private columns: Column[] | null = null
  private op: string | null = null

  read: LineReader = (run, line) => {
    if (line.length > 1000) return false
    if (line.includes('Message Size') && line.includes('Count')) {
      // Columns are 20 characters wide, and `Total straggler(ms)` leaves one blank.
      this.columns = cellsOf(line.replaceAll(') ', ')  ')).slice(1).map(columnOf)
      this.op = null
      run.tools.add('DeepSpeed')
      return false
    }
    if (!this.columns) return false
    const name = /^\s{0,4}([a-z]\w{2,60}(?: {0,20}\| {0,20}\[Caller Func: \w{1,80}\])?)\s*$/.exec(line)?.[1]
    if (name !== undefined) this.op = name
    const cells = cellsOf(line)
    if (!size.test(cells[0] ?? '') || cells.length < 2) return false
    return this.row(run, line, cells, this.columns)
  }

  private row(run: Run, line: string, cells: string[], columns: readonly Column[]): boolean {
    if (this.op === null || cells.length > columns.length) {
      skipRow(run.reading, line, this.op === null ? 'the operation is not named' : 'more cells than the header has')
      return true
    }
    const dimensions: Dimensions = { op: this.op, message_size: cells[0] ?? '' }
    let found = 0
    columns.forEach((column, index) => {
      if (column.metric === null || column.scale === null || index === 0) return
      const value = convert(cells[index], column.scale)
      if (run.values.add(column.metric, column.scale.unit, value, { field: column.field, ...dimensions })) found += 1
    })
    if (found > 0) run.reading.rows.understood += 1
    else skipRow(run.reading, line, 'no figure')
    warnOfDoubling(run, this.op)
    return true
  }
}

const fields: readonly (readonly [RegExp, string, string, Unit])[] = [
  [/\btput \(Gbps\): ([\d.]{1,30})/, 'tput', 'zero.comm_tput', 'GB/s'],
  [/\balgbw \(Gbps\): ([\d.]{1,30})/, 'algbw', 'zero.comm_tput', 'GB/s'],
  [/\bbusbw \(Gbps\): ([\d.]{1,30})/, 'busbw', 'zero.comm_busbw', 'GB/s'],
]

/** With `verbose`, one line per call: `rank=0 | comm op: all_reduce | time (ms): 9.46 | msg size: 2.0 MB | algbw (Gbps): …`. */
export const readCommunicationCall: LineReader = (run, line) => {
  if (!line.includes('comm op:')) return false
  const match = /\bcomm op: (\w{1,80})\b.{0,120}?\| time \(ms\): ([\d.]{1,30}) \| msg size: (\d[\d.]{0,20} ?[KMGTP]?B) \|/.exec(line)
  if (!match?.[1]) {
    skipRow(run.reading, line, 'no time and size')
    return true
  }
  const rank = /\brank=(\d{1,7})\b/.exec(line)?.[1]
  const dimensions = { op: match[1], message_size: match[3] ?? '', ...(rank === undefined ? {} : { rank: Number(rank) }) }
  const ms = timeScale('ms')
  if (ms) run.values.add('zero.comm_time', 'us', convert(match[2], ms), { field: 'time', ...dimensions })
  for (const [pattern, field, metric, unit] of fields) {
    const token = parseNumber(pattern.exec(line)?.[1])
    run.values.add(metric, unit, token === null ? null : token / 8, { field, ...dimensions })
  }
  run.tools.add('DeepSpeed')
  run.reading.rows.understood += 1
  warnOfDoubling(run, match[1])
  return true
}
