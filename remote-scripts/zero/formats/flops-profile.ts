import type { Dimensions } from '../../../preload/contract'
import { convert, parseNumber, timeScale, type Scale } from '../../_kit/numbers'
import { skipRow } from '../../_kit/reading'
import type { LineReader, Run } from './run'

const header = /-{10,60} DeepSpeed Flops Profiler -{10,60}/
const ending = /-{10,60} (?:Aggregated|Detailed) Profile per (?:GPU|device) -{10,60}/i
/** `fwd latency:          76.50 ms`; a definition may stand between: `bwd FLOPS per GPU = 2 * fwd flops per GPU / bwd latency:`. */
const row = /^([A-Za-z][A-Za-z+/ ]{2,60}?)(?: = [^:]{1,120})?: {1,80}([\d.]{1,30}) ?([A-Za-z]{0,8})\s*$/

const prefixes = new Map([
  ['', 0],
  ['k', 3],
  ['K', 3],
  ['M', 6],
  ['G', 9],
  ['B', 9],
  ['T', 12],
  ['P', 15],
])

const scaled = (unit: Scale['unit'], prefix: string | undefined): Scale | null => {
  const power = prefixes.get(prefix ?? '?')
  return power === undefined ? null : { unit, power, factor: 1 }
}

/** Metric and scale of a row; null: a row that becomes no figure. */
const meaningOf = (field: string, unit: string): { metric: string; scale: Scale | null } | null => {
  if (/^(?:fwd|bwd|step|iter) latency$/.test(field)) return { metric: 'zero.phase_time', scale: timeScale(unit) }
  if (/\bFLOPS per (?:GPU|gpu|device)$/.test(field))
    return { metric: 'zero.flop_rate', scale: scaled('FLOP/s', /^([KMGTPk]?)FLOPS$/.exec(unit)?.[1]) }
  if (field === 'params of model') return { metric: 'zero.parameters', scale: scaled('1', unit) }
  if (field === 'samples/second') return { metric: 'zero.samples_per_s', scale: unit === '' ? { unit: '1/s', power: 0, factor: 1 } : null }
  return null
}

const settings = new Map([
  ['world size', 'world_size'],
  ['data parallel size', 'data_parallel_size'],
  ['batch size per GPU', 'micro_batch_size'],
])

/** The summary of DeepSpeed's flops profiler: latencies of one micro batch, and arithmetic for each GPU by its own count. */
export class FlopsProfile {
  private open = false
  private step: number | null = null

  read: LineReader = (run, line) => {
    if (header.test(line)) {
      this.open = true
      this.step = null
      run.tools.add('DeepSpeed')
      run.started = true
      return false
    }
    if (!this.open) return false
    if (ending.test(line)) this.open = false
    const step = /^Profile Summary at step (\d{1,12}):/.exec(line)?.[1]
    if (step !== undefined) this.step = Number(step)
    const [, field = '', token = '', unit = ''] = row.exec(line) ?? []
    return field !== '' && this.row(run, line, field, token, unit)
  }

  private row(run: Run, line: string, field: string, token: string, unit: string): boolean {
    const setting = settings.get(field)
    const count = parseNumber(token)
    if (setting !== undefined && count !== null) run.reading.facts[setting] ??= count
    const meaning = meaningOf(field, unit)
    if (!meaning) return false
    const dimensions: Dimensions = { field, ...(this.step === null ? {} : { global_step: this.step }) }
    const value = meaning.scale === null ? null : convert(token, meaning.scale)
    if (meaning.scale !== null && run.values.add(meaning.metric, meaning.scale.unit, value, this.without(meaning.metric, dimensions)))
      run.reading.rows.understood += 1
    else skipRow(run.reading, line, 'its unit is not known')
    return true
  }

  /** The number of parameters is one for all steps. */
  private without(metric: string, dimensions: Dimensions): Dimensions {
    return metric === 'zero.parameters' ? { field: dimensions['field'] ?? '' } : dimensions
  }
}
