import type { ParseResult } from '../../preload/contract'
import { csvCells, csvColumns } from '../_kit/nvidia'
import type { Track } from './host-tracks'

/** Why clocks are held down (NVML, nvmlClocksEventReasons): heat and hardware. The power limit is told apart: full load meets it. */
const slowdowns: readonly (readonly [bit: bigint, name: string])[] = [
  [0x8n, 'hw_slowdown'],
  [0x20n, 'sw_thermal_slowdown'],
  [0x40n, 'hw_thermal_slowdown'],
  [0x80n, 'hw_power_brake_slowdown'],
]
const powerCap = 0x4n

export interface GpuLog {
  tracks: Track[]
  /** GPU index -> names of the slowdowns seen. */
  reasons: ReadonlyMap<number, ReadonlySet<string>>
  /** GPU uuid -> index. */
  indexOf: ReadonlyMap<string, number>
  /** The host's wall clock at the first row, seconds; null: no time stamp could be read. */
  startedS: number | null
}

interface Row {
  gpu: number
  /** Seconds since the first row; null: the time stamp cannot be read. */
  timeS: number | null
  reasons: bigint | null
  uuid: string | null
}

const maskOf = (cell: string | undefined): bigint | null => (/^0x[0-9a-f]{1,16}$/i.test(cell ?? '') ? BigInt(cell ?? '') : null)

/** `2026/03/04 05:06:07.118` as seconds; the host's zone does not matter, since only differences are used. */
const stampOf = (cell: string | undefined): number | null => {
  const match = /^(\d{4})\/(\d{2})\/(\d{2}) (\d{2}):(\d{2}):(\d{2})(\.\d{1,9})?$/.exec(cell ?? '')
  if (!match) return null
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number)
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 + Number(match[7] ?? 0)
}

const readRows = (text: string): { rows: Row[]; startedS: number | null } => {
  const lines = text.split('\n')
  const columns = csvColumns(lines[0] ?? '').map(({ name }) => name)
  const placeOf = (...names: string[]): number => columns.findIndex((name) => names.includes(name))
  const [index, stamp, uuid] = [placeOf('index'), placeOf('timestamp'), placeOf('uuid')]
  const reasons = placeOf('clocks_event_reasons.active', 'clocks_throttle_reasons.active')
  let first: number | null = null
  const rows = lines.slice(1).flatMap((line): Row[] => {
    const cells = csvCells(line)
    if (cells.length !== columns.length || !/^\d{1,4}$/.test(cells[index] ?? '')) return []
    const at = stampOf(cells[stamp])
    first ??= at
    return [
      {
        gpu: Number(cells[index]),
        timeS: at === null || first === null ? null : at - first,
        reasons: maskOf(cells[reasons]),
        uuid: cells[uuid] ?? null,
      },
    ]
  })
  return { rows, startedS: first }
}

const shareTrack = (metric: string, gpu: number, rows: readonly Row[], holds: (mask: bigint) => boolean): Track[] => {
  const known = rows.filter((row) => row.reasons !== null && row.timeS !== null)
  if (known.length === 0) return []
  return [
    {
      metric,
      unit: '1',
      dimensions: { gpu },
      timesS: known.map((row) => row.timeS ?? 0),
      fromS: null,
      values: known.map((row) => (holds(row.reasons ?? 0n) ? 1 : 0)),
    },
  ]
}

const isSlowed = (mask: bigint): boolean => slowdowns.some(([bit]) => (mask & bit) !== 0n)

/** What a parser read, as one track per metric and GPU; the n-th sample of a GPU was taken at the n-th of `timesS`. */
export const sampleTracks = (results: readonly ParseResult[], timesOfGpu: (gpu: number) => readonly (number | null)[]): Track[] => {
  const tracks = new Map<string, Track>()
  for (const { metric, unit, value, dimensions } of results.flatMap((result) => result.measurements)) {
    const { gpu, sample, kind } = dimensions
    if (typeof gpu !== 'number' || typeof sample !== 'number' || (kind !== undefined && kind !== 'average')) continue
    const timeS = timesOfGpu(gpu)[sample] ?? null
    if (timeS === null) continue
    const key = `${metric} ${gpu}`
    const track = tracks.get(key) ?? { metric, unit, dimensions: { gpu }, timesS: [], fromS: null, values: [] }
    track.timesS.push(timeS)
    track.values.push(value)
    tracks.set(key, track)
  }
  return [...tracks.values()]
}

/** nvidia-smi's loop: measured fields as the parser of its format read them, throttle reasons and times from the rows. */
export const gpuLog = (text: string, results: readonly ParseResult[]): GpuLog => {
  const { rows, startedS } = readRows(text)
  const byGpu = Map.groupBy(rows, ({ gpu }) => gpu)
  const times = new Map([...byGpu].map(([gpu, own]) => [gpu, own.map(({ timeS }) => timeS)]))
  const shares = [...byGpu].flatMap(([gpu, own]) => [
    ...shareTrack('gpu.throttled', gpu, own, isSlowed),
    ...shareTrack('gpu.power_capped', gpu, own, (mask) => (mask & powerCap) !== 0n),
  ])
  const reasonsOf = (own: readonly Row[]): Set<string> =>
    new Set(slowdowns.filter(([bit]) => own.some((row) => ((row.reasons ?? 0n) & bit) !== 0n)).map(([, name]) => name))
  return {
    tracks: [...sampleTracks(results, (gpu) => times.get(gpu) ?? []), ...shares],
    reasons: new Map([...byGpu].map(([gpu, own]) => [gpu, reasonsOf(own)])),
    indexOf: new Map(rows.flatMap(({ uuid, gpu }) => (uuid ? [[uuid, gpu] as const] : []))),
    startedS,
  }
}

/** A process that a GPU had. */
export interface GpuProcess {
  uuid: string
  pid: number
  name: string
  /** It was there in the first list, before the launch began. */
  atStart: boolean
  /** In how many lists it stood. */
  lists: number
}

/** Lists this close to the first row of the GPUs were made before the launch began, seconds. */
const startPatienceS = 1.5

/** Processes out of `--query-compute-apps=timestamp,gpu_uuid,pid,process_name,…` in a loop. */
export const gpuProcesses = (text: string, startedS: number | null): GpuProcess[] => {
  const lines = text.split('\n')
  const columns = csvColumns(lines[0] ?? '').map(({ name }) => name)
  const cellsOf = lines.slice(1).map(csvCells)
  const at = (name: string): number => columns.indexOf(name)
  const found = new Map<string, GpuProcess>()
  for (const cells of cellsOf) {
    const [uuid = '', pid = '', name = ''] = [cells[at('gpu_uuid')], cells[at('pid')], cells[at('process_name')]]
    if (cells.length < columns.length || uuid === '' || !/^\d{1,9}$/.test(pid) || /mps-server$/.test(name)) continue
    const key = `${uuid} ${pid}`
    const known = found.get(key) ?? { uuid, pid: Number(pid), name, atStart: false, lists: 0 }
    known.lists += 1
    const seenS = stampOf(cells[at('timestamp')])
    known.atStart ||= seenS !== null && startedS !== null && Math.abs(seenS - startedS) < startPatienceS
    found.set(key, known)
  }
  return [...found.values()]
}
