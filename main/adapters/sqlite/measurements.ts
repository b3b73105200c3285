import { crc32 } from 'node:zlib'
import { appError, type Measurement } from '../../../preload/contract'
import type { StoredMeasurement } from '../../ports/store'
import { damaged } from './errors'
import type { Handle } from './handle'
import type { InternRepository } from './intern'
import type { SqlValue } from './sealed-table'

type Cell = [metricSeq: number, dimensionsSeq: number, value: number]

// Shared: a checksum is begun and ended within one synchronous call, and 10,000 runs would allocate 10,000 buffers.
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

  private flush(): void {
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

/** One row per measurement, clustered by run. */
export const measurementRepository = ({ db }: Handle, intern: InternRepository) => {
  const insert = db.prepare<SqlValue[]>(
    'INSERT INTO measurements (run_seq, ordinal, metric_seq, dimensions_seq, value) VALUES (?, ?, ?, ?, ?)',
  )
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
     WHERE r.experiment_seq = ? ORDER BY r.position, r.attempt, r.seq`,
  )
  const ofExperiment = db
    .prepare<SqlValue[], [runSeq: number, ...Cell]>(
      `SELECT r.seq, m.metric_seq, m.dimensions_seq, m.value FROM runs r CROSS JOIN measurements m ON m.run_seq = r.seq
       WHERE r.experiment_seq = ? ORDER BY r.position, r.attempt, r.seq, m.ordinal`,
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

  return {
    /** -0 is stored as 0; a value that is not finite is refused, as the contract does. */
    replace(runSeq: number, runId: string, measurements: Measurement[]): void {
      forget.run(runSeq)
      const sum = new RunChecksum(runId)
      const writer = intern.writer()
      measurements.forEach((measurement, ordinal) => {
        if (!Number.isFinite(measurement.value))
          throw appError('input.invalid', `The value of ${measurement.metric} is ${measurement.value}.`)
        const value = measurement.value + 0
        const metricSeq = writer.metric(measurement)
        const dimensionsSeq = writer.dimensions(measurement.dimensions)
        insert.run(runSeq, ordinal, metricSeq, dimensionsSeq, value)
        sum.add(metricSeq, dimensionsSeq, value)
      })
      setSeal.run(runSeq, sum.count, sum.value())
    },
    ofRun(runSeq: number): Measurement[] {
      const seal = sealOfRun.get(runSeq)
      return seal ? readRun(runSeq, seal).map(({ metric, unit, value, dimensions }) => ({ metric, unit, value, dimensions })) : []
    },
    /** In executed order; touches only the experiment's rows. */
    ofExperiment: readExperiment,
  }
}
