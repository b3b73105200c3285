const stamp = '[2026-01-02 03:04:05,678] [INFO]'

/** DeepSpeed's throughput timer. */
export const printThroughputTimer = (
  step: number,
  accumulation: number,
  average: number,
  current: number,
  allocatedGb: number,
  mostGb: number,
): string =>
  `${stamp} [timer.py:260:stop] epoch=0/micro_step=${step * accumulation}/global_step=${step}, RunningAvgSamplesPerSec=${average}, ` +
  `CurrSamplesPerSec=${current}, MemAllocated=${allocatedGb}GB, MaxMemAllocated=${mostGb}GB`

export interface MemoryUsage {
  label: string
  /** GB of 2^30 bytes, two decimals; the last rounded to a whole one. */
  ma: number
  maxMa: number
  ca: number
  maxCa: number
  hostUsed: number
}

/** see_memory_usage: three lines. */
export const printMemoryUsage = (usage: MemoryUsage): string =>
  [
    `${stamp} [utils.py:802:see_memory_usage] ${usage.label}`,
    `${stamp} [utils.py:803:see_memory_usage] MA ${usage.ma} GB         Max_MA ${usage.maxMa} GB         CA ${usage.ca} GB         Max_CA ${usage.maxCa} GB `,
    `${stamp} [utils.py:810:see_memory_usage] CPU Virtual Memory:  used = ${usage.hostUsed} GB, percent = 12.5%`,
  ].join('\n')

export interface CommunicationRow {
  /** As printed: `2.0 KB`. */
  size: string
  count: number
  totalMs: number
  averageMs: number
  tputGbps: number
  busGbps: number
}

const width = 20

/** The communication logger's summary: names alone in a line, rows indented by one column. */
export const printCommunicationSummary = (operations: readonly (readonly [string, readonly CommunicationRow[]])[]): string => {
  const header = ['Comm. Op', 'Message Size', 'Count', 'Total Latency(ms)', 'Avg Latency(ms)', 'tput_avg (Gbps)', 'busbw_avg (Gbps)']
  const line = (cells: readonly string[]): string => cells.map((cell) => cell.padEnd(width)).join('')
  return [
    line(header),
    ...operations.flatMap(([name, rows]) => [
      line([name]),
      ...rows.map(({ size, count, totalMs, averageMs, tputGbps, busGbps }) =>
        line(['', size, String(count), ...[totalMs, averageMs, tputGbps, busGbps].map((value) => value.toFixed(2))]),
      ),
    ]),
  ].join('\n')
}

/** estimate_zero3_model_states_mem_needs_all_cold and its likes. */
export const printMemoryEstimate = (
  setup: { nodes: number; gpusPerNode: number; millionParams: number; millionLargestLayer: number | null },
  rows: readonly { cpuGb: number; gpuGb: number; options: string }[],
): string => {
  const layer = setup.millionLargestLayer === null ? '' : `, ${setup.millionLargestLayer}M largest layer params`
  return [
    'Estimated memory needed for params, optim states and gradients for a:',
    `HW: Setup with ${setup.nodes} node${setup.nodes > 1 ? 's' : ''}, ${setup.gpusPerNode} GPUs per node.`,
    `SW: Model with ${setup.millionParams}M total params${layer}.`,
    '  per CPU  |  per GPU |   Options',
    ...rows.map(({ cpuGb, gpuGb, options }) => `${cpuGb.toFixed(2).padStart(8)}GB | ${gpuGb.toFixed(2).padStart(6)}GB | ${options}`),
  ].join('\n')
}
