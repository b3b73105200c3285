import { expect, test, type Page } from '@playwright/test'
import { findings } from './axe'
import { runExperiment } from './state'
import { expectQuiet } from './watch'
import { openWebWindow, type WebWindow } from './web-window'
import { startLabProcess, type LabProcess } from './world'

let lab: LabProcess
let window: WebWindow
let experiment: string

test.beforeAll(async () => {
  lab = await startLabProcess()
  window = await openWebWindow(lab.sshConfigFile)
  experiment = await runExperiment(window.app, lab, { question: 'Is the fast link faster?', repeats: 4 })
})
test.afterAll(async () => {
  await window?.close()
  await lab?.close()
})

const screens: [name: string, hash: () => string, ready: (page: Page) => Promise<void>][] = [
  ['Hosts', () => '#/hosts', (page) => expect(page.getByRole('table', { name: 'Hosts' })).toBeVisible()],
  ['a host', () => '#/hosts/gpu-a', (page) => expect(page.getByRole('heading', { name: 'What it can run' })).toBeVisible()],
  ['Experiments', () => '#/experiments', (page) => expect(page.getByRole('table', { name: 'Experiments' })).toBeVisible()],
  ['the plan form', () => '#/plan', (page) => expect(page.getByRole('tab', { name: 'YAML' })).toBeVisible()],
  ['a run', () => `#/experiments/${experiment}`, (page) => expect(page.getByRole('heading', { name: 'Transport proof' })).toBeVisible()],
  ['Compare', () => '#/compare', (page) => expect(page.getByRole('main')).toContainText('Is the fast link faster?')],
  [
    'a comparison',
    () => `#/compare/${experiment}`,
    (page) => expect(page.getByRole('main')).toContainText(/infiniband/, { timeout: 30_000 }),
  ],
  ['Indicators', () => '#/indicators', (page) => expect(page.getByRole('table', { name: 'Choose an experiment' })).toBeVisible()],
  [
    'a scoreboard',
    () => `#/indicators/${experiment}`,
    (page) => expect(page.getByRole('table', { name: 'Measured', exact: true })).toContainText('Bus-bandwidth share', { timeout: 30_000 }),
  ],
  ['Reports', () => '#/reports', (page) => expect(page.locator('.paper-sheet')).toContainText('Is the fast link faster?')],
]

for (const theme of ['light', 'dark'] as const) {
  for (const [name, hash, ready] of screens) {
    test(`axe finds nothing serious on ${name}, ${theme}`, async () => {
      const { page, watched } = window
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
      await page.evaluate((to) => (location.hash = to), hash())
      await ready(page)
      await expect(page.locator('html')).toHaveAttribute('data-theme', theme)
      expect(await findings(page)).toEqual([])
      expectQuiet(watched)
    })
  }

  test(`axe finds nothing serious in dialogs, ${theme}`, async () => {
    const { page } = window
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await page.evaluate(() => (location.hash = '#/hosts'))
    await page.getByRole('button', { name: 'Add a host' }).click()
    await expect(page.getByRole('dialog', { name: 'Add a host' })).toBeVisible()
    expect(await findings(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+k')
    await expect(page.getByRole('searchbox')).toBeFocused()
    // The list is scrolled from the search field, by arrow keys, which axe knows of list boxes only; so that is tried instead.
    expect(await findings(page, ['scrollable-region-focusable'])).toEqual([])
    await expect(page.getByRole('menuitem').last()).not.toBeInViewport()
    await page.keyboard.press('ArrowUp')
    await expect(page.getByRole('menuitem').last()).toBeInViewport()
    await expect(page.getByRole('searchbox')).toBeFocused()
    await page.keyboard.press('Escape')
    await page.keyboard.press('?')
    await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible()
    expect(await findings(page)).toEqual([])
    await page.keyboard.press('Escape')
  })
}
