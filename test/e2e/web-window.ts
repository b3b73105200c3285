import { chromium, type BrowserContextOptions, type LaunchOptions } from '@playwright/test'
import { chromiumLaunch } from '../../playwright.config'
import { watch, type Watch } from './watch'
import { startWebApp, type WebApp } from './world'
import type { Page } from '@playwright/test'

export interface WebWindow {
  app: WebApp
  page: Page
  watched: Watch
  close(): Promise<void>
}

/** The web host and a real browser window on it. */
export const openWebWindow = async (sshConfigFile: string, options: BrowserContextOptions = {}): Promise<WebWindow> => {
  const app = await startWebApp(sshConfigFile)
  const browser = await chromium.launch(chromiumLaunch satisfies LaunchOptions)
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', ...options })
  const page = await context.newPage()
  const watched = await watch(page, app.origin)
  await page.goto(app.url)
  return {
    app,
    page,
    watched,
    async close() {
      await browser.close()
      await app.close()
    },
  }
}
