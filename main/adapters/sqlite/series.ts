import { appError, type Series, type SeriesInfo } from '../../../preload/contract'
import { canonicalJson } from '../../core/runs/measurement-columns'
import {
  axisOf,
  bytesOf,
  type Axis,
  chunkSize,
  type ChunkSummary,
  dataCrc,
  extremesOf,
  fillAxis,
  summaryCrc,
  type TimesKind,
} from './chunks'
import { damaged } from './errors'
import type { Handle } from './handle'
import type { InternRepository } from './intern'
import { rowCrc, type SqlValue } from './sealed-table'

interface SeriesRow {
  id: number
  runId: string
  ordinal: number
  metricSeq: number
  dimensionsSeq: number
  count: number
  kind: TimesKind
  start: number | null
  step: number | null
  crc: number
}

export interface ChunkData {
  values: Float64Array
  /** Null: the axis is computed. */
  times: Float64Array | null
}

/** A series whose summaries have been read and checked; samples are read chunk by chunk. */
export interface OpenSeries {
  info: SeriesInfo
  axis: Axis
  chunks: ChunkSummary[]
  /** Throws store.damaged when the bytes do not match their checksum. */
  load(chunk: ChunkSummary): ChunkData
}

const seriesCrc = (runId: string, row: Omit<SeriesRow, 'id' | 'runId' | 'crc'>): number =>
  rowCrc([runId, row.ordinal, row.metricSeq, row.dimensionsSeq, row.count, row.kind, row.start, row.step])

const summaryColumns = 'seq, ordinal, count, min, max, sum, time_min, time_max, data_crc, crc'

/** Long series as chunks of 8192 float64: a row per sample would be ten times slower and larger. */
export const seriesRepository = ({ db }: Handle, intern: InternRepository) => {
  const insertSeries = db.prepare<SqlValue[]>(
    `INSERT INTO series (run_seq, ordinal, metric_seq, dimensions_seq, count, times_kind, time_start, time_step, crc) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const insertChunk = db.prepare<(SqlValue | Uint8Array)[]>(
    `INSERT INTO series_chunks (series_id, ordinal, count, min, max, sum, time_min, time_max, data_crc, crc, samples, times)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const forgetChunks = db.prepare<SqlValue[]>('DELETE FROM series_chunks WHERE series_id IN (SELECT id FROM series WHERE run_seq = ?)')
  const forget = db.prepare<SqlValue[]>('DELETE FROM series WHERE run_seq = ?')
  const columns = `s.id, r.id AS runId, s.ordinal, s.metric_seq AS metricSeq, s.dimensions_seq AS dimensionsSeq, s.count,
    s.times_kind AS kind, s.time_start AS start, s.time_step AS step, s.crc`
  const byId = db.prepare<SqlValue[], SeriesRow>(`SELECT ${columns} FROM series s JOIN runs r ON r.seq = s.run_seq WHERE s.id = ?`)
  const byExperiment = db.prepare<SqlValue[], SeriesRow>(
    `SELECT ${columns} FROM series s JOIN runs r ON r.seq = s.run_seq WHERE r.experiment_seq = ? AND r.seq NOT IN (SELECT run_seq FROM hidden_runs)
     ORDER BY r.position, r.attempt, r.seq, s.ordinal`,
  )
  const allIds = db.prepare<[], number>('SELECT id FROM series ORDER BY id').pluck()
  const summaries = db.prepare<SqlValue[], ChunkSummary>(`SELECT ${summaryColumns} FROM series_chunks WHERE series_id = ? ORDER BY ordinal`)
  const blobs = db.prepare<SqlValue[], [Buffer, Buffer | null]>('SELECT samples, times FROM series_chunks WHERE seq = ?').raw()

  const insertOne = (
    runSeq: number,
    runId: string,
    ordinal: number,
    series: Series,
    writer: ReturnType<InternRepository['writer']>,
  ): void => {
    const { values, timesUs } = series
    if (timesUs && timesUs.length !== values.length) {
      throw appError('input.invalid', `Series ${series.metric} has ${values.length} values and ${timesUs.length} times.`)
    }
    const { kind, start, step } = axisOf(timesUs)
    const row = {
      ordinal,
      metricSeq: writer.metric(series),
      dimensionsSeq: writer.dimensions(canonicalJson(series.dimensions)),
      count: values.length,
      kind,
      start,
      step,
    }
    const crc = seriesCrc(runId, row)
    const id = Number(
      insertSeries.run(runSeq, ordinal, row.metricSeq, row.dimensionsSeq, row.count, kind, start, step, crc).lastInsertRowid,
    )
    for (let from = 0, chunk = 0; from < values.length; from += chunkSize, chunk += 1) {
      const times = kind === 'irregular' && timesUs ? timesUs.subarray(from, from + chunkSize) : null
      insertSamples(id, chunk, values.subarray(from, from + chunkSize), times)
    }
  }

  const insertSamples = (seriesId: number, ordinal: number, values: Float64Array, times: Float64Array | null): void => {
    const { min, max, sum } = extremesOf(values)
    const range = times && extremesOf(times)
    const samples = bytesOf(values)
    const timeBytes = times && bytesOf(times)
    const summary = {
      ordinal,
      count: values.length,
      min: zeroed(min),
      max: zeroed(max),
      sum: zeroed(sum),
      time_min: zeroed(range?.min ?? null),
      time_max: zeroed(range?.max ?? null),
      data_crc: dataCrc(samples, timeBytes),
    }
    const { count, time_min, time_max, data_crc } = summary
    const crc = summaryCrc(seriesId, summary)
    insertChunk.run(seriesId, ordinal, count, summary.min, summary.max, summary.sum, time_min, time_max, data_crc, crc, samples, timeBytes)
  }

  const toInfo = (row: SeriesRow): SeriesInfo => {
    if (seriesCrc(row.runId, row) !== row.crc) throw damaged(`series ${row.id}`, 'its checksum does not match its content')
    return {
      id: row.id,
      runId: row.runId,
      ...intern.metricOf(row.metricSeq),
      dimensions: intern.dimensionsOf(row.dimensionsSeq),
      count: row.count,
    }
  }

  const load = (id: number, kind: TimesKind, chunk: ChunkSummary): ChunkData => {
    const where = `series ${id}, chunk ${chunk.ordinal}`
    const [samples, times] = blobs.get(chunk.seq) ?? [null, null]
    const bytes = chunk.count * 8
    const timesFit = kind === 'irregular' ? times?.length === bytes : times === null
    if (samples?.length !== bytes || !timesFit) throw damaged(where, 'its samples are not as many as it says')
    if (dataCrc(samples, times) !== chunk.data_crc) throw damaged(where, 'its checksum does not match its samples')
    return { values: floats(samples), times: times && floats(times) }
  }

  const checkSummaries = (id: number, count: number, chunks: ChunkSummary[]): void => {
    let total = 0
    chunks.forEach((chunk, i) => {
      if (chunk.ordinal !== i || summaryCrc(id, chunk) !== chunk.crc)
        throw damaged(`series ${id}, chunk ${i}`, 'its summary does not match its checksum')
      total += chunk.count
    })
    if (total !== count) throw damaged(`series ${id}`, `it should have ${count} samples and has ${total}`)
  }

  const open = (id: number): OpenSeries => {
    const row = byId.get(id)
    if (!row) throw appError('store.not_found', `There is no series ${id}.`)
    const chunks = summaries.all(id)
    const info = toInfo(row)
    checkSummaries(id, row.count, chunks)
    return { info, axis: row, chunks, load: (chunk) => load(id, row.kind, chunk) }
  }

  const readFull = (id: number): { values: Float64Array; timesUs: Float64Array | null } => {
    const { info, axis, chunks, load: loadChunk } = open(id)
    const values = new Float64Array(info.count)
    const timesUs = axis.kind === 'index' ? null : new Float64Array(info.count)
    if (timesUs && axis.kind === 'regular') fillAxis(timesUs, 0, axis)
    let at = 0
    for (const chunk of chunks) {
      const data = loadChunk(chunk)
      values.set(data.values, at)
      if (data.times) timesUs?.set(data.times, at)
      at += chunk.count
    }
    return { values, timesUs }
  }

  return {
    replace(runSeq: number, runId: string, list: Series[]): void {
      forgetChunks.run(runSeq)
      forget.run(runSeq)
      const writer = intern.writer()
      list.forEach((series, ordinal) => insertOne(runSeq, runId, ordinal, series, writer))
    },
    list: (experimentSeq: number): SeriesInfo[] => byExperiment.all(experimentSeq).map(toInfo),
    info(id: number): SeriesInfo | undefined {
      const row = byId.get(id)
      return row && toInfo(row)
    },
    ids: (): number[] => allIds.all(),
    open,
    readFull,
  }
}

/** SQLite gives -0 back as 0; the checksum must not see a difference. */
const zeroed = (value: number | null): number | null => (value === null ? null : value + 0)

/** A view where the BLOB happens to be aligned, a copy otherwise. */
const floats = (bytes: Uint8Array): Float64Array =>
  bytes.byteOffset % 8 === 0 ? new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8) : new Float64Array(bytes.slice().buffer)
