import { crc32 } from 'node:zlib'
import { appError, type Measurement } from '../../../preload/contract'
import { packMeasurements, type MeasurementColumns } from '../../core/runs/measurement-columns'
import type { StoredMeasurement } from '../../ports/store'
import { damaged } from './errors'
import type { Handle } from './handle'
import type { InternRepository, InternWriter } from './intern'
import type { SqlValue } from './sealed-table'

type Cell = [metricSeq: number, dimensionsSeq: number, value: number]

// Shared: a checksum is flushed within the synchronous call that adds to it, and 10,000 runs would allocate 10,000 buffers.
const cells = new Float64Array(3 * 256)
const cellBytes = new Uint8Array(cells.buffer)

/** Over run id, metric, dimensions and the value's bits of each measurement, in order. */
class RunChecksum {
  private used = 0
  private crc: number
  count = 0

  constructor(runId: string) {
    this.crc = crc32(runId)
  }

  add(metricSeq: number, dimensionsSeq: number, value: number): void {
    if (this.used === cells.length) this.flush()
    cells[this.used] = metricSeq
    cells[this.used + 1] = dimensionsSeq
    cells[this.used + 2] = value
    this.used += 3
    this.count += 1
  }

  /** Others may use the shared cells after this. */
  flush(): void {
    this.crc = crc32(cellBytes.subarray(0, this.used * 8), this.crc)
    this.used = 0
  }

  value(): number {
    this.flush()
    return this.crc
  }
}

interface RunSeal {
  runId: string
  count: number | null
  crc: number | null
}

const compareSeal = (sum: RunChecksum, { runId, count, crc }: RunSeal): void => {
  if ((count ?? 0) !== sum.count || (crc !== null && crc !== sum.value())) {
    throw damaged(`table measurements, run ${runId}`, 'the measurements do not match their checksum')
  }
}

/** Rows of one statement: half the time of a statement for each. */
const rowsTogether = 16
const rowValues = 5

/** The measurements of a new run, in as many transactions as they take: sealed by the last one. */
export interface MeasurementWriter {
  add(columns: MeasurementColumns, writer: InternWriter): void
  end(): void
}

/** One row per measurement, clustered by run. */
export const measurementRepository = ({ db }: Handle, intern: InternRepository) => {
  const insertRows = (rows: number) =>
    db.prepare<[number[]]>(
      `INSERT INTO measurements (run_seq, ordinal, metric_seq, dimensions_seq, value) VALUES ${Array(rows).fill('(?, ?, ?, ?, ?)').join(', ')}`,
    )
  const insertOne = insertRows(1)
  const insertMany = insertRows(rowsTogether)
  const forget = db.prepare<SqlValue[]>('DELETE FROM measurements WHERE run_seq = ?')
  const setSeal = db.prepare<SqlValue[]>('INSERT OR REPLACE INTO measurement_seals (run_seq, count, crc) VALUES (?, ?, ?)')
  const ofRun = db
    .prepare<SqlValue[], Cell>('SELECT metric_seq, dimensions_seq, value FROM measurements WHERE run_seq = ? ORDER BY ordinal')
    .raw()
  const sealOfRun = db.prepare<SqlValue[], RunSeal>(
    'SELECT r.id AS runId, s.count, s.crc FROM runs r LEFT JOIN measurement_seals s ON s.run_seq = r.seq WHERE r.seq = ?',
  )
  const sealsOfExperiment = db.prepare<SqlValue[], RunSeal & { seq: number }>(
    `SELECT r.seq, r.id AS runId, s.count, s.crc FROM runs r LEFT JOIN measurement_seals s ON s.run_seq = r.seq
     WHERE r.experiment_seq = ? AND r.seq NOT IN (SELECT run_seq FROM hidden_runs) ORDER BY r.position, r.attempt, r.seq`,
  )
  const ofExperiment = db
    .prepare<SqlValue[], [runSeq: number, ...Cell]>(
      `SELECT r.seq, m.metric_seq, m.dimensions_seq, m.value FROM runs r CROSS JOIN measurements m ON m.run_seq = r.seq
       WHERE r.experiment_seq = ? AND r.seq NOT IN (SELECT run_seq FROM hidden_runs) ORDER BY r.position, r.attempt, r.seq, m.ordinal`,
    )
    .raw()

  const toStored = (runId: string, metricSeq: number, dimensionsSeq: number, value: number): StoredMeasurement => {
    const { metric, unit } = intern.metricOf(metricSeq)
    return { runId, metric, unit, value, dimensions: intern.dimensionsOf(dimensionsSeq) }
  }

  const readRun = (runSeq: number, seal: RunSeal): StoredMeasurement[] => {
    const sum = new RunChecksum(seal.runId)
    const result: StoredMeasurement[] = []
    for (const [metricSeq, dimensionsSeq, value] of ofRun.all(runSeq)) {
      sum.add(metricSeq, dimensionsSeq, value)
      result.push(toStored(seal.runId, metricSeq, dimensionsSeq, value))
    }
    compareSeal(sum, seal)
    return result
  }

  /** Two queries for all runs: a query per run would take longer than the rows themselves. */
  const readExperiment = (experimentSeq: number): StoredMeasurement[] => {
    const rows = ofExperiment.all(experimentSeq)
    const result: StoredMeasurement[] = []
    let at = 0
    for (const seal of sealsOfExperiment.all(experimentSeq)) {
      const sum = new RunChecksum(seal.runId)
      for (let row = rows[at]; row?.[0] === seal.seq; at += 1, row = rows[at]) {
        const [, metricSeq, dimensionsSeq, value] = row
        sum.add(metricSeq, dimensionsSeq, value)
        result.push(toStored(seal.runId, metricSeq, dimensionsSeq, value))
      }
      compareSeal(sum, seal)
    }
    return result
  }

  /** -0 is stored as 0; a value that is not finite is refused, as the contract does. */
  const begin = (runSeq: number, runId: string): MeasurementWriter => {
    const sum = new RunChecksum(runId)
    return {
      add({ metrics, dimensions, cells }, writer) {
        const metricSeqs = metrics.map((metric) => writer.metric(metric))
        const dimensionsSeqs = dimensions.map((text) => writer.dimensions(text))
        let values: number[] = []
        for (let at = 0; at < cells.length; at += 3) {
          const metricIndex = cells[at] ?? -1
          const printed = cells[at + 2] ?? Number.NaN
          if (!Number.isFinite(printed)) throw appError('input.invalid', `A value of ${metrics[metricIndex]?.metric ?? ''} is ${printed}.`)
          const value = printed + 0
          const metricSeq = metricSeqs[metricIndex] ?? Number.NaN
          const dimensionsSeq = dimensionsSeqs[cells[at + 1] ?? -1] ?? Number.NaN
          values.push(runSeq, sum.count, metricSeq, dimensionsSeq, value)
          sum.add(metricSeq, dimensionsSeq, value)
          if (values.length < rowsTogether * rowValues) continue
          insertMany.run(values)
          values = []
        }
        for (let at = 0; at < values.length; at += rowValues) insertOne.run(values.slice(at, at + rowValues))
        sum.flush()
      },
      end: () => void setSeal.run(runSeq, sum.count, sum.value()),
    }
  }

  return {
    begin,
    replace(runSeq: number, runId: string, measurements: Measurement[]): void {
      forget.run(runSeq)
      const writing = begin(runSeq, runId)
      writing.add(packMeasurements(measurements), intern.writer())
      writing.end()
    },
    ofRun(runSeq: number): Measurement[] {
      const seal = sealOfRun.get(runSeq)
      return seal ? readRun(runSeq, seal).map(({ metric, unit, value, dimensions }) => ({ metric, unit, value, dimensions })) : []
    },
    /** In executed order; touches only the experiment's rows. */
    ofExperiment: readExperiment,
  }
}

export type MeasurementRepository = ReturnType<typeof measurementRepository>
