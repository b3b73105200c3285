import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = (dataDir: string): string => join(dataDir, 'requests')

/** Asks the process that holds the store to cancel an experiment; it looks once a second. */
export const requestCancel = (dataDir: string, experimentId: string): void => {
  mkdirSync(folder(dataDir), { recursive: true })
  writeFileSync(join(folder(dataDir), `cancel-${encodeURIComponent(experimentId)}`), '')
}

/** Watches for requests of other processes. */
export const createCancelRequests = (dataDir: string, onCancel: (experimentId: string) => void): { close(): void } => {
  // What was asked of a process that is gone is over: a later resume is the user's newer wish.
  rmSync(folder(dataDir), { recursive: true, force: true })
  const look = (): void => {
    if (!existsSync(folder(dataDir))) return
    for (const name of readdirSync(folder(dataDir))) {
      if (!name.startsWith('cancel-')) continue
      rmSync(join(folder(dataDir), name), { force: true })
      onCancel(decodeURIComponent(name.slice('cancel-'.length)))
    }
  }
  const timer = setInterval(look, 1000)
  timer.unref()
  return { close: () => clearInterval(timer) }
}
