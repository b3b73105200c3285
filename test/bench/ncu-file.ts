import { closeSync, openSync, writeSync } from 'node:fs'

/** Deterministic numbers: the same file every time. */
const randomOf = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const kernels = [
  'void flash_fwd_splitkv_kernel<Flash_fwd_kernel_traits<128, 64, 128, 4, false, false, cutlass::bfloat16_t>, true, false, 0>(Flash_fwd_params)',
  'sm90_xmma_gemm_bf16bf16_bf16f32_f32_tn_n_tilesize128x128x64_warpgroupsize1x1x1_execute_segment_k_off_kernel__5x_cublas',
  'void vllm::rms_norm_kernel<c10::BFloat16, 8, false>(T1 *, const T1 *, const T1 *, float, int, int)',
  'void vllm::act_and_mul_kernel<c10::BFloat16, &vllm::silu_kernel<c10::BFloat16>, true>(T1 *, const T1 *, int)',
]

const identity = [
  'ID',
  'Process ID',
  'Process Name',
  'Host Name',
  'Kernel Name',
  'Context',
  'Stream',
  'Block Size',
  'Grid Size',
  'Device',
  'CC',
]
const pipes = ['adu', 'alu', 'cbu', 'fma', 'fp16', 'fp64', 'lsu', 'tc', 'tensor', 'tex', 'uniform', 'xu']
const rollups = ['avg', 'max', 'min', 'sum']

interface Column {
  name: string
  unit: string
  value(random: () => number): string
}

const share = (random: () => number): string => (random() < 0.3 ? '0' : (100 * random()).toFixed(2))
const whole = (most: number) => (random: () => number) => String(Math.floor(most * random()))

const pipeColumns: Column[] = pipes.flatMap((pipe) =>
  rollups.flatMap((rollup) =>
    ['active', 'elapsed'].map((of) => ({
      name: `sm__inst_executed_pipe_${pipe}.${rollup}.pct_of_peak_sustained_${of}`,
      unit: '%',
      value: share,
    })),
  ),
)
const deviceColumns: Column[] = Array.from({ length: 200 }, (_, index) => ({
  name: `device__attribute_${index === 0 ? 'display_name' : `limit_${index}`}`,
  unit: '',
  value: () => (index === 0 ? 'NVIDIA H100 80GB HBM3' : String((index * 7919) % 65_536)),
}))
const launchColumns: Column[] = [
  { name: 'gpu__time_duration.sum', unit: 'ns', value: (random) => String(20_000 + Math.floor(600_000 * random())) },
  { name: 'launch__registers_per_thread', unit: 'register/thread', value: whole(255) },
  { name: 'launch__func_cache_config', unit: '', value: () => 'CachePreferNone' },
  { name: 'launch__grid_size', unit: '', value: whole(4096) },
  { name: 'launch__block_size', unit: '', value: whole(1024) },
  ...Array.from({ length: 40 }, (_, index) => ({ name: `launch__occupancy_limit_${index}`, unit: 'block', value: whole(64) })),
]
const memoryColumns: Column[] = rollups.flatMap((rollup) => [
  { name: `dram__bytes.${rollup}`, unit: 'byte', value: whole(4e9) },
  { name: `lts__t_sectors.${rollup}`, unit: 'sector', value: whole(9e8) },
  { name: `sm__inst_executed.${rollup}.per_cycle_active`, unit: 'inst/cycle', value: (random) => (4 * random()).toFixed(2) },
  { name: `sm__cycles_active.${rollup}`, unit: 'cycle', value: (random) => (900_000 * random()).toFixed(2) },
])
const columns = [...deviceColumns, ...launchColumns, ...memoryColumns, ...pipeColumns]

const line = (cells: readonly string[]): string => `${cells.map((cell) => `"${cell}"`).join(',')}\n`

export interface WrittenReport {
  launches: number
  bytes: number
  /** Sum of all durations, us. */
  durationSum: number
}

/** Writes a raw page of about so many bytes, in the layout of `ncu --csv --page raw`: the header, the units, a row per launch. */
export const writeRawPage = (path: string, size: number): WrittenReport => {
  const file = openSync(path, 'w')
  const random = randomOf(29)
  let bytes = writeSync(
    file,
    line([...identity, ...columns.map(({ name }) => name)]) + line([...identity.map(() => ''), ...columns.map(({ unit }) => unit)]),
  )
  const durationAt = columns.findIndex(({ name }) => name === 'gpu__time_duration.sum')
  let [launches, durationSum, block] = [0, 0, '']
  while (bytes + block.length < size) {
    const values = columns.map(({ value }) => value(random))
    const kernel = kernels[Math.floor(random() * kernels.length)] ?? ''
    const launch = [String(launches), '40217', 'python3.12', '127.0.0.1', kernel, '1', '7', '(128, 1, 1)', '(132, 8, 1)', '0', '9.0']
    durationSum += Number(values[durationAt]) / 1000
    block += line([...launch, ...values])
    launches += 1
    if (block.length < 2 ** 22) continue
    bytes += writeSync(file, block)
    block = ''
  }
  bytes += writeSync(file, block)
  closeSync(file)
  return { launches, bytes, durationSum }
}
