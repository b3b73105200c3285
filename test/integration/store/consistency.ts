import { expect } from 'vitest'
import { createArtifactStore } from '../../../main/adapters/files/artifact-store'
import { openStore, type SqliteStore } from '../../../main/adapters/sqlite/open-store'
import { verifyStore } from '../../../main/services/verify/verify-store'
import type { Run } from '../../../preload/contract'
import { measurementsOf, seriesOfRun } from './work'

const order = ['pending', 'running', 'done']

/** A run is whole or not begun: never some of its measurements, nor a series without its end. */
const expectWhole = (store: SqliteStore, run: Run, seriesIds: Map<string, number>): void => {
  const expected = run.status === 'done' ? measurementsOf(run.id) : []
  expect(store.measurementsOfRun(run.id)).toEqual(expected)
  const id = seriesIds.get(run.id)
  expect(id !== undefined).toBe(run.status === 'done')
  if (id !== undefined) expect(store.readSeriesFull(id).values).toEqual(seriesOfRun(run.id)[0]?.values)
}

/** Opens after a crash: sound, whole, and nothing missing that `lines` of writer-child acknowledged. Returns the runs. */
export const expectConsistent = async (dataDir: string, lines: string[]): Promise<Run[]> => {
  const store = openStore(dataDir)
  try {
    const artifacts = createArtifactStore(dataDir)
    const report = await verifyStore(store, artifacts)
    expect(report.findings.filter(({ kind }) => kind !== 'artifact_unreferenced')).toEqual([])
    const experiments = store.listExperiments()
    const runs = experiments.flatMap(({ id }) => store.listRuns(id))
    const statusOf = new Map(runs.map((run) => [run.id, run.status]))
    const seriesIds = new Map(experiments.flatMap(({ id }) => store.listSeries(id)).map(({ runId, id }) => [runId, id]))
    for (const line of lines) {
      const [what = '', id = ''] = line.split(' ')
      if (what === 'experiment') expect(experiments.map((experiment) => experiment.id)).toContain(id)
      if (order.includes(what)) expect(order.indexOf(statusOf.get(id) ?? ''), line).toBeGreaterThanOrEqual(order.indexOf(what))
      if (what === 'job') expect(store.jobsOfRun(id).map(({ jobId }) => jobId)).toEqual([`${id}-client`])
      if (what === 'artifact') expect(await artifacts.has(id)).toBe(true)
    }
    for (const run of runs) expectWhole(store, run, seriesIds)
    return runs
  } finally {
    store.close()
  }
}
