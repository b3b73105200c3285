import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where the store lies unless `--data` or HEADROOM_DATA says otherwise: the platform's folder for application data. */
export const defaultDataDir = (env: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string => {
  if (env.HEADROOM_DATA) return env.HEADROOM_DATA
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Headroom')
  if (platform === 'win32') return join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'Headroom')
  return join(env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'headroom')
}
