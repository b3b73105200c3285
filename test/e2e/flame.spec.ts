import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { findings } from './axe'
import { expectQuiet } from './watch'
import { openWebWindow, type WebWindow } from './web-window'
import { call } from './world'

const hostile = '<img src=x onerror=alert(1)>\u202e\u001b[31m (evil.py:3)'

/** One launch of 1,000 samples; `decode` takes about this many of them. */
const stacks = (decode: number): string =>
  [
    `main (train.py:1);step (train.py:2);forward (model.py:3) ${700 - decode}`,
    `main (train.py:1);step (train.py:2);backward (model.py:4) 200`,
    `main (train.py:1);load (data.py:5);decode (data.py:6) ${decode}`,
    `main (train.py:1);${hostile} 99`,
    `main (train.py:1);do_syscall_64_[k] 1`,
  ]
    .map((line) => `${line}\n`)
    .join('')

let window: WebWindow
let page: Page
let folder = ''
let experiment = ''

/** Five launches of each arm, imported as logs of folders named after it. */
const importLaunches = async (): Promise<string> => {
  for (const [level, decode] of [
    ['cached', 60],
    ['plain', 250],
  ] as const) {
    mkdirSync(join(folder, `loader=${level}`), { recursive: true })
    for (let launch = 0; launch < 5; launch += 1)
      writeFileSync(join(folder, `loader=${level}`, `${launch}.folded`), stacks(decode + [0, 7, -6, 3, -4][launch]!))
  }
  const { id } = await call<{ id: string }>(window.app, 'imports.open', {})
  await call(window.app, 'imports.addPaths', { id, paths: [folder] })
  await call(window.app, 'imports.preview', { id })
  await expect
    .poll(async () => (await call<{ progress: { phase: string } }>(window.app, 'imports.status', { id })).progress.phase)
    .toBe('ready')
  const stored = await call<{ experiment: string }>(window.app, 'imports.commit', { id, experiment: 'flames' })
  return stored.experiment
}

test.describe.configure({ mode: 'serial' })
test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-flames-'))
  writeFileSync(join(folder, 'ssh_config'), '')
  window = await openWebWindow(join(folder, 'ssh_config'))
  page = window.page
  experiment = await importLaunches()
})
test.afterAll(async () => {
  await window?.close()
  rmSync(folder, { recursive: true, force: true })
})
test.afterEach(() => expectQuiet(window.watched))

test('a launch is a flame graph to walk, enlarge and search, and its table says the same', async () => {
  await page.evaluate((to) => (location.hash = to), `#/experiments/${experiment}`)
  const graph = page.getByRole('figure').filter({ has: page.getByRole('tree') })
  await expect(graph).toContainText('1,000 samples', { timeout: 30_000 })
  await expect(graph.getByRole('treeitem', { name: /^main \(train\.py\): 100/ })).toBeVisible()
  // A name of markup is text, and what would turn it round is shown as a sign.
  await expect(graph.getByRole('treeitem', { name: '<img src=x onerror=alert(1)>\ufffd (evil.py)' })).toBeVisible()
  await expect(page.locator('main img[src="x"]')).toHaveCount(0)

  await graph.getByLabel('Find a function').fill('MODEL.PY')
  await expect(graph.getByRole('status')).toHaveText(/^Found: (6|8)\d/)
  await graph.getByRole('tree').focus()
  for (const key of ['ArrowDown', 'ArrowDown']) await page.keyboard.press(key)
  await expect(graph.locator('.flame-said')).toHaveText(/^step \(train\.py\): /)
  await page.keyboard.press('Enter')
  await expect(graph.getByRole('treeitem', { name: /^decode/ })).toHaveCount(0)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await expect(graph.getByRole('treeitem', { name: /^decode/ })).toBeVisible()

  await graph.getByRole('button', { name: 'Show table' }).click()
  await expect(graph.getByRole('row', { name: /^decode \(data\.py\)/ })).toContainText(/\d+\s%/)
  expect(await findings(page)).toEqual([])
})

test('two arms are one graph whose colours are differences beyond noise', async () => {
  await page.evaluate((to) => (location.hash = to), `#/compare/${experiment}`)
  await page.getByRole('tab', { name: 'Flame graph' }).click()
  const graph = page.getByRole('figure').filter({ has: page.getByRole('tree') })
  await expect(graph.getByRole('heading')).toHaveText(/^(decode|forward) [+−]19 points in (plain|cached)$/, { timeout: 30_000 })
  await expect(graph).toContainText('5 launches, 5,000 samples')
  await expect(graph.getByRole('treeitem', { name: /^decode/ })).toHaveClass(/flame-(more|less)/)
  await expect(graph.getByRole('treeitem', { name: /^backward/ })).toHaveClass(/flame-noise/)
  await expect(graph.getByRole('treeitem', { name: /^decode .*points \[.*\], (more|less)$/ })).toBeVisible()
  await graph.getByRole('button', { name: 'Show table' }).click()
  await expect(graph.getByRole('row', { name: /^backward/ })).toContainText('no more than noise')
  expect(await findings(page)).toEqual([])
})

test('the report has the graph of both arms, with the words for its colours', async () => {
  await page.evaluate((to) => (location.hash = to), `#/print/${experiment}?lang=en`)
  await expect(page.locator('[data-report-ready="ok"]')).toBeAttached({ timeout: 30_000 })
  const figure = page.locator('.paper-figure').filter({ has: page.locator('.flame-paper') })
  await expect(figure).toHaveCount(1)
  await expect(figure.locator('figcaption')).toContainText(/^Figure \d+\. (decode|forward) [+−]19 points in (plain|cached)/)
  await expect(figure.locator('figcaption')).toContainText('5 launches, 5,000 samples')
  for (const words of [/^more in /, /^less in /, 'no more than noise'])
    await expect(figure.locator('.flame-legend').getByText(words)).toBeVisible()
  // What a hostile log calls its functions is text on paper as well.
  await expect(figure.locator('svg.flame-paper text').filter({ hasText: 'main' }).first()).toBeVisible()
  expect(await figure.locator('svg.flame-paper .flame-more rect').count()).toBeGreaterThan(0)
  const widths = await figure.locator('svg.flame-paper rect').evaluateAll((all) => all.map((one) => Number(one.getAttribute('width'))))
  expect(Math.max(...widths)).toBeLessThanOrEqual(672)
})

test('a large profile says how far it is, can be stopped, and is read after all', async () => {
  const file = join(folder, 'large.folded')
  writeFileSync(
    file,
    Array.from({ length: 600_000 }, (_, n) => `main (a.py:1);step${n % 997} (a.py:${n % 89});leaf${n} (b.py:${n}) 1\n`).join(''),
  )
  const { id } = await call<{ id: string }>(window.app, 'imports.open', {})
  await call(window.app, 'imports.addPaths', { id, paths: [file] })
  const large = await call<{ experiment: string }>(window.app, 'imports.commit', { id, experiment: 'large' })
  await page.evaluate((to) => (location.hash = to), `#/experiments/${large.experiment}`)
  await expect(page.getByRole('progressbar', { name: 'Reading the stacks' })).toBeVisible()
  await page.getByRole('button', { name: 'Stop' }).click()
  await page.getByRole('button', { name: 'Read the stacks' }).click()
  await expect(page.getByRole('figure').filter({ has: page.getByRole('tree') })).toContainText('600,000 samples', { timeout: 60_000 })
})
