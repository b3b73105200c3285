import type { Dimensions, Measurement, Series, Warning } from '../../preload/contract'
import type { RunOutput } from '../_kit/probe'
import { textOf } from '../_kit/outcome'
import { cleanText } from '../_kit/text'
import { dcgmiDmon } from './formats/dcgmi-dmon'
import { queryCsv } from './formats/query-csv'
import { gpuLog, gpuProcesses, sampleTracks, type GpuLog, type GpuProcess } from './gpu-tracks'
import { readHostRows, type HostRows } from './host-rows'
import { hostTracks, type Track } from './host-tracks'
import { overheadOf, retransmitShare, summarise } from './summaries'
import { windowOf, type Window } from './window'

type Role = RunOutput<unknown>['roles'][number]

/** What one watcher brought home; `rows` null: it left none. */
export interface Watch {
  host: string
  rows: HostRows | null
  window: Window | null
  tracks: Track[]
  gpu: GpuLog | null
  processes: GpuProcess[]
  warnings: Warning[]
}

const warning = (code: string, message: string): Warning => ({ code, message })

/** The last retransmission count that bpftrace printed; null: none. */
export const tracedRetransmits = (text: string): number | null => {
  let count: number | null = null
  for (const line of text.split('\n')) {
    const match = line.length < 1000 ? /"@retransmits":\s?(\d{1,15})\}/.exec(line) : null
    if (match) count = Number(match[1])
    // Maps that stayed empty are not printed; its last word tells a count of none from a tracer that died.
    else if (/"printf", ?"data": ?"ended\\n"/.test(line)) count ??= 0
  }
  return count
}

const readGpu = (role: Role, host: string): Pick<Watch, 'gpu' | 'processes' | 'warnings'> => {
  const text = textOf(role, 'gpu.csv')
  if (text === undefined) return { gpu: null, processes: [], warnings: [] }
  const clean = cleanText(text)
  const results = queryCsv.parse(clean)
  const gpu = gpuLog(clean, results)
  const problem = results.find((result) => result.problem && result.problem.code !== 'parse.truncated')?.problem
  const said =
    problem?.evidence ?? problem?.message ?? (gpu.tracks.length === 0 ? clean.trim().slice(0, 200) || 'it printed nothing' : null)
  return {
    gpu,
    processes: gpuProcesses(cleanText(textOf(role, 'gpu-processes.csv') ?? ''), gpu.startedS),
    warnings: said === null ? [] : [warning('telemetry.no_gpu_rows', `${host}: nvidia-smi gave no telemetry of the GPUs: ${said}`)],
  }
}

const readDcgm = (role: Role, host: string, hz: number): { tracks: Track[]; warnings: Warning[] } => {
  const text = textOf(role, 'dcgm.txt')
  if (text === undefined) return { tracks: [], warnings: [] }
  const results = dcgmiDmon.parse(text)
  const evenly = Array.from({ length: 1_000_000 }, (_, sample) => sample / hz)
  const tracks = sampleTracks(results, () => evenly)
  const said = results.find((result) => result.problem)?.problem?.evidence ?? textOf(role, 'dcgm-errors.txt')?.trim().slice(0, 200)
  return {
    tracks,
    warnings:
      tracks.length > 0
        ? []
        : [
            warning(
              'telemetry.no_dcgm_rows',
              `${host}: dcgmi gave no SM activity: ${said || 'it printed nothing (is nv-hostengine running?)'}`,
            ),
          ],
  }
}

/** Why bpftrace, which was asked for, counted nothing. */
const untraced = (role: Role, host: string): Warning[] => {
  const said = textOf(role, 'bpftrace-errors.txt')
  if (said === undefined || tracedRetransmits(textOf(role, 'bpftrace.jsonl') ?? '') !== null) return []
  const lines = said.split('\n').filter((line) => line.trim() !== '')
  const why = (lines.findLast((line) => line.includes('ERROR')) ?? lines.at(-1))?.trim().slice(0, 200)
  return [warning('telemetry.not_traced', `${host}: bpftrace traced no retransmissions: ${why || 'it said nothing'}`)]
}

/** Reads the files of one watcher. Never throws on any content. */
export const readWatch = (role: Role): Watch => {
  const { host } = role
  const text = textOf(role, 'telemetry.jsonl')
  const rows = text === undefined ? null : (readHostRows(text)[0] ?? null)
  const { gpu, processes, warnings } = readGpu(role, host)
  if (!rows || rows.rows.length < 2) {
    const why = (textOf(role, 'stderr') ?? '').trim().slice(-300) || 'it ended before its second row'
    return {
      host,
      rows: null,
      window: null,
      tracks: gpu?.tracks ?? [],
      gpu,
      processes,
      warnings: [...warnings, warning('telemetry.no_rows', `${host}: no telemetry: ${why}`)],
    }
  }
  const dcgm = readDcgm(role, host, rows.hz)
  return {
    host,
    rows,
    window: windowOf(rows),
    tracks: [...hostTracks(rows), ...(gpu?.tracks ?? []), ...dcgm.tracks],
    gpu,
    processes,
    warnings: [...warnings, ...dcgm.warnings, ...untraced(role, host)],
  }
}

/** Figures of the launch on one host. */
export const watchMeasurements = ({ host, rows, window, tracks }: Watch, role: Role): Measurement[] => {
  if (!rows || !window) return []
  const at: Dimensions = { host }
  const traced = tracedRetransmits(textOf(role, 'bpftrace.jsonl') ?? '')
  return [
    ...tracks.flatMap((track) => summarise(track, window, at)),
    ...retransmitShare(tracks, window, at),
    ...(traced === null ? [] : [{ metric: 'net.retransmits_traced', unit: '1' as const, value: traced, dimensions: at }]),
    ...overheadOf(rows, at),
  ]
}

/** Everything over time, whole: also what was before and after the launch. */
export const watchSeries = ({ host, tracks }: Watch): Series[] =>
  tracks.map(({ metric, unit, dimensions, timesS, values }) => ({
    metric,
    unit,
    dimensions: { host, ...dimensions },
    timesUs: Float64Array.from(timesS, (seconds) => seconds * 1e6),
    values: Float64Array.from(values),
  }))
