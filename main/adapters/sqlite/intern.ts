import { dimensions as dimensionsSchema, unit as unitSchema, appError, type Dimensions, type Unit } from '../../../preload/contract'
import { damaged, validated } from './errors'
import type { Handle } from './handle'
import { fromJson } from './json'
import { rowCrc, type SqlValue } from './sealed-table'

export interface Metric {
  metric: string
  unit: Unit
}

/** Rows are only ever added, so what was once read stays true; bounded all the same. */
const cached = <V>(load: (seq: number) => V): ((seq: number) => V) => {
  const known = new Map<number, V>()
  return (seq) => {
    const hit = known.get(seq)
    if (hit !== undefined) return hit
    const value = load(seq)
    if (known.size >= 100_000) known.clear()
    known.set(seq, value)
    return value
  }
}

/** Metric names and dimension sets, each stored once and referred to by number. */
export const internRepository = ({ db }: Handle) => {
  const addMetric = db.prepare<SqlValue[]>('INSERT INTO metrics (metric, unit, crc) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
  const metricSeq = db.prepare<SqlValue[], number>('SELECT seq FROM metrics WHERE metric = ? AND unit = ?').pluck()
  const metricRow = db.prepare<SqlValue[], { metric: string; unit: string; crc: number }>(
    'SELECT metric, unit, crc FROM metrics WHERE seq = ?',
  )
  const addDimensions = db.prepare<SqlValue[]>('INSERT INTO dimensions (dimensions_json, crc) VALUES (?, ?) ON CONFLICT DO NOTHING')
  const dimensionsSeq = db.prepare<SqlValue[], number>('SELECT seq FROM dimensions WHERE dimensions_json = ?').pluck()
  const dimensionsRow = db.prepare<SqlValue[], { text: string; crc: number }>(
    'SELECT dimensions_json AS text, crc FROM dimensions WHERE seq = ?',
  )

  const internMetric = ({ metric, unit }: Metric): number => {
    addMetric.run(metric, unit, rowCrc([metric, unit]))
    return metricSeq.get(metric, unit) ?? Number.NaN
  }
  const internDimensions = (text: string): number => {
    const valid = dimensionsSchema.safeParse(JSON.parse(text))
    if (!valid.success) throw appError('input.invalid', `Dimensions must be texts, finite numbers or booleans: ${text.slice(0, 200)}`)
    addDimensions.run(text, rowCrc([text]))
    return dimensionsSeq.get(text) ?? Number.NaN
  }

  /** For one transaction: a cache that outlived a rollback would hand out numbers that no row has. */
  const writer = () => {
    const metrics = new Map<string, number>()
    const dimensions = new Map<string, number>()
    const once = (known: Map<string, number>, key: string, add: () => number): number => {
      const seq = known.get(key) ?? add()
      known.set(key, seq)
      return seq
    }
    return {
      metric: (metric: Metric): number => once(metrics, `${metric.unit} ${metric.metric}`, () => internMetric(metric)),
      /** `text`: canonical JSON. */
      dimensions: (text: string): number => once(dimensions, text, () => internDimensions(text)),
    }
  }

  const metricOf = cached((seq: number): Metric => {
    const where = `table metrics, row ${seq}`
    const row = metricRow.get(seq)
    if (!row) throw damaged(where, 'it is missing')
    if (rowCrc([row.metric, row.unit]) !== row.crc) throw damaged(where, 'its checksum does not match its content')
    return { metric: row.metric, unit: validated(where, unitSchema.safeParse(row.unit)) }
  })

  const dimensionsOf = cached((seq: number): Dimensions => {
    const where = `table dimensions, row ${seq}`
    const row = dimensionsRow.get(seq)
    if (!row) throw damaged(where, 'it is missing')
    if (rowCrc([row.text]) !== row.crc) throw damaged(where, 'its checksum does not match its content')
    // Frozen, because every measurement with these dimensions shares the object.
    return Object.freeze(validated(where, dimensionsSchema.safeParse(fromJson(where, 'dimensions_json', row.text))))
  })

  return { writer, metricOf, dimensionsOf }
}

export type InternRepository = ReturnType<typeof internRepository>
export type InternWriter = ReturnType<InternRepository['writer']>
