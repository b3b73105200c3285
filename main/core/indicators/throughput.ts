import { fill } from '../../../preload/contract/messages'
import { median } from '../analysis/summary'
import { formatSignificant } from '../metrics/format'
import {
  cannotAnswer,
  factNumber,
  firstEntry,
  notMeasured,
  partOf,
  rowsOf,
  valueOf,
  valuesOf,
  type Absent,
  type Launch,
  type Reader,
  type ReadingContext,
} from './arm-launches'
import { flopPerToken, runsAtPeak, tensorPeak } from './peaks'

const metric = 'zero.tokens_per_s'

const perGpuField = (field: unknown): boolean => typeof field === 'string' && /\/\s?(?:gpu|device)|per (?:gpu|device)/i.test(field)

/** Tokens a second of each rank: what a field says of a GPU, else what all ranks reach over their number; null: neither is told. */
const tokensPerGpu = (launch: Launch): number | null => {
  const rows = rowsOf(launch, metric)
  const own = rows.filter(({ dimensions }) => perGpuField(dimensions['field']))
  if (own.length > 0) return median(own.map(({ value }) => value))
  const ranks = factNumber(launch.run.facts, 'ranks', 'world_size')
  return rows.length === 0 || ranks === null || ranks < 1 ? null : median(rows.map(({ value }) => value)) / ranks
}

const hasTokens = (launch: Launch): boolean => valueOf(launch, metric) !== null

/** Peak and model of the launches; absent: what an answer lacks. */
const terms = (launches: readonly Launch[], context: ReadingContext): { peak: number; gpu: string; perToken: number | null } | Absent => {
  const [first] = launches
  const facts = first?.run.facts ?? {}
  if (facts['device'] === 'cpu') return cannotAnswer('no_gpu')
  const gpu = typeof facts['gpu'] === 'string' ? facts['gpu'] : context.gpuOf(first?.run.hosts ?? [])
  if (gpu === null) return cannotAnswer('unknown_facts', { what: 'gpu' })
  const peak = tensorPeak(gpu)
  if (peak === null || !runsAtPeak(gpu, facts['dtype'])) return cannotAnswer('unknown_peak', { gpu, dtype: String(facts['dtype'] ?? '?') })
  const parameters = factNumber(facts, 'parameters')
  const sizes = { layers: factNumber(facts, 'layers'), hidden: factNumber(facts, 'hidden'), seq: factNumber(facts, 'seq', 'seq_length') }
  return { peak, gpu, perToken: parameters === null ? null : flopPerToken({ parameters, ...sizes }) }
}

/** Training throughput of one GPU (of one rank, where there is none). */
export const tokensPerGpuRate: Reader = (of, context) => {
  const { notes } = context.messages.indicators
  const { launches } = firstEntry(of.launches, hasTokens)
  const values = valuesOf(launches, tokensPerGpu)
  if (launches.length === 0) return notMeasured(of, 'zero')
  if (values.length === 0) return cannotAnswer('unknown_facts', { what: 'ranks' })
  const known = terms(launches, context)
  const bound =
    'peak' in known && known.perToken !== null
      ? {
          value: known.peak / known.perToken,
          source: fill(notes.bound_peak, { gpu: known.gpu, peak: formatSignificant(known.peak / 1e12, 4) }),
        }
      : null
  const onCpu = launches[0]?.run.facts['device'] === 'cpu'
  return {
    kind: 'measured',
    metrics: [metric],
    values,
    note: onCpu ? notes.per_rank_cpu : fill(notes.of_probe, { probe: 'zero' }),
    parts: partOf(launches, notes.step_time, 'us', (launch) => valueOf(launch, 'zero.step_time')),
    bound,
  }
}

/** FLOP/s that the model needs, of one GPU: from tokens, else by the program's own model of its arithmetic. */
const modelFlopRate = (launch: Launch, perToken: number | null): number | null => {
  const tokens = tokensPerGpu(launch)
  return tokens !== null && perToken !== null ? tokens * perToken : valueOf(launch, 'zero.flop_rate')
}

/** Model FLOPs over peak FLOPs. */
export const modelFlopUtilisation: Reader = (of, context) => {
  const { notes } = context.messages.indicators
  const { launches } = firstEntry(of.launches, (launch) => hasTokens(launch) || valueOf(launch, 'zero.flop_rate') !== null)
  if (launches.length === 0) return notMeasured(of, 'zero')
  const known = terms(launches, context)
  if (!('peak' in known)) return known
  const values = valuesOf(launches, (launch) => {
    const rate = modelFlopRate(launch, known.perToken)
    return rate === null ? null : rate / known.peak
  })
  if (values.length === 0) return cannotAnswer('unknown_facts', { what: 'parameters, ranks' })
  const source = fill(notes.bound_peak, { gpu: known.gpu, peak: formatSignificant(known.peak / 1e12, 4) })
  return {
    kind: 'measured',
    metrics: known.perToken !== null && launches.some(hasTokens) ? [metric] : ['zero.flop_rate'],
    values,
    note: fill(notes.of_probe, { probe: 'zero' }),
    parts: partOf(launches, notes.achieved_flops, 'FLOP/s', (launch) => modelFlopRate(launch, known.perToken)),
    bound: { value: 1, source },
  }
}
