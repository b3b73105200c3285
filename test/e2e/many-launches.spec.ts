import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { findings } from './axe'
import { expectQuiet } from './watch'
import { openWebWindow, type WebWindow } from './web-window'
import { call } from './world'

const perArm = 1000
const log = readFileSync(resolve(import.meta.dirname, '../../remote-scripts/nccl/fixtures/text-v2.13-unnamed-collective/input.txt'), 'utf8')

let window: WebWindow
let page: Page
let folder = ''
let experiment = ''

test.describe.configure({ mode: 'serial' })
test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-many-'))
  writeFileSync(join(folder, 'ssh_config'), '')
  for (const arm of ['ethernet', 'infiniband']) {
    mkdirSync(join(folder, 'logs', arm), { recursive: true })
    for (let n = 0; n < perArm; n += 1) writeFileSync(join(folder, 'logs', arm, `run${n}.log`), `${log}# ${arm} ${n}\n`)
  }
  window = await openWebWindow(join(folder, 'ssh_config'))
  page = window.page
  const { id } = await call<{ id: string }>(window.app, 'imports.open', {})
  await call(window.app, 'imports.addPaths', { id, paths: [join(folder, 'logs')] })
  const stored = await call<{ experiment: string }>(window.app, 'imports.commit', { id, experiment: 'many' })
  experiment = stored.experiment
})
test.afterAll(async () => {
  await window?.close()
  rmSync(folder, { recursive: true, force: true })
})
test.afterEach(() => expectQuiet(window.watched))

const cells = () => page.locator('[data-cell]')
const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '')

test('of two thousand launches only those in sight are in the page, and each can be reached by the keyboard', async () => {
  await page.evaluate((to) => (location.hash = to), `#/experiments/${experiment}`)
  const diagram = page.locator('.wide-blocks')
  await expect(diagram).toHaveAttribute('aria-colcount', String(perArm + 1), { timeout: 60_000 })
  await expect(diagram).toHaveAttribute('aria-rowcount', '3')
  expect(await cells().count()).toBeLessThan(100)

  // The selected launch is in sight, and it is where Tab goes.
  const entry = page.locator('[data-cell][tabindex="0"]')
  await expect(entry).toHaveCount(1)
  await expect(entry).toBeInViewport()
  await entry.focus()
  await page.keyboard.press('Home')
  await expect.poll(focused).toMatch(/^nccl, \w+: .*, repeat 1(?:,|$)/)
  await page.keyboard.press('ArrowRight')
  await expect.poll(focused).toMatch(/, repeat 2(?:,|$)/)
  const [row] = (await focused()).split(':')
  for (const key of ['End', 'ArrowLeft']) await page.keyboard.press(key)
  await expect.poll(focused).toMatch(new RegExp(`, repeat ${perArm - 1}(?:,|$)`))
  expect((await focused()).split(':')[0]).toBe(row)
  await page.keyboard.press(row?.includes('ethernet') ? 'ArrowDown' : 'ArrowUp')
  await expect.poll(async () => (await focused()).split(':')[0]).not.toBe(row)
  await expect(page.locator('[data-cell]:focus')).toBeInViewport()
  await expect(page.locator('[data-cell]:focus')).toHaveAttribute('aria-pressed', 'true')
  await expect(page.locator('[data-cell]:focus').locator('xpath=..')).toHaveAttribute('aria-colindex', String(perArm))
  expect(await cells().count()).toBeLessThan(100)
  expect(await findings(page)).toEqual([])
})
