import type { Dimensions, Measurement } from '../../preload/contract'
import { columnOf, type HostRows } from './host-rows'
import type { Track } from './host-tracks'
import { covering, highest, lowest, mean, median, total, within, type Sample, type Window } from './window'

/** Which figures stand for a quantity in a launch; totals cover the launch, the others lie within it. */
const stats = { mean, max: highest, min: lowest, median, total } as const
export type Stat = keyof typeof stats

const statsOf: Readonly<Record<string, readonly Stat[]>> = {
  'host.cpu_busy': ['mean'],
  'host.cpu_core_max': ['mean', 'max'],
  'host.cpu_steal': ['mean'],
  'host.load1': ['max'],
  'host.mem_used': ['max'],
  'net.rx_rate': ['mean', 'max'],
  'net.tx_rate': ['mean', 'max'],
  'net.drops': ['total'],
  'net.errors': ['total'],
  'net.rdma_retransmits': ['total'],
  'net.retransmits': ['total'],
  'net.tcp_drops': ['total'],
  'gpu.util': ['mean'],
  'gpu.sm_active': ['mean'],
  'gpu.tensor_active': ['mean'],
  'gpu.dram_active': ['mean'],
  'gpu.power': ['mean'],
  'gpu.temperature': ['max'],
  'gpu.mem_used': ['max'],
  'gpu.sm_clock': ['median'],
  'gpu.throttled': ['mean'],
  'gpu.power_capped': ['mean'],
}

/** The figures of one launch that a track gives; none for quantities that are kept as series only. */
export const summarise = (track: Track, window: Window, host: Dimensions): Measurement[] =>
  (statsOf[track.metric] ?? []).flatMap((stat) => {
    const samples: Sample[] = stat === 'total' ? covering(track, window) : within(track, window)
    const value = stats[stat](samples)
    return value === null ? [] : [{ metric: track.metric, unit: track.unit, value, dimensions: { ...host, ...track.dimensions, stat } }]
  })

/** Segments sent again per segment sent, over all TCP of the host; none where nothing was sent. */
export const retransmitShare = (tracks: readonly Track[], window: Window, host: Dimensions): Measurement[] => {
  const totalOf = (metric: string): number => {
    const track = tracks.find((one) => one.metric === metric)
    return track ? (total(covering(track, window)) ?? 0) : 0
  }
  const sent = totalOf('net.segments')
  if (sent <= 0) return []
  return [{ metric: 'net.retransmit_share', unit: '1', value: totalOf('net.retransmits') / sent, dimensions: host }]
}

/** Processor time of the watcher and its tools per second of watching, without what its start cost. */
export const overheadOf = (rows: HostRows, host: Dimensions): Measurement[] => {
  const own = columnOf(rows, 'own.cpu_s') ?? []
  const [first, last] = [own[0] ?? null, own.at(-1) ?? null]
  const seconds = (rows.rows.at(-1)?.[0] ?? 0) - (rows.rows[0]?.[0] ?? 0)
  // Of a simulated host the time is simulated and the processor is this machine's.
  if (first === null || last === null || last < first || seconds <= 0 || rows.simulated) return []
  return [{ metric: 'telemetry.overhead', unit: '1', value: (last - first) / seconds, dimensions: host }]
}
