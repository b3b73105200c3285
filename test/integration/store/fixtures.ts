import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  planSchema,
  type Environment,
  type Experiment,
  type Inventory,
  type Measurement,
  type Run,
  type SavedHost,
  type Series,
} from '../../../preload/contract'

export const temporaryFolder = (name = 'store'): string => mkdtempSync(join(tmpdir(), `headroom-${name}-`))

export const experimentOf = (id: string, more: Partial<Experiment> = {}): Experiment => ({
  id,
  name: `name of ${id}`,
  question: 'How much does the fast link buy?',
  status: 'running',
  plan: planSchema.parse({
    headroom: 1,
    question: 'How much does the fast link buy?',
    hosts: { a: { ssh: 'lab1' }, b: { ssh: 'lab2' } },
    factors: { fabric: ['ethernet', 'fast'] },
    probes: [{ probe: 'tcp', hosts: ['a', 'b'], params: { seconds: 3 } }],
  }),
  createdAt: '2026-03-01T10:00:00.000Z',
  endedAt: null,
  simulated: false,
  programVersion: '0.1.0',
  counts: { total: 0, done: 0, failed: 0, refused: 0, cancelled: 0 },
  ...more,
})

export const runOf = (id: string, experimentId: string, more: Partial<Run> = {}): Run => ({
  id,
  experimentId,
  probe: 'tcp',
  probeVersion: '1',
  probeIndex: 0,
  hosts: ['a', 'b'],
  arm: { fabric: 'fast' },
  block: 0,
  repeat: 1,
  warmup: false,
  position: 0,
  attempt: 1,
  status: 'pending',
  problem: null,
  transport: null,
  facts: { streams: 1, tool: 'iperf3' },
  warnings: [],
  simulated: false,
  commands: [{ role: 'client', host: 'a', command: "iperf3 -c '10.0.0.2' -J" }],
  kitSha256: null,
  startedAt: null,
  endedAt: null,
  artifacts: [],
  ...more,
})

export const measurementOf = (value: number, sizeBytes = 1024): Measurement => ({
  metric: 'nccl.busbw',
  unit: 'GB/s',
  value,
  dimensions: { collective: 'all_reduce', size_bytes: sizeBytes, in_place: false },
})

export const seriesOf = (values: Float64Array, timesUs?: Float64Array): Series => ({
  metric: 'nccl.time',
  unit: 'us',
  dimensions: { rank: 0 },
  values,
  ...(timesUs && { timesUs }),
})

export const inventoryOf = (hostname: string): Inventory => ({
  hostname,
  kernel: '6.1.0',
  os: 'Debian 12',
  bootId: '00000000-0000-0000-0000-000000000001',
  uid: 1000,
  cpu: { model: 'Example CPU', cores: 8, numaNodes: 1, governor: null },
  memoryMiB: 65_536,
  diskFreeMiB: 1000,
  memlockKiB: 'unlimited',
  loadAverage1: 0.5,
  interfaces: [{ name: 'eth0', addresses: ['10.0.0.1'], rateGbps: 25, mtu: 1500, driver: 'mlx5_core', linkType: 'ethernet', up: true }],
  hcas: [],
  gpus: [],
  gpuTopology: null,
  cudaVersion: null,
  ncclVersion: null,
  tools: { iperf3: { path: '/usr/bin/iperf3', version: '3.12' } },
  pythons: [],
  simulated: false,
  preflight: [],
})

export const environmentOf = (experimentId: string, host: string): Environment => ({
  experimentId,
  host,
  target: `me@${host}:22`,
  capturedAt: '2026-03-01T10:00:01.000Z',
  inventory: inventoryOf(host),
  artifactSha256: null,
})

export const savedHostOf = (name: string): SavedHost => ({
  name,
  spec: { ssh: 'lab1' },
  addedAt: '2026-03-01T09:00:00.000Z',
  lastSeenAt: null,
  inventory: null,
  inventoryAt: null,
})

/** Deterministic numbers in [0, 1): xorshift32. */
export const randomOf = (seed: number): (() => number) => {
  let state = seed | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}
