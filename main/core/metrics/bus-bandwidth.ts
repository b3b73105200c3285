/** Collectives as nccl-tests names them. */
export const collectives = [
  'all_reduce',
  'all_gather',
  'reduce_scatter',
  'all_to_all',
  'gather',
  'scatter',
  'broadcast',
  'reduce',
  'sendrecv',
] as const
export type Collective = (typeof collectives)[number]

const source = 'nccl-tests doc/PERFORMANCE.md and src/*.cu'

export interface BusBandwidthFactor {
  factor: number
  source: string
}

/**
 * busbw / algbw for n ranks, where algbw is size over time and the size is nccl-tests' own: for all_gather, reduce_scatter,
 * all_to_all, gather and scatter the bytes of all ranks together. Null when the collective is unknown or ranks is not a positive integer.
 */
export const busBandwidthFactor = (collective: string, ranks: number): BusBandwidthFactor | null => {
  if (!Number.isInteger(ranks) || ranks < 1) return null
  switch (collective) {
    case 'all_reduce':
      return { factor: (2 * (ranks - 1)) / ranks, source }
    case 'all_gather':
    case 'reduce_scatter':
    case 'all_to_all':
    case 'gather':
    case 'scatter':
      return { factor: (ranks - 1) / ranks, source }
    case 'broadcast':
    case 'reduce':
    case 'sendrecv':
      return { factor: 1, source }
    default:
      return null
  }
}
