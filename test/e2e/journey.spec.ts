import { test } from '@playwright/test'
import { journey } from './journey'
import { openWebWindow } from './web-window'

test.describe('the main job in the browser', () => {
  journey(async (lab) => {
    const { app, page, watched, close } = await openWebWindow(lab.sshConfigFile)
    return { page, watched, dataDir: app.dataDir, close }
  })
})
