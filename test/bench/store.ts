import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { openStore, type SqliteStore } from '../../main/adapters/sqlite/open-store'
import type { Measurement } from '../../preload/contract'
import { experimentOf, measurementOf, runOf, seriesOf } from '../integration/store/fixtures'
import { compareExperiment } from '../../main/services/compare'
import { readers } from '../../remote-scripts'
import type { BenchRow } from './bench'

const seconds = (action: () => void): number => {
  const start = performance.now()
  action()
  return (performance.now() - start) / 1000
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
const medianMs = (times: number, action: () => void): number => median(Array.from({ length: times }, () => seconds(action) * 1000))

const samplesOf = (count: number): Float64Array => Float64Array.from({ length: count }, (_, i) => 100 + Math.sin(i / 50) + (i % 97) / 97)

const withStore = (root: string, name: string, use: (store: SqliteStore) => BenchRow[]): BenchRow[] => {
  const store = openStore(join(root, name))
  try {
    return use(store)
  } finally {
    store.close()
  }
}

/** What most tools do: a table with a row per sample, in one transaction, same pragmas. */
const rowPerSample = (root: string, values: Float64Array): { insertSeconds: number; readMs: number } => {
  mkdirSync(join(root, 'peer'), { recursive: true })
  const db = new Database(join(root, 'peer', 'rows.db'))
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.exec('CREATE TABLE samples (series INTEGER, i INTEGER, value REAL, PRIMARY KEY (series, i)) WITHOUT ROWID')
  const insert = db.prepare('INSERT INTO samples VALUES (?, ?, ?)')
  const insertSeconds = seconds(() => db.transaction(() => values.forEach((value, i) => insert.run(Math.floor(i / 100_000), i, value)))())
  const select = db.prepare('SELECT value FROM samples WHERE series = ? ORDER BY i').pluck()
  const readMs = medianMs(9, () => void Float64Array.from(select.all(3) as number[]))
  db.close()
  return { insertSeconds, readMs }
}

const seriesRows = (root: string): BenchRow[] => {
  const million = 1_000_000
  const values = samplesOf(million)
  const peer = rowPerSample(root, values)
  return withStore(root, 'series', (store) => {
    store.createExperiment(experimentOf('exp-1'), [])
    const insertSeconds = Array.from({ length: 5 }, (_, i) => {
      store.addRun(runOf(`run-${i}`, 'exp-1', { position: i }))
      const run = runOf(`run-${i}`, 'exp-1', { status: 'done' })
      return seconds(() => store.completeRun(run, [], [seriesOf(values), seriesOf(values)]))
    })
    store.addRun(runOf('run-short', 'exp-1', { position: 9 }))
    store.completeRun(runOf('run-short', 'exp-1', { position: 9 }), [], [seriesOf(samplesOf(100_000))])
    const [big, short] = [store.listSeries('exp-1')[0]?.id ?? 0, store.listSeries('exp-1').at(-1)?.id ?? 0]
    const ours = (2 * million) / median(insertSeconds) / 1e6
    const theirs = million / peer.insertSeconds / 1e6
    const readMs = medianMs(51, () => void store.readSeriesFull(short))
    const overviewMs = medianMs(9, () => void store.readSeries(big, { maxPoints: 4000 }))
    return [
      { what: 'store: samples in', ours, peer: theirs, unit: 'M/s', ratio: ours / theirs, bar: '>= 10 M/s', pass: ours >= 10 },
      {
        what: 'store: 100,000-point series out',
        ours: readMs,
        peer: peer.readMs,
        unit: 'ms',
        ratio: peer.readMs / readMs,
        bar: '< 2 ms',
        pass: readMs < 2,
      },
      {
        what: 'store: 1,000,000 samples to 4,000 points',
        ours: overviewMs,
        peer: null,
        unit: 'ms',
        ratio: null,
        bar: 'part of 150 ms',
        pass: overviewMs < 50,
      },
    ]
  })
}

const measurementsOf = (seed: number, count: number): Measurement[] =>
  Array.from({ length: count }, (_, i) => measurementOf(1 + ((seed * 31 + i * 7) % 100) / 100, 1024 * 2 ** (i % 20)))

/** 100 experiments of 100 runs; every run has 1,000 samples and 50 measurements. */
const fill = (store: SqliteStore): void => {
  const samples = samplesOf(1000)
  for (let e = 0; e < 100; e += 1) {
    const id = `exp-${e}`
    const runs = Array.from({ length: 100 }, (_, r) =>
      runOf(`run-${e}-${r}`, id, {
        position: r,
        block: r >> 1,
        repeat: (r >> 1) + 1,
        status: 'done',
        arm: { fabric: r % 2 ? 'fast' : 'ethernet' },
      }),
    )
    store.createExperiment(experimentOf(id), runs)
    runs.forEach((run, r) => store.completeRun(run, measurementsOf(e * 100 + r, 50), [seriesOf(samples)]))
  }
}

const comparisonRows = (root: string): BenchRow[] =>
  withStore(root, 'comparison', (store) => {
    fill(store)
    const big = Array.from({ length: 10_000 }, (_, r) =>
      runOf(`big-${r}`, 'exp-big', { position: r, status: 'done', arm: { fabric: r % 2 ? 'fast' : 'ethernet' } }),
    )
    const read = (id: string): void => {
      store.listRuns(id)
      store.measurementsOfExperiment(id)
    }
    const one = medianMs(9, () => read('exp-57'))
    const whole = medianMs(9, () => void compareExperiment({ store, readers }, 'exp-57', 'fabric'))
    store.createExperiment(experimentOf('exp-big'), big)
    big.forEach((run, r) => store.completeRun(run, measurementsOf(r, 5), []))
    const all = medianMs(5, () => read('exp-big'))
    const row = { peer: null, unit: 'ms', ratio: null }
    return [
      {
        ...row,
        what: 'store: two arms (100 runs) among 10,000 runs and 10 M samples, rows only',
        ours: one,
        bar: 'part of 100 ms',
        pass: null,
      },
      { ...row, what: 'the same compared: ratios, intervals, verdicts, fits', ours: whole, bar: '< 100 ms', pass: whole < 100 },
      { ...row, what: 'store: two arms that are 10,000 runs, 50,000 measurements', ours: all, bar: 'for information', pass: null },
    ]
  })

export const bench = {
  name: 'store',
  async run(): Promise<BenchRow[]> {
    const root = mkdtempSync(join(tmpdir(), 'headroom-bench-store-'))
    try {
      return [...seriesRows(root), ...comparisonRows(root)]
    } finally {
      rmSync(root, { recursive: true, force: true })
    }
  },
}
