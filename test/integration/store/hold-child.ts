import { writeSync } from 'node:fs'
import { openStore } from '../../../main/adapters/sqlite/open-store'
import { AppError } from '../../../preload/contract'

// Opens the store, says so, and holds it until it is killed. `--readonly` reads once and ends.
const [dataDir = '', mode = ''] = process.argv.slice(2)
const say = (line: string): void => void writeSync(1, `${line}\n`)

try {
  const store = openStore(dataDir, { readonly: mode === '--readonly' })
  if (mode === '--readonly') {
    say(`read ${store.listExperiments().length}`)
    store.close()
  } else {
    say(`open ${process.pid}`)
    setInterval(() => undefined, 60_000)
  }
} catch (error) {
  if (!(error instanceof AppError)) throw error
  say(`problem ${error.code} ${String(error.problem.params?.['pid'])} ${String(error.problem.params?.['host'])}`)
}
