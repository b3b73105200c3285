import type { Ceiling } from '../../../preload/contract'
import { firstOf, type ProfiledLaunch } from './kernel-launches'

/** What a launch computed and moved; null with the counters that would tell. */
export interface Work {
  /** Floating-point operations by pipe. */
  flop: { fp16: number; fp32: number; fp64: number; tensor: number } | null
  dramBytes: number | null
  timeUs: number | null
  missing: string[]
}

/** Who counted: each profiler has names of its own for what is missing. */
export type Profiler = 'ncu' | 'nvprof'

const dramNames: readonly string[] = ['dram__bytes.sum', 'dram_read_bytes', 'dram_write_bytes']
const timeNames: Readonly<Record<Profiler, string>> = { ncu: 'gpu__time_duration.sum', nvprof: 'Duration (--print-gpu-trace)' }

/** Of missing counters those that count bytes of device memory. */
export const missingDram = (missing: readonly string[]): string[] => missing.filter((name) => dramNames.includes(name))

/** Of missing counters the one that tells a launch's time. */
export const missingTime = (missing: readonly string[]): string[] => missing.filter((name) => Object.values(timeNames).includes(name))

const executed = (op: string): string => `smsp__sass_thread_inst_executed_op_${op}_pred_on.sum`
const tensorPrefix = 'sm__ops_path_tensor_src_'

/** Additions and multiplications count one, fused multiply-adds two; nvprof's flop_count metrics count so already. */
const flopOfPipe = (launch: ProfiledLaunch, letter: 'h' | 'f' | 'd', tool: Profiler, missing: string[]): number => {
  const nvprofName = `flop_count_${letter === 'f' ? 's' : letter}p`
  const whole = firstOf(launch, nvprofName)
  if (whole !== null) return whole
  if (tool === 'nvprof') {
    missing.push(nvprofName)
    return 0
  }
  let sum = 0
  for (const [op, weight] of [
    ['add', 1],
    ['mul', 1],
    ['fma', 2],
  ] as const) {
    const counter = executed(letter + op)
    const count = firstOf(launch, counter)
    if (count === null) missing.push(counter)
    else sum += weight * count
  }
  return sum
}

/** Below this share of the tensor pipe nothing is thought to have run there. */
const idleTensor = 0.0005

/**
 * Operations of the tensor cores. ncu's `sm__ops_path_tensor_src_…` count them already; their `_sparsity_…` parts are within the parents. Without
 * such a counter (compute capability below 8.0) the pipe must have been idle, else the sum would be too small.
 */
const tensorFlop = (launch: ProfiledLaunch, capability: number | null, tool: Profiler, missing: string[]): number => {
  const parents = [...launch.counters].filter(([name]) => name.startsWith(tensorPrefix) && !name.includes('_sparsity_'))
  if (parents.length > 0) return parents.reduce((sum, [, { value }]) => sum + value, 0)
  if (capability !== null && capability < 7) return 0
  const active = firstOf(
    launch,
    'sm__pipe_tensor_op_hmma_cycles_active.avg.pct_of_peak_sustained_active',
    'sm__pipe_tensor_cycles_active.avg.pct_of_peak_sustained_active',
    'tensor_precision_fu_utilization',
  )
  // nvprof tells only whether the pipe was idle.
  if (active === null && tool === 'nvprof') missing.push('tensor_precision_fu_utilization')
  else if (active === null || active > idleTensor) missing.push(`${tensorPrefix}…`)
  return 0
}

/** Bytes to and from device memory: ncu counts them together or apart, nvprof only apart. */
const dramBytesOf = (launch: ProfiledLaunch, tool: Profiler, missing: string[]): number | null => {
  const read = firstOf(launch, 'kernel.dram_read_bytes')
  const written = firstOf(launch, 'kernel.dram_write_bytes')
  const bytes = firstOf(launch, 'kernel.dram_bytes') ?? (read === null || written === null ? null : read + written)
  if (bytes !== null) return bytes
  if (tool === 'ncu') missing.push('dram__bytes.sum')
  else missing.push(...(read === null ? ['dram_read_bytes'] : []), ...(written === null ? ['dram_write_bytes'] : []))
  return null
}

/** FLOPs, bytes and time of a launch, from its counters alone. */
export const workOf = (launch: ProfiledLaunch, capability: number | null, tool: Profiler = 'ncu'): Work => {
  const missing: string[] = []
  const flop = {
    fp16: flopOfPipe(launch, 'h', tool, missing),
    fp32: flopOfPipe(launch, 'f', tool, missing),
    fp64: flopOfPipe(launch, 'd', tool, missing),
    tensor: tensorFlop(launch, capability, tool, missing),
  }
  const isCounted = missing.length === 0
  const dramBytes = dramBytesOf(launch, tool, missing)
  const timeUs = firstOf(launch, 'kernel.duration')
  if (timeUs === null) missing.push(timeNames[tool])
  return { flop: isCounted ? flop : null, dramBytes, timeUs, missing }
}

/** Dense 16-bit operations of the tensor cores per SM and cycle, and fused multiply-adds of the FP32 pipes, by compute capability (vendor's white papers). */
const ratesOf: Readonly<Record<string, { tensor: number; fp32Fma: number }>> = {
  '7.0': { tensor: 1024, fp32Fma: 64 },
  '7.5': { tensor: 1024, fp32Fma: 64 },
  '8.0': { tensor: 2048, fp32Fma: 64 },
  '9.0': { tensor: 4096, fp32Fma: 128 },
}

const peakCounter = (letter: 'f' | 'd'): string => `sm__sass_thread_inst_executed_op_${letter}fma_pred_on.sum.peak_sustained`

/**
 * The walls that the profiler itself knows: FP32 and FP64 peak = fused multiply-adds per cycle x 2 x SM clock, device memory = bytes per cycle x its
 * clock. The tensor peak comes from published rates per SM, whose number the FP32 peak tells. `measuredGBps` (a copy) replaces the peak of the memory.
 */
export const ceilingsOf = (launch: ProfiledLaunch, computeCapability: string | null, measuredGBps: number | null): Ceiling[] => {
  const ceilings: Ceiling[] = []
  const smMHz = firstOf(launch, 'kernel.sm_frequency')
  const dramMHz = firstOf(launch, 'kernel.dram_frequency')
  const bytesPerCycle = firstOf(launch, 'dram__bytes.sum.peak_sustained')
  if (measuredGBps !== null) ceilings.push({ kind: 'dram', value: measuredGBps, unit: 'GB/s', source: 'measured' })
  else if (bytesPerCycle !== null && dramMHz !== null)
    ceilings.push({ kind: 'dram', value: (bytesPerCycle * dramMHz) / 1000, unit: 'GB/s', source: 'counters' })
  if (smMHz === null) return ceilings
  for (const [kind, letter] of [
    ['fp32', 'f'],
    ['fp64', 'd'],
  ] as const) {
    const perCycle = firstOf(launch, peakCounter(letter))
    if (perCycle !== null && perCycle > 0) ceilings.push({ kind, value: perCycle * 2 * smMHz * 1e6, unit: 'FLOP/s', source: 'counters' })
  }
  const rates = computeCapability !== null && Object.hasOwn(ratesOf, computeCapability) ? ratesOf[computeCapability] : undefined
  const fp32 = firstOf(launch, peakCounter('f'))
  if (rates && fp32 !== null)
    ceilings.push({ kind: 'tensor', value: (fp32 / rates.fp32Fma) * rates.tensor * smMHz * 1e6, unit: 'FLOP/s', source: 'device' })
  return ceilings
}

export interface RooflinePoint {
  flop: number | null
  /** FLOP/byte. */
  intensity: number | null
  flopPerSecond: number | null
  bound: 'memory' | 'compute' | null
  attainableFlopPerSecond: number | null
  /** Peak of the pipe that most of the operations went through. */
  peakFlopPerSecond: number | null
  /** Reached over attainable. */
  share: number | null
  missing: string[]
}

/** The pipe that most of the operations went through: its peak is the roof. */
const mainPipe = (flop: NonNullable<Work['flop']>): Ceiling['kind'] =>
  (['tensor', 'fp64', 'fp16', 'fp32'] as const).reduce<'fp16' | 'fp32' | 'fp64' | 'tensor'>(
    (most, pipe) => (flop[pipe] > flop[most] ? pipe : most),
    'fp32',
  )

const counterOfCeiling: Record<Ceiling['kind'], string> = {
  dram: 'dram__bytes.sum.peak_sustained',
  fp16: 'the FP16 peak of this GPU',
  fp32: peakCounter('f'),
  fp64: peakCounter('d'),
  tensor: 'the tensor peak of this GPU',
}

/** P = min(peak, intensity x bandwidth), and where this work lies under it (Williams, Waterman, Patterson 2009). */
export const rooflineOf = (work: Work, ceilings: readonly Ceiling[]): RooflinePoint => {
  const missing = [...work.missing]
  const valueOf = (kind: Ceiling['kind']): number | null => {
    const found = ceilings.find((one) => one.kind === kind)?.value ?? null
    if (found === null) missing.push(counterOfCeiling[kind])
    return found
  }
  const { dramBytes, timeUs } = work
  const flop = work.flop === null ? null : work.flop.fp16 + work.flop.fp32 + work.flop.fp64 + work.flop.tensor
  const flopPerSecond = flop === null || timeUs === null || timeUs <= 0 ? null : flop / (timeUs * 1e-6)
  const intensity = flop === null || dramBytes === null || dramBytes <= 0 ? null : flop / dramBytes
  const none = { flop, intensity, flopPerSecond, bound: null, attainableFlopPerSecond: null, peakFlopPerSecond: null, share: null }
  if (work.flop === null || intensity === null || flopPerSecond === null || flop === 0) return { ...none, missing }
  const peak = valueOf(mainPipe(work.flop))
  const bandwidth = valueOf('dram')
  if (peak === null || bandwidth === null) return { ...none, missing }
  const underMemory = intensity * bandwidth * 1e9
  const attainable = Math.min(peak, underMemory)
  return {
    ...none,
    bound: underMemory < peak ? 'memory' : 'compute',
    attainableFlopPerSecond: attainable,
    peakFlopPerSecond: peak,
    share: flopPerSecond / attainable,
    missing,
  }
}
