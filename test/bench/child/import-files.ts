import { createFileParser } from '../../../main/adapters/workers/file-parser'
import { openImportCore } from '../../lab/import-core'

const [dataDir = '', folder = '', entry = ''] = process.argv.slice(2)
const core = openImportCore(dataDir, createFileParser(entry, 2))
let longestMs = 0
let last = performance.now()
// What a window would feel: how long the main thread did nothing else.
const pulse = setInterval(() => {
  const now = performance.now()
  longestMs = Math.max(longestMs, now - last - 1)
  last = now
}, 1)
const session = await core.imports.open()
const started = performance.now()
await session.addPaths([folder])
session.preview()
await session.settled()
const readMs = performance.now() - started
const outcome = await core.imports.commit(session.id, { experiment: 'bench', files: [], skipDuplicates: false })
const ms = performance.now() - started
clearInterval(pulse)
const values = core.store.measurementsOfExperiment(outcome.experiment).length
await core.close()
const cpu = process.cpuUsage()
process.stdout.write(JSON.stringify({ ms, readMs, runs: outcome.runs.done, values, longestMs, cpuMs: (cpu.user + cpu.system) / 1000 }))
