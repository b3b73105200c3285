import type { ZeroSettings } from '../zero/settings'

/** Lines of remote-scripts/zero/zero_bench.py, as Python's json prints them. */

const real = (value: number, digits = 1): string => {
  const rounded = Number(value.toFixed(digits))
  return Number.isInteger(rounded) ? `${rounded}.0` : String(rounded)
}

const object = (fields: Readonly<Record<string, string>>): string =>
  `{${Object.entries(fields)
    .map(([name, value]) => `${JSON.stringify(name)}: ${value}`)
    .join(', ')}}`

const text = (value: string | number | null): string => JSON.stringify(value)
const list = (values: readonly string[]): string => `[${values.join(', ')}]`

export interface ZeroBenchHeader extends Pick<
  ZeroSettings,
  'dtype' | 'stage' | 'layers' | 'hidden' | 'heads' | 'seq' | 'vocab' | 'microBatch' | 'gradAccum' | 'warmup' | 'steps' | 'seed'
> {
  world: number
  torch: string
  nccl: string
  parameters: number
  hosts: readonly string[]
  gpu: string
}

export const printZeroHeader = (header: ZeroBenchHeader): string =>
  object({
    headroom: text('zero-bench'),
    version: '1',
    world_size: text(header.world),
    backend: text('nccl'),
    torch: text(header.torch),
    nccl: text(header.nccl),
    device: text('cuda'),
    engine: text('own'),
    engine_version: 'null',
    dtype: text(header.dtype),
    zero_stage: text(header.stage),
    parameters: text(header.parameters),
    layers: text(header.layers),
    hidden: text(header.hidden),
    heads: text(header.heads),
    seq: text(header.seq),
    vocab: text(header.vocab),
    micro_batch: text(header.microBatch),
    grad_accum: text(header.gradAccum),
    warmup: text(header.warmup),
    steps: text(header.steps),
    seed: text(header.seed),
    threads: 'null',
    hosts: list(header.hosts.map(text)),
    gpu: text(header.gpu),
  })

export interface ZeroBenchStep {
  rank: number
  step: number
  warmup: boolean
  timeUs: number
  dataUs: number
  computeUs: number
  communicationUs: number
  exposedUs: number
  loss: number
  calls: readonly { operation: string; bytes: number; startUs: number; endUs: number }[]
}

export const printZeroStep = (row: ZeroBenchStep): string => {
  const sent = [...Map.groupBy(row.calls, ({ operation }) => operation)].map(([operation, calls]) => [
    operation,
    object({
      calls: text(calls.length),
      bytes: text(calls.reduce((sum, { bytes }) => sum + bytes, 0)),
      us: real(calls.reduce((sum, { startUs, endUs }) => sum + endUs - startUs, 0)),
    }),
  ])
  return object({
    time_us: real(row.timeUs),
    data_us: real(row.dataUs),
    compute_us: real(row.computeUs),
    communication_us: real(row.communicationUs),
    exposed_us: real(row.exposedUs),
    loss: real(row.loss, 12),
    sent: object(Object.fromEntries(sent) as Record<string, string>),
    call_us: list(row.calls.map(({ startUs, endUs }) => real(endUs - startUs))),
    step: text(row.step),
    warmup: String(row.warmup),
    rank: text(row.rank),
  })
}

export interface ZeroBenchMemory {
  rank: number
  states: Readonly<Record<string, number>>
  kinds: Readonly<Record<string, number>>
  peak: number
  allocatedPeak: number
  reservedPeak: number
  processBefore: number
  processPeak: number
}

const counts = (values: Readonly<Record<string, number>>): string =>
  object(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, text(value)])))

export const printZeroMemory = (memory: ZeroBenchMemory): string =>
  object({
    memory: 'true',
    rank: text(memory.rank),
    states: counts(memory.states),
    kinds: counts(memory.kinds),
    peak: text(memory.peak),
    allocated_peak: text(memory.allocatedPeak),
    reserved_peak: text(memory.reservedPeak),
    process_before: text(memory.processBefore),
    process_peak: text(memory.processPeak),
  })

export const printZeroLink = (link: { link: string; rank: number; sentBytes: number; steps: number }): string =>
  object({ link: text(link.link), rank: text(link.rank), sent_bytes: text(link.sentBytes), steps: text(link.steps) })

export const printZeroEnd = (): string => object({ end: 'true' })

const gibibytes = (bytes: number): string => {
  const [unit, size] = bytes >= 2 ** 30 ? ['GiB', 2 ** 30] : ['MiB', 2 ** 20]
  return `${(bytes / size).toFixed(2)} ${unit}`
}

export interface OutOfMemory {
  rank: number
  device: number
  triedBytes: number
  allocatedBytes: number
  /** CUDA's context and NCCL's buffers. */
  besideBytes: number
  totalBytes: number
  where: string
}

/** How a rank ends whose GPU has no room: torch's own words since 2.1, and the launcher's. */
export const printOutOfMemory = (error: OutOfMemory): string => {
  const inUse = error.allocatedBytes + error.besideBytes
  const sentence = [
    `CUDA out of memory. Tried to allocate ${gibibytes(error.triedBytes)}.`,
    `GPU ${error.device} has a total capacity of ${gibibytes(error.totalBytes)} of which ${gibibytes(Math.max(0, error.totalBytes - inUse))} is free.`,
    `Including non-PyTorch memory, this process has ${gibibytes(inUse)} memory in use.`,
    `Of the allocated memory ${gibibytes(error.allocatedBytes)} is allocated by PyTorch, and ${gibibytes(0)} is reserved by PyTorch but unallocated.`,
  ].join(' ')
  const lines = ['Traceback (most recent call last):', `  ${error.where}`, `torch.OutOfMemoryError: ${sentence}`]
  return [
    ...lines.map((line) => `[rank${error.rank}]: ${line}`),
    `launch_ranks: rank ${error.rank} ended with code 1; the others are stopped`,
  ].join('\n')
}
