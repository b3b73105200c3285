import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { printKeyAverages, printTorchTrace, type TorchEvent, type TorchOperator, type TorchTrace } from '../../lab/printers/torch'
import type { ParseResult } from '../../../preload/contract'
import { formats } from '../../corpus/formats'

const numRuns = 200

const parse = (format: string, text: string): ParseResult => {
  const found = formats.get(format)
  if (!found) throw new Error(`no format ${format}`)
  expect(found.detect(text.slice(0, 65_536))).toBeGreaterThanOrEqual(0.9)
  const [result] = found.parse(text)
  if (!result) throw new Error('no result')
  return result
}

const valueOf = (result: ParseResult, metric: string, dimensions: Record<string, unknown>): number | undefined =>
  result.measurements.find(
    (entry) => entry.metric === metric && Object.entries(dimensions).every(([key, value]) => entry.dimensions[key] === value),
  )?.value

const kernelName = fc.constantFrom(
  'gemm<float, 4>(T1 *)',
  'say "hi" \\ {[',
  'ncclDevKernel_AllReduce_Sum_f32_RING_LL(ncclDevComm*)',
  'ключ',
)
const kernel = fc.record({
  name: kernelName,
  stream: fc.nat(3),
  startNs: fc.nat(1_000_000),
  durationNs: fc.integer({ min: 1, max: 300_000 }),
})

const eventOf = ({
  name,
  stream,
  startNs,
  durationNs,
}: {
  name: string
  stream: number
  startNs: number
  durationNs: number
}): TorchEvent => ({
  category: 'kernel',
  name,
  pid: 0,
  tid: stream,
  startNs: startNs + 8_223_372_036_000_000,
  durationNs,
  args: { device: 0, stream, note: '}, {"ph": "X"' },
})

const traces: fc.Arbitrary<TorchTrace> = fc.record({
  rank: fc.nat(7),
  worldSize: fc.constant(8),
  gpu: fc.constant('NVIDIA A100-SXM4-80GB'),
  baseNs: fc.constant('1751410836000000000'),
  events: fc.array(kernel.map(eventOf), { minLength: 1, maxLength: 30 }),
})

/** Microseconds, counted cell by cell: the answer by another way. */
const coveredUs = (events: readonly TorchEvent[]): number => {
  const marks = events.flatMap(({ startNs, durationNs }) => [
    { at: startNs, change: 1 },
    { at: startNs + durationNs, change: -1 },
  ])
  marks.sort((a, b) => a.at - b.at || b.change - a.change)
  let [depth, covered, since] = [0, 0, 0]
  for (const { at, change } of marks) {
    if (depth === 0) since = at
    depth += change
    if (depth === 0) covered += at - since
  }
  return covered / 1000
}

describe('a trace printed from known kernels', () => {
  it('gives back their times, counts and busy time to the nanosecond', () => {
    fc.assert(
      fc.property(traces, (trace) => {
        const result = parse('torch-trace-json', printTorchTrace(trace))
        const { events } = trace
        expect(result).toMatchObject({ problem: null, rows: { understood: events.length, skipped: 0 } })
        expect(result.facts).toMatchObject({ rank: trace.rank, world_size: 8, kernels: events.length, gpu: trace.gpu })
        for (const [name, own] of Map.groupBy(events, (event) => event.name)) {
          const total = own.reduce((sum, { durationNs }) => sum + durationNs, 0)
          expect(valueOf(result, 'timeline.kernel_total_time', { kernel: name })).toBe(total / 1000)
          expect(valueOf(result, 'timeline.kernel_count', { kernel: name })).toBe(own.length)
        }
        expect(valueOf(result, 'timeline.kernel_busy_time', { device: 0 })).toBeCloseTo(coveredUs(events), 6)
        const communication = events.filter(({ name }) => name.startsWith('nccl'))
        const compute = events.filter(({ name }) => !name.startsWith('nccl'))
        if (communication.length === 0) return
        const exposed = coveredUs(events) - coveredUs(compute)
        expect(valueOf(result, 'timeline.communication_time', { device: 0 })).toBeCloseTo(coveredUs(communication), 6)
        expect(valueOf(result, 'timeline.exposed_communication', { device: 0 })).toBeCloseTo(exposed, 6)
      }),
      { numRuns },
    )
  })
})

const printedUs = (us: number): number => {
  const scale = us >= 1e6 ? 1e6 : us >= 1000 ? 1000 : 1
  return Number((us / scale).toFixed(3)) * scale
}
const thousandths = (most: number): fc.Arbitrary<number> => fc.nat(most).map((value) => value / 1000)
const operators: fc.Arbitrary<TorchOperator[]> = fc.uniqueArray(
  fc.record({
    name: fc
      .tuple(fc.constantFrom('aten::mm', 'void at::native::reduce_kernel<512, 1, at::native::ReduceOp<float, float>'), fc.nat(99))
      .map(([a, b]) => `${b}${a}`),
    selfCpuUs: thousandths(5_000_000_000),
    cpuTotalUs: thousandths(5_000_000_000),
    selfCudaUs: thousandths(900_000),
    cudaTotalUs: thousandths(5_000_000),
    calls: fc.integer({ min: 1, max: 100_000 }),
  }),
  { selector: ({ name }) => name, minLength: 1, maxLength: 6 },
)

describe('a table printed from known operators', () => {
  it('gives back what was printed', () => {
    fc.assert(
      fc.property(operators, (known) => {
        const result = parse('torch-key-averages', printKeyAverages(known))
        expect(result).toMatchObject({ problem: null, rows: { understood: known.length, skipped: 0 } })
        known.forEach(({ name, selfCpuUs, cudaTotalUs, cpuTotalUs, calls }) => {
          const op = name.length > 55 ? `${name.slice(0, 52)}...` : name
          expect(valueOf(result, 'timeline.op_self_cpu_time', { op })).toBeCloseTo(printedUs(selfCpuUs), 3)
          expect(valueOf(result, 'timeline.op_cuda_total_time', { op })).toBeCloseTo(printedUs(cudaTotalUs), 3)
          expect(valueOf(result, 'timeline.op_avg_cpu_time', { op })).toBeCloseTo(printedUs(cpuTotalUs / calls), 3)
          expect(valueOf(result, 'timeline.op_count', { op })).toBe(calls)
        })
        const total = known.reduce((sum, { selfCpuUs }) => sum + selfCpuUs, 0)
        expect(valueOf(result, 'timeline.total_cpu_time', {})).toBeCloseTo(printedUs(total), 3)
      }),
      { numRuns },
    )
  })
})
