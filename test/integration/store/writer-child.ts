import { writeSync } from 'node:fs'
import { createArtifactStore } from '../../../main/adapters/files/artifact-store'
import { openStore } from '../../../main/adapters/sqlite/open-store'
import { AppError } from '../../../preload/contract'
import { experimentOf, runOf } from './fixtures'
import { logOf, measurementsOf, seriesOfRun } from './work'

// Arguments: data folder, a name that no earlier writer had, how many runs, `hold` to stay without closing. Every durable call is acknowledged on
// stdout after it returned, with a synchronous write, so that a kill cannot take an acknowledgement back.
const [dataDir = '', name = '', runs = '1000000', hold = ''] = process.argv.slice(2)
const say = (line: string): void => void writeSync(1, `${line}\n`)

const main = async (): Promise<void> => {
  const store = openStore(dataDir)
  const artifacts = createArtifactStore(dataDir)
  say(`open ${process.pid}`)
  const experiment = experimentOf(`exp-${name}`)
  store.createExperiment(experiment, [])
  say(`experiment ${experiment.id}`)
  for (let i = 0; i < Number(runs); i += 1) {
    const run = runOf(`run-${name}-${i}`, experiment.id, { position: i })
    store.addRun(run)
    say(`pending ${run.id}`)
    store.saveJob({ runId: run.id, role: 'client', host: 'a', jobId: `${run.id}-client`, startedAt: run.id })
    say(`job ${run.id}`)
    store.saveRun({ ...run, status: 'running', startedAt: '2026-03-01T10:00:02.000Z' })
    say(`running ${run.id}`)
    const artifact = await artifacts.put('client/stdout', logOf(run.id))
    say(`artifact ${artifact.sha256}`)
    store.completeRun({ ...run, status: 'done', artifacts: [artifact] }, measurementsOf(run.id), seriesOfRun(run.id))
    say(`done ${run.id}`)
  }
  if (hold === 'hold') {
    say('holding')
    setInterval(() => undefined, 60_000)
    return
  }
  store.close()
  say('closed')
}

main().catch((error: unknown) => {
  say(error instanceof AppError ? `problem ${error.code} ${JSON.stringify(error.problem.params ?? {})}` : `error ${String(error)}`)
  process.exitCode = 1
})
