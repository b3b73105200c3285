import { fill } from '../../../preload/contract/messages'
import type { Dimensions, Run } from '../../../preload/contract'
import type { Bound } from '../analysis/bounds'
import { median } from '../analysis/summary'
import {
  cannotAnswer,
  firstEntry,
  notMeasured,
  partOf,
  rowsOf,
  valueOf,
  valuesOf,
  type ArmLaunches,
  type Launch,
  type Measured,
  type Reader,
  type ReadingContext,
} from './arm-launches'

/** One way to measure an indicator. */
interface Source {
  probe: string
  metrics: readonly string[]
  value: (launch: Launch) => number | null
}

const over = (launch: Launch, part: string, whole: string): number | null => {
  const [top, bottom] = [valueOf(launch, part, isOwn), valueOf(launch, whole, isOwn)]
  return top === null || bottom === null || bottom <= 0 ? null : top / bottom
}

/** The own benchmark's figures of a launch have no dimensions; those of a log have. */
const isOwn = (dimensions: Dimensions): boolean => Object.keys(dimensions).length === 0

const timeline = (metric: string): Source => ({ probe: 'timeline', metrics: [metric], value: (launch) => valueOf(launch, metric) })

/** The first source that some launch has: the user's own program, then the training benchmark. */
const firstSource = (of: ArmLaunches, sources: readonly Source[]): { source: Source; launches: Launch[] } | null => {
  for (const source of sources) {
    const { launches } = firstEntry(of.launches, (launch) => source.value(launch) !== null)
    if (launches.length > 0) return { source, launches }
  }
  return null
}

const measured = (
  { source, launches }: { source: Source; launches: readonly Launch[] },
  { messages }: ReadingContext,
  more: Partial<Measured> = {},
): Measured => ({
  kind: 'measured',
  metrics: source.metrics,
  values: valuesOf(launches, source.value),
  note: fill(messages.indicators.notes.of_probe, { probe: source.probe }),
  parts: [],
  bound: null,
  ...more,
})

const trainingWait: Source = {
  probe: 'zero',
  metrics: ['zero.data_time', 'zero.step_time'],
  value: (launch) => over(launch, 'zero.data_time', 'zero.step_time'),
}

const isSame = (left: Dimensions, right: Dimensions): boolean => {
  const names = Object.keys(left)
  return names.length === Object.keys(right).length && names.every((name) => left[name] === right[name])
}

/** Of a sweep of the loader the setting with the most samples a second. */
const bestSetting = (launches: readonly Launch[]): Dimensions | null => {
  const rates = launches.flatMap((launch) => rowsOf(launch, 'dataloader.samples_per_s'))
  const groups = Map.groupBy(rates, ({ dimensions }) => JSON.stringify(Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))))
  const [best] = [...groups.values()].toSorted((a, b) => median(b.map(({ value }) => value)) - median(a.map(({ value }) => value)))
  return best?.[0]?.dimensions ?? null
}

const settingText = (dimensions: Dimensions): string =>
  Object.entries(dimensions)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ')

const boundFor = (metric: string, dimensions: Dimensions, run: Run, { bounds }: ReadingContext): Bound | null =>
  bounds({ metric, dimensions, arm: run.arm, hosts: run.hosts, facts: run.facts })

/** The sweep of a loader. */
const loaderWait = (of: ArmLaunches, context: ReadingContext): Measured | null => {
  const metric = 'dataloader.wait_share'
  const { launches } = firstEntry(of.launches, (launch) => valueOf(launch, metric) !== null)
  const setting = bestSetting(launches)
  const [first] = launches
  if (!first || !setting) return null
  const source: Source = {
    probe: 'dataloader',
    metrics: [metric],
    value: (launch) => valueOf(launch, metric, (one) => isSame(one, setting)),
  }
  return measured({ source, launches }, context, {
    note: fill(context.messages.indicators.notes.best_setting, { setting: settingText(setting) }),
    bound: boundFor(metric, setting, first.run, context),
  })
}

/** Step time spent waiting for the next batch: of the user's own program, of the loader's sweep, else of the training benchmark, which makes its batches itself. */
export const dataWaitShare: Reader = (of, context) => {
  const traced = firstSource(of, [timeline('timeline.data_wait_share')])
  if (traced) return measured(traced, context)
  const loader = loaderWait(of, context)
  if (loader) return loader
  const trained = firstSource(of, [trainingWait])
  return trained
    ? measured(trained, context, { note: context.messages.indicators.notes.synthetic_batches })
    : notMeasured(of, 'dataloader', 'timeline', 'zero')
}

const exposedSources: readonly Source[] = [
  timeline('timeline.exposed_communication_share'),
  {
    probe: 'zero',
    metrics: ['zero.exposed_time', 'zero.step_time'],
    value: (launch) => over(launch, 'zero.exposed_time', 'zero.step_time'),
  },
]

/**
 * What the fabric cannot hide, of a launch with one rank a host: its bytes at line rate, less the computing that could cover them, over the shortest step
 * of data, computing and sending.
 */
const leastExposed = ({ launches }: { launches: readonly Launch[] }, { bounds, messages }: ReadingContext): Bound | null => {
  const [first] = launches
  if (!first || first.run.facts['ranks'] !== first.run.facts['nodes']) return null
  const { arm, hosts, facts } = first.run
  const line = bounds({ metric: 'nccl.busbw', dimensions: {}, arm, hosts, facts })
  const [bytes, computeUs, dataUs] = ['zero.bytes_per_step', 'zero.compute_time', 'zero.data_time'].map((metric) => {
    const values = valuesOf(launches, (launch) => valueOf(launch, metric, isOwn))
    return values.length === 0 ? null : median(values.map(({ value }) => value))
  })
  if (!line || typeof bytes !== 'number' || typeof computeUs !== 'number' || typeof dataUs !== 'number') return null
  const sendUs = bytes / (line.value * 1e3)
  const value = Math.max(0, sendUs - computeUs) / (dataUs + Math.max(computeUs, sendUs))
  return { value, source: fill(messages.indicators.notes.bound_exposed, { line: line.source }) }
}

/** One rank has nobody to send to. */
const silent = (launches: readonly Launch[]): boolean => launches.some(({ run }) => run.probe === 'zero' && run.facts['ranks'] === 1)

/** Communication time that nothing hides, over step time. */
export const exposedCommunication: Reader = (of, context) => {
  const found = firstSource(of, exposedSources)
  if (!found) {
    const traced = of.launches.some((launch) => valueOf(launch, 'timeline.exposed_communication') !== null)
    return traced ? cannotAnswer('no_steps') : notMeasured(of, 'zero', 'timeline')
  }
  if (silent(found.launches)) return cannotAnswer('no_communication')
  return measured(found, context, {
    bound: found.source.probe === 'zero' ? leastExposed(found, context) : null,
    parts: partOf(found.launches, context.messages.indicators.notes.exposed_time, 'us', (launch) =>
      valueOf(launch, found.source.probe === 'zero' ? 'zero.exposed_time' : 'timeline.exposed_communication'),
    ),
  })
}

const overlapSources: readonly Source[] = [
  timeline('timeline.overlap_share'),
  { probe: 'zero', metrics: ['zero.overlap'], value: (launch) => valueOf(launch, 'zero.overlap', isOwn) },
]

/** Communication time that computing overlaps, over communication time. */
export const overlapShare: Reader = (of, context) => {
  const found = firstSource(of, overlapSources)
  if (found) return measured(found, context)
  return silent(of.launches) ? cannotAnswer('no_communication') : notMeasured(of, 'zero', 'timeline')
}
