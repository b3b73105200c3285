import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { appError, type AppError } from '../../../preload/contract'

/** Where the store lies unless `--data` or HEADROOM_DATA says otherwise: the platform's folder for application data. */
export const defaultDataDir = (env: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string => {
  if (env.HEADROOM_DATA) return env.HEADROOM_DATA
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Headroom')
  if (platform === 'win32') return join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'Headroom')
  return join(env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'headroom')
}

const make = (path: string): void => {
  if (existsSync(path)) {
    if (!statSync(path).isDirectory()) throw new Error(`${path} is not a folder`)
    return
  }
  make(dirname(path))
  mkdirSync(path, { mode: 0o700 })
}

const unusable = (path: string, error: unknown): AppError =>
  appError(
    'input.invalid',
    `The data folder ${path} cannot be used: ${error instanceof Error ? error.message : String(error)}. Choose another with --data DIR.`,
  )

/** A data folder to read from may be absent, but not something else. Throws input.invalid. */
export const checkFolder = (path: string): void => {
  if (!existsSync(path)) return
  try {
    if (!statSync(path).isDirectory()) throw new Error('it is not a folder')
    accessSync(path, constants.R_OK | constants.X_OK)
  } catch (error) {
    throw unusable(path, error)
  }
}

/** Makes the data folder where it is missing, for this user alone. Step by step: Node's recursive form never returns on /proc. Throws input.invalid. */
export const ensureFolder = (path: string): void => {
  try {
    make(path)
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    throw unusable(path, error)
  }
}
