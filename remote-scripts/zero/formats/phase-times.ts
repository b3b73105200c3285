import type { Dimensions } from '../../../preload/contract'
import { convert, timeScale, type Scale } from '../../_kit/numbers'
import { skipRow } from '../../_kit/reading'
import type { LineReader, Run } from './run'

/** Whose the times of one line are: Megatron prints them behind the iteration, DeepSpeed's engine without saying which step. */
const iterationOf = (run: Run, line: string): Dimensions =>
  run.iteration === null || /\[Rank|logging\.py/.test(line) ? {} : { iteration: run.iteration }

/** `time (ms) | forward: 35650.91 | backward: 85861.86`, of Megatron and of wall_clock_breakdown. */
export const readPhaseTimes: LineReader = (run, line) => {
  const match = line.includes('time (') ? /\btime \((ms|s|us)\) \| /.exec(line) : null
  const scale = match && timeScale(match[1] ?? '')
  if (!match || !scale || line.includes('comm op:')) return false
  const rank = /\[Rank (\d{1,7})\]/i.exec(line.slice(0, match.index))?.[1]
  const dimensions = { ...iterationOf(run, line), ...(rank === undefined ? {} : { rank: Number(rank) }) }
  let found = 0
  for (const part of line.slice(match.index + match[0].length).split('|')) {
    const pair = /^\s*([\w/.,() -]{1,100}?): {1,4}([\d.eE+-]{1,30})\s*$/.exec(part)
    if (pair?.[1] && run.values.add('zero.phase_time', 'us', convert(pair[2], scale), { field: pair[1], ...dimensions })) found += 1
  }
  if (found > 0) run.reading.rows.understood += 1
  else skipRow(run.reading, line, 'no time that is known')
  return true
}

/** Reads Megatron's blocks `(min, max) time across ranks (ms):` with one phase in each following line. */
export class RankTimes {
  private scale: Scale | null = null
  private statistics: string[] = []
  /** The phase whose times of every rank come now. */
  private phase: string | null = null
  private ofAll = false

  read: LineReader = (run, line) => {
    if (line.includes('times across ranks') || (this.ofAll && !line.includes(' time across ranks'))) return this.everyRank(run, line)
    if (!line.includes('time across ranks') && !line.includes('..: ')) return false
    const header = /(\((min, max)\)|\bmax|\bmin)? ?time across ranks \((ms|s|us)\):\s*$/.exec(line)
    if (header) {
      this.ofAll = false
      this.scale = timeScale(header[3] ?? '')
      this.statistics = header[2] === undefined ? [header[1] ?? 'max'] : ['min', 'max']
      return false
    }
    const row = /^(?:.{0,80}?\s)?([\w/-][\w/. -]{0,100}?) \.{2,}: (?:\(([\d.]{1,30}), ([\d.]{1,30})\)|([\d.]{1,30}))\s*$/.exec(line)
    if (!row?.[1]) return false
    if (!this.scale || this.statistics.length !== (row[4] === undefined ? 2 : 1)) {
      skipRow(run.reading, line, 'the line that names the unit is missing')
      return true
    }
    const tokens = row[4] === undefined ? [row[2], row[3]] : [row[4]]
    const dimensions = { field: row[1].trim(), ...iterationOf(run, line) }
    for (const [index, token] of tokens.entries())
      run.values.add('zero.phase_time', 'us', convert(token, this.scale), { ...dimensions, statistic: this.statistics[index] ?? '' })
    run.reading.rows.understood += 1
    return true
  }

  /** `times across ranks (ms):`, then each phase on a line of its own and a line for each rank below it. */
  private everyRank(run: Run, line: string): boolean {
    const unit = /\btimes across ranks \((ms|s|us)\):\s*$/.exec(line)?.[1]
    if (unit !== undefined) {
      this.scale = timeScale(unit)
      this.statistics = []
      this.phase = null
      this.ofAll = true
      return false
    }
    const [, rank, token] = /^\s{1,12}rank {1,8}(\d{1,7}): ([\d.]{1,30})\s*$/.exec(line) ?? []
    if (rank === undefined) {
      this.phase = /^\s{1,8}([A-Za-z][\w/. -]{0,100}):\s*$/.exec(line)?.[1] ?? null
      this.ofAll = this.phase !== null || line.trim() === ''
      return false
    }
    if (this.phase === null || !this.scale) skipRow(run.reading, line, 'the line that names the phase is missing')
    else {
      run.values.add('zero.phase_time', 'us', convert(token, this.scale), {
        field: this.phase,
        ...iterationOf(run, line),
        rank: Number(rank),
      })
      run.reading.rows.understood += 1
    }
    return true
  }
}
