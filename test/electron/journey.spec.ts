import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, test } from '@playwright/test'
import { journey } from '../e2e/journey'
import { watch } from '../e2e/watch'
import { root } from '../e2e/world'
import { electronBinary } from './binary'

const executablePath = electronBinary()

test.describe('the main job in the Electron window', () => {
  test.skip(executablePath === null, "Electron's binary is not installed")

  journey(async (lab) => {
    const home = mkdtempSync(join(tmpdir(), 'headroom-electron-'))
    mkdirSync(join(home, '.ssh'), { mode: 0o700 })
    copyFileSync(lab.sshConfigFile, join(home, '.ssh/config'))
    const dataDir = join(home, 'data')
    const app = await _electron.launch({
      executablePath: executablePath ?? '',
      args: ['--no-sandbox', '--lang=en-GB', `--user-data-dir=${join(home, 'profile')}`, root],
      env: { ...process.env, HOME: home, HEADROOM_DATA: dataDir } as Record<string, string>,
    })
    const page = await app.firstWindow()
    const watched = await watch(page, 'file://')
    await page.reload()
    return {
      page,
      watched,
      dataDir,
      async close() {
        await app.close()
        rmSync(home, { recursive: true, force: true })
      },
    }
  })
})
