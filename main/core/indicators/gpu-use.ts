import { fill } from '../../../preload/contract/messages'
import type { MeasuredValue } from '../analysis/launches'
import { mean } from '../analysis/summary'
import { notMeasured, partOf, rowsOf, untried, valuesOf, type Launch, type Reader } from './arm-launches'

/** Whose GPUs are meant to be full, the first that ran; then whatever else was watched. */
const workloads = ['zero', 'serving', 'command', 'timeline', 'dataloader', 'telemetry', 'nccl']

/** Replays every kernel many times, or does nothing but copy: no picture of a workload. */
const noWorkload: ReadonlySet<string> = new Set(['kernel', 'memory-bandwidth'])

/** Of a launch the means that its watcher made, else every sample of a log. */
const usable = (rows: readonly MeasuredValue[]): MeasuredValue[] => {
  const means = rows.filter(({ dimensions }) => dimensions['stat'] === 'mean')
  return means.length > 0 ? means : rows.filter(({ dimensions }) => dimensions['stat'] === undefined)
}

/** GPU -> mean of a metric over the launch; hosts have GPUs of the same number. */
const byGpu = (launch: Launch, metric: string): Map<string, number> => {
  const rows = usable(rowsOf(launch, metric))
  const groups = Map.groupBy(rows, ({ dimensions }) => JSON.stringify([dimensions['host'] ?? '', dimensions['gpu'] ?? '']))
  return new Map([...groups].map(([gpu, own]) => [gpu, mean(own.map(({ value }) => value))]))
}

/** A GPU that did not reach this in a whole launch had no part in it. */
const idle = 0.005

/** The GPUs that had work at all: a launch of two ranks says nothing of the host's other six. All of them where none had. */
const usedGpus = (launch: Launch): ReadonlySet<string> => {
  const [active, util] = [byGpu(launch, 'gpu.sm_active'), byGpu(launch, 'gpu.util')]
  const all = new Set([...active.keys(), ...util.keys()])
  const used = new Set([...all].filter((gpu) => (active.get(gpu) ?? 0) > idle || (util.get(gpu) ?? 0) > idle))
  return used.size > 0 ? used : all
}

/** Mean over the GPUs that had work; null: nobody looked. */
const meanOf = (launch: Launch, metric: string): number | null => {
  const used = usedGpus(launch)
  const values = [...byGpu(launch, metric)].flatMap(([gpu, value]) => (used.has(gpu) ? [value] : []))
  return values.length === 0 ? null : mean(values)
}

const placeOf = ({ run }: Launch): number => {
  const place = workloads.indexOf(run.probe)
  return place < 0 ? workloads.length : place
}

/** Launches of the one probe entry whose GPUs count. */
const chosen = (launches: readonly Launch[], metric: string): Launch[] => {
  const own = launches
    .filter((launch) => !noWorkload.has(launch.run.probe) && meanOf(launch, metric) !== null)
    .toSorted((left, right) => placeOf(left) - placeOf(right) || left.run.probeIndex - right.run.probeIndex)
  const [first] = own
  return first ? own.filter(({ run }) => run.probe === first.run.probe && run.probeIndex === first.run.probeIndex) : []
}

/** Share of time with SMs active (DCGM), mean over the GPUs that a launch used. nvidia-smi's "utilization" is another thing, and never stands in for it. */
export const gpuUtilisation: Reader = (of, { messages }) => {
  const launches = chosen(of.launches, 'gpu.sm_active')
  const { notes } = messages.indicators
  const [first] = launches
  if (!first) {
    const [util] = partOf(chosen(of.launches, 'gpu.util'), '', '1', (launch) => meanOf(launch, 'gpu.util'))
    return util ? untried('only_nvidia_smi', { percent: Number((util.value * 100).toPrecision(3)) }) : notMeasured(of, 'zero', 'telemetry')
  }
  return {
    kind: 'measured',
    metrics: ['gpu.sm_active'],
    values: valuesOf(launches, (launch) => meanOf(launch, 'gpu.sm_active')),
    note: [
      fill(notes.beside, { probe: first.run.probe }),
      fill(notes.gpus_used, { used: usedGpus(first).size, all: byGpu(first, 'gpu.sm_active').size }),
    ].join('; '),
    parts: [
      ...partOf(launches, notes.tensor_active, '1', (launch) => meanOf(launch, 'gpu.tensor_active')),
      ...partOf(launches, notes.dram_active, '1', (launch) => meanOf(launch, 'gpu.dram_active')),
      ...partOf(launches, notes.smi_utilization, '1', (launch) => meanOf(launch, 'gpu.util')),
    ],
    bound: null,
  }
}
