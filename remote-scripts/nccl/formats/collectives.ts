/**
 * Bus bandwidth over algorithm bandwidth for n ranks (nccl-tests, doc/PERFORMANCE.md); the size is the total bytes.
 * null for a collective whose factor is not known.
 */
export const busFactor = (collective: string, ranks: number): number | null => {
  if (!Number.isInteger(ranks) || ranks < 1) return null
  switch (canonical(collective)) {
    case 'all_reduce':
      return (2 * (ranks - 1)) / ranks
    case 'all_gather':
    case 'reduce_scatter':
    case 'alltoall':
    case 'gather':
    case 'scatter':
      return (ranks - 1) / ranks
    case 'broadcast':
    case 'reduce':
    case 'sendrecv':
      return 1
    default:
      return null
  }
}

/** nccl-tests' names; torch's `all_to_all` is the same collective. */
export const canonical = (collective: string): string => (collective === 'all_to_all' ? 'alltoall' : collective)

/** `/opt/build/all_reduce_perf_mpi` -> `all_reduce`; null when it is no program of nccl-tests. */
export const collectiveOf = (program: string): string | null => {
  const match = /([a-z][a-z_]{2,30}?)_perf(?:_[a-z]+)?$/.exec(program.replace(/\\/g, '/').split('/').at(-1) ?? '')
  return match?.[1] ?? null
}

/** What a table tells about the collective that its log does not name. */
export interface Hints {
  ranks: number
  redop: string | null
  root: number | null
  /** Highest bus bandwidth over its algorithm bandwidth, exact to the printed digits. */
  factor: { value: number; tolerance: number } | null
  inPlaceChecked: boolean | null
}

const agrees = (hints: Hints, collective: string): boolean => {
  const expected = busFactor(collective, hints.ranks)
  return expected !== null && hints.factor !== null && Math.abs(hints.factor.value - expected) <= hints.factor.tolerance
}

/** The collective by elimination, null when several would fit. With two ranks an all-reduce looks like a send-receive: the common one is named. */
export const inferCollective = (hints: Hints): string | null => {
  if (hints.ranks < 2 || hints.factor === null) return null
  const rooted = hints.root !== null && hints.root >= 0
  // Old versions have no column for what a collective does not have.
  if (hints.redop === null || hints.redop === 'none') {
    if (rooted) return agrees(hints, 'broadcast') ? 'broadcast' : null
    if (!agrees(hints, 'all_gather') || hints.inPlaceChecked === null) return null
    return hints.inPlaceChecked ? 'all_gather' : 'alltoall'
  }
  if (rooted) return agrees(hints, 'reduce') ? 'reduce' : null
  if (agrees(hints, 'all_reduce')) return 'all_reduce'
  if (agrees(hints, 'reduce_scatter')) return 'reduce_scatter'
  return null
}
