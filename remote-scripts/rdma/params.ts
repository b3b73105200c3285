import { z } from 'zod'

export const rdmaOperations = ['write_bw', 'write_lat', 'read_bw', 'read_lat', 'send_bw', 'send_lat'] as const
export type RdmaOperation = (typeof rdmaOperations)[number]

/** Parameters of the rdma probe; names are the plan file's. */
export const rdmaParams = z.strictObject({
  operations: z.array(z.enum(rdmaOperations)).min(1).max(6).default(['write_bw', 'write_lat']).describe('perftest programs, without ib_'),
  sizes: z
    .array(z.int().min(1).max(1_073_741_824))
    .min(1)
    .max(40)
    .default([2, 64, 1024, 4096, 65_536, 1_048_576, 8_388_608])
    .describe('Message sizes, bytes; one process each'),
  qps: z.int().min(1).max(1024).default(1).describe('Queue pairs of the bandwidth tests'),
  iterations: z.int().min(5).max(100_000_000).default(2000).describe('Messages per test (and per queue pair)'),
  duration: z.int().min(4).max(3600).optional().describe('Seconds per test instead of iterations; the peak is then not measured'),
  gid_index: z.int().min(0).max(255).optional().describe('GID index, needed on some RoCE networks'),
  mtu: z
    .union([z.literal(256), z.literal(512), z.literal(1024), z.literal(2048), z.literal(4096)])
    .optional()
    .describe('Path MTU, bytes'),
  use_gbits: z.boolean().default(true).describe('Ask for Gb/s instead of MiB/s; both are read'),
})
export type RdmaParams = z.output<typeof rdmaParams>

export interface RdmaTest {
  operation: RdmaOperation
  sizeBytes: number
}

/** The tests of one launch in their order. */
export const rdmaTests = (params: RdmaParams): RdmaTest[] =>
  [...new Set(params.operations)].flatMap((operation) => [...new Set(params.sizes)].map((sizeBytes) => ({ operation, sizeBytes })))

/** Options common to both sides, beside device, size and port. Latency tests know neither -q nor --report_gbits. */
export const perftestOptions = (params: RdmaParams, kind: 'bw' | 'lat'): string[] => [
  ...(params.duration === undefined ? ['-n', String(params.iterations)] : ['-D', String(params.duration)]),
  ...(kind === 'bw' ? ['-q', String(params.qps)] : []),
  ...(kind === 'bw' && params.use_gbits ? ['--report_gbits'] : []),
  ...(params.gid_index === undefined ? [] : ['-x', String(params.gid_index)]),
  ...(params.mtu === undefined ? [] : ['-m', String(params.mtu)]),
]

export const kindOf = (operation: RdmaOperation): 'bw' | 'lat' => (operation.endsWith('_bw') ? 'bw' : 'lat')
