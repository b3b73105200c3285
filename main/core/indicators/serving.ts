import { fill } from '../../../preload/contract/messages'
import type { Dimensions, IndicatorPart } from '../../../preload/contract'
import { median } from '../analysis/summary'
import { formatSignificant } from '../metrics/format'
import { humanText } from '../metrics/human'
import {
  cannotAnswer,
  factNumber,
  firstEntry,
  isPlain,
  notMeasured,
  partOf,
  rowsOf,
  untried,
  valueOf,
  valuesOf,
  type Absent,
  type Launch,
  type Reader,
  type ReadingContext,
} from './arm-launches'

/** Which of a load test's figures is meant. */
interface Setting {
  where: (dimensions: Dimensions) => boolean
  note: string
}

const rateOf = (dimensions: Dimensions): number | null => (typeof dimensions['rate_target'] === 'number' ? dimensions['rate_target'] : null)

/** Ascending. */
const ratesOf = (launches: readonly Launch[], metric: string): number[] =>
  [...new Set(launches.flatMap((launch) => rowsOf(launch, metric).flatMap(({ dimensions }) => rateOf(dimensions) ?? [])))].sort(
    (a, b) => a - b,
  )

const atRate =
  (rate: number) =>
  (dimensions: Dimensions): boolean =>
    rateOf(dimensions) === rate

/** The rate that the endpoint is said to carry: the highest below the knee in every launch; null: no launch has a knee. */
const carriedRate = (launches: readonly Launch[]): number | null => {
  const met = launches.flatMap(({ run }) => {
    const between = run.facts['knee_between']
    return Array.isArray(between) && typeof between[0] === 'number' ? [between[0]] : []
  })
  return met.length === launches.length && met.length > 0 ? Math.min(...met) : null
}

/** Figures of the whole test; null: there are several endpoints and no total. */
const wholeTest = (launches: readonly Launch[], metric: string): ((dimensions: Dimensions) => boolean) | null => {
  const all = launches.flatMap((launch) => rowsOf(launch, metric).map(({ dimensions }) => dimensions))
  if (all.some(isPlain)) return isPlain
  const isTotal = (dimensions: Dimensions): boolean => dimensions['name'] === 'Aggregated'
  if (all.some(isTotal)) return isTotal
  return new Set(all.map((dimensions) => JSON.stringify(dimensions))).size === 1 ? () => true : null
}

const settingOf = (
  launches: readonly Launch[],
  metric: string,
  load: 'least' | 'carried',
  { messages }: ReadingContext,
): Setting | number => {
  const { notes } = messages.indicators
  const rates = ratesOf(launches, metric)
  const [lowest] = rates
  if (lowest === undefined) {
    const where = wholeTest(launches, metric)
    return where
      ? { where, note: notes.whole_test }
      : new Set(launches.flatMap((launch) => rowsOf(launch, metric).map(({ dimensions }) => JSON.stringify(dimensions)))).size
  }
  const carried = load === 'carried' ? carriedRate(launches) : null
  if (carried !== null && rates.includes(carried)) return { where: atRate(carried), note: fill(notes.carried_rate, { rate: carried }) }
  return { where: atRate(lowest), note: fill(rates.length > 1 ? notes.lowest_rate : notes.at_rate, { rate: lowest }) }
}

const readLatency =
  (
    metric: string,
    load: 'least' | 'carried',
    more: (launches: readonly Launch[], setting: Setting, context: ReadingContext) => IndicatorPart[],
  ): Reader =>
  (of, context) => {
    const { launches } = firstEntry(of.launches, (launch) => valueOf(launch, metric) !== null)
    if (launches.length === 0) return notMeasured(of, 'serving')
    const setting = settingOf(launches, metric, load, context)
    if (typeof setting === 'number') return cannotAnswer('several_endpoints', { count: setting })
    return {
      kind: 'measured',
      metrics: [metric],
      values: valuesOf(launches, (launch) => valueOf(launch, metric, setting.where)),
      note: setting.note,
      parts: more(launches, setting, context),
      bound: null,
    }
  }

/** Mean of single-request latency at the least load, its percentiles beside it. */
export const latencyMean = readLatency('serving.latency_mean', 'least', (launches, { where }) =>
  ['p50', 'p95', 'p99'].flatMap((name) => partOf(launches, name, 'us', (launch) => valueOf(launch, `serving.latency_${name}`, where))),
)

/** Rates that the inspector lists. */
const mostRates = 12

/** p95 at the load that the endpoint is said to carry, and at the other rates. */
export const alertP95 = readLatency('serving.latency_p95', 'carried', (launches, _, { messages }) =>
  ratesOf(launches, 'serving.latency_p95')
    .slice(0, mostRates)
    .flatMap((rate) =>
      partOf(launches, fill(messages.indicators.notes.p95_at_rate, { rate }), 'us', (launch) =>
        valueOf(launch, 'serving.latency_p95', atRate(rate)),
      ),
    ),
)

const kneeWhy = (launches: readonly Launch[]): string | null =>
  launches.flatMap(({ run }) => (typeof run.facts['knee'] === 'string' ? [run.facts['knee']] : []))[0] ?? null

/** The rate above the knee that missed the latency target, a median over launches: where the knee can lie at most; null: not known. */
const missedRate = (launches: readonly Launch[]): number | null => {
  const missed = launches.flatMap(({ run }) => {
    const between = run.facts['knee_between']
    return Array.isArray(between) && typeof between[1] === 'number' ? [between[1]] : []
  })
  return missed.length === 0 ? null : median(missed)
}

interface LowerBound {
  completed: number
  rate: number
  statistic: string
  targetUs: number
}

const lowerBoundOf = ({ run }: Launch): LowerBound | null => {
  const told = run.facts['knee_at_least']
  if (typeof told !== 'object' || told === null || Array.isArray(told)) return null
  const { completed, rate, statistic, target_us: targetUs } = told
  if (typeof completed !== 'number' || typeof rate !== 'number' || typeof statistic !== 'string' || typeof targetUs !== 'number')
    return null
  return { completed, rate, statistic, targetUs }
}

/** Where no launch found the knee: the median of their lower bounds lies below the median of their knees; null unless each has one, of one target. */
const aboveAllRates = (launches: readonly Launch[]): Absent | null => {
  const ramps = launches.filter(({ run }) => run.probe === 'serving' && run.facts['knee'] !== undefined)
  const [entry] = Map.groupBy(ramps, ({ run }) => run.probeIndex).values()
  const bounds = (entry ?? []).map(lowerBoundOf)
  const known = bounds.filter((bound) => bound !== null)
  const [first] = known
  if (!first || known.length < bounds.length) return null
  if (known.some(({ statistic, targetUs }) => statistic !== first.statistic || targetUs !== first.targetUs)) return null
  const atLeast = median(known.map(({ completed }) => completed))
  return {
    ...cannotAnswer('knee_above', {
      atLeast: humanText(atLeast, '1/s'),
      rate: formatSignificant(Math.max(...known.map(({ rate }) => rate)), 4),
      n: known.length,
      statistic: first.statistic,
      ms: formatSignificant(first.targetUs / 1000, 4),
    }),
    atLeast,
  }
}

/** The serving knee: highest completed rate at which the latency target still holds. */
export const peakQps: Reader = (of, { messages }) => {
  const metric = 'serving.knee_qps'
  const { launches } = firstEntry(of.launches, (launch) => valueOf(launch, metric) !== null)
  const why = kneeWhy(of.launches)
  if (launches.length === 0) {
    if (why === null) return notMeasured(of, 'serving')
    return aboveAllRates(of.launches) ?? cannotAnswer('no_knee', { why: messages.phrase(why) })
  }
  const targets = new Set(
    launches.flatMap((launch) =>
      rowsOf(launch, metric).map(({ dimensions }) => `${String(dimensions['statistic'])} ${String(dimensions['target_us'])}`),
    ),
  )
  const [first] = launches.flatMap((launch) => rowsOf(launch, metric))
  if (targets.size > 1 || !first) return cannotAnswer('launches_differ', { what: [...targets].join(', ') })
  const targetUs = Number(first.dimensions['target_us'])
  const { notes } = messages.indicators
  // Launches of the same entry that looked for a knee and have none: leaving them out unsaid would favour the others.
  const entry = launches[0]?.run.probeIndex
  const without = of.launches.filter(
    (launch) => launch.run.probe === 'serving' && launch.run.probeIndex === entry && !launches.includes(launch),
  )
  // One that met the target at every rate may have had a knee anywhere above: a target up to there is not missed.
  const above = without.flatMap((launch) => lowerBoundOf(launch)?.rate ?? [])
  const missed = missedRate(launches)
  const ends = missed === null ? above : [...above, missed]
  const most = ends.length === 0 ? null : Math.max(...ends)
  return {
    kind: 'measured',
    metrics: [metric],
    values: valuesOf(launches, (launch) => valueOf(launch, metric)),
    note: [
      fill(notes.knee, { statistic: String(first.dimensions['statistic']), ms: formatSignificant(targetUs / 1000, 4) }),
      ...(without.length > 0
        ? [
            fill(notes.some_knees, {
              count: launches.length,
              all: launches.length + without.length,
              why: messages.phrase(kneeWhy(without) ?? '?'),
            }),
          ]
        : []),
    ].join('; '),
    parts: [],
    bound: null,
    ...(most === null ? {} : { most }),
  }
}

const wantedK = 5

/** Share of labelled prompts whose first five predictions hold the right answer. */
export const accuracyAt5: Reader = (of, { messages }) => {
  const metric = 'serving.accuracy'
  const at5 = (dimensions: Dimensions): boolean => dimensions['k'] === wantedK
  const { launches } = firstEntry(of.launches, (launch) => valueOf(launch, metric, at5) !== null)
  const ks = [...new Set(of.launches.flatMap((launch) => rowsOf(launch, metric).map(({ dimensions }) => Number(dimensions['k']))))]
  if (launches.length === 0 && ks.length > 0) return untried('other_k', { ks: ks.sort((a, b) => a - b).join(', '), k: wantedK })
  if (launches.length === 0) return notMeasured(of, 'serving')
  const prompts = new Set(launches.map(({ run }) => factNumber(run.facts, 'labelled_prompts')))
  const [cases = null] = prompts
  if (prompts.size > 1) return cannotAnswer('launches_differ', { what: `labelled_prompts (${[...prompts].join(', ')})` })
  return {
    kind: 'measured',
    metrics: [metric],
    values: valuesOf(launches, (launch) => valueOf(launch, metric, at5)),
    note: cases === null ? '' : fill(messages.indicators.notes.labelled, { count: cases }),
    parts: ks
      .filter((k) => k !== wantedK)
      .flatMap((k) =>
        partOf(launches, fill(messages.indicators.notes.accuracy_at, { k }), '1', (launch) =>
          valueOf(launch, metric, (one) => one['k'] === k),
        ),
      ),
    bound: null,
    ...(cases === null || cases < 1 ? {} : { cases }),
  }
}
