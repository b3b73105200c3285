import { defineConfig, type LaunchOptions } from '@playwright/test'

/** Debian's Chromium, or the one that HEADROOM_CHROMIUM names. */
export const chromiumLaunch: LaunchOptions = {
  executablePath: process.env.HEADROOM_CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
}

export default defineConfig({
  testDir: 'test',
  testMatch: ['e2e/**/*.spec.ts', 'electron/**/*.spec.ts'],
  globalSetup: './test/e2e/global-setup.ts',
  timeout: 180_000,
  expect: { timeout: 15_000 },
  workers: 1,
  reporter: [['list'], ['json']],
  outputDir: 'test-results/e2e',
})
