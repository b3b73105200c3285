import { inLanguage, saying } from './saying'
import { z } from './zod'

export const networkInterface = z.object({
  name: z.string(),
  addresses: z.array(z.string()),
  /** Line rate in Gb/s as the driver reports it; null: not reported (virtual links). */
  rateGbps: z.number().nullable(),
  /** Where the rate comes from: `speed of mlx5_core`, `port rate of mlx5_0:1`; absent with no rate. */
  rateSource: z.string().optional(),
  mtu: z.number().nullable(),
  driver: z.string().nullable(),
  /** ethernet (ARPHRD 1), infiniband (ARPHRD 32), loopback, other. */
  linkType: z.enum(['ethernet', 'infiniband', 'loopback', 'other']),
  up: z.boolean(),
})
export const hca = z.object({
  name: z.string(),
  port: z.number(),
  /** `InfiniBand` or `Ethernet` (RoCE), from link_layer. */
  linkLayer: z.string(),
  state: z.string(),
  rateGbps: z.number().nullable(),
  firmware: z.string().nullable(),
  interface: z.string().nullable(),
})
export const gpu = z.object({
  index: z.number(),
  name: z.string(),
  uuid: z.string().nullable(),
  memoryMiB: z.number().nullable(),
  driver: z.string().nullable(),
  computeCapability: z.string().nullable(),
  smClockMHz: z.number().nullable(),
  pcieGen: z.number().nullable(),
  pcieWidth: z.number().nullable(),
})
export const toolInfo = z.object({ path: z.string().nullable(), version: z.string().nullable() })

export const canRun = z.object({
  probe: z.string(),
  canRun: z.boolean(),
  /** Which way it would run: `nccl-tests`, `torch/gloo`, … */
  via: z.string().nullable(),
  why: z.array(saying),
  /** What to do, closest first: sentences, and commands to copy. */
  fix: z.array(saying),
  /** The host is simulated and this is not played: a run would measure another machine, so it is refused. Absent: false. */
  unplayed: z.boolean().optional(),
})
export type CanRun = z.infer<typeof canRun>

/** The answer in the words of one language. */
export const canRunIn = (check: CanRun, language: 'en' | 'zh-CN') => ({
  ...check,
  why: check.why.map((one) => inLanguage(one, language)),
  fix: check.fix.map((one) => inLanguage(one, language)),
})

export const inventory = z.object({
  hostname: z.string(),
  kernel: z.string(),
  os: z.string(),
  bootId: z.string(),
  uid: z.number(),
  cpu: z.object({ model: z.string(), cores: z.number(), numaNodes: z.number().nullable(), governor: z.string().nullable() }),
  memoryMiB: z.number().nullable(),
  diskFreeMiB: z.number().nullable(),
  memlockKiB: z.union([z.number(), z.literal('unlimited')]).nullable(),
  /** kernel.perf_event_paranoid: from 3 on Debian and Ubuntu refuse perf to ordinary users; null or absent: the host does not say. */
  perfEventParanoid: z.number().nullable().optional(),
  /** kernel.yama.ptrace_scope: who may look into a process; null or absent: no such restriction, or the host does not say. */
  ptraceScope: z.number().nullable().optional(),
  loadAverage1: z.number().nullable(),
  interfaces: z.array(networkInterface),
  hcas: z.array(hca),
  gpus: z.array(gpu),
  gpuTopology: z.string().nullable(),
  cudaVersion: z.string().nullable(),
  /** Whether the driver reserves the GPU performance counters for administrators; null or absent: it does not say. */
  gpuCountersAdminOnly: z.boolean().nullable().optional(),
  ncclVersion: z.string().nullable(),
  /** Tool name -> where and which version; absent tools are absent. */
  tools: z.record(z.string(), toolInfo),
  pythons: z.array(
    z.object({
      path: z.string(),
      version: z.string(),
      torch: z.string().nullable(),
      cuda: z.boolean(),
      /** Absent in inventories that were not asked for it. */
      numpy: z.boolean().optional(),
    }),
  ),
  /** True when the host says of itself that its numbers are computed, not measured. */
  simulated: z.boolean(),
  preflight: z.array(canRun),
})
export type Inventory = z.infer<typeof inventory>
