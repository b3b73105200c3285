import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from './world'

/** The specs start what is built, so it must be of these sources. */
const setup = (): void => {
  const build = spawnSync(process.execPath, [join(root, 'main/hosts/launch.mjs'), 'cli', '--version'], {
    encoding: 'utf8',
    cwd: root,
    env: { ...process.env, INIT_CWD: root },
  })
  if (build.status !== 0) throw new Error(`The program could not be built:\n${build.stderr}`)
}

export default setup
