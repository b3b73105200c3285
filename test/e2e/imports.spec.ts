import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test, type Locator, type Page } from '@playwright/test'
import { findings } from './axe'
import { drop } from './drop'
import { hostileName, writeLogs, writeManyLogs } from './import-files'
import { expectQuiet } from './watch'
import { openWebWindow, type WebWindow } from './web-window'
import { call } from './world'

let window: WebWindow
let page: Page
let folder: string
let scratch: string

test.describe.configure({ mode: 'serial' })
test.beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'headroom-import-'))
  writeFileSync(join(scratch, 'ssh_config'), '')
  folder = writeLogs()
  window = await openWebWindow(join(scratch, 'ssh_config'))
  page = window.page
})
test.afterAll(async () => {
  await window?.close()
  for (const path of [scratch, dirname(folder)]) rmSync(path, { recursive: true, force: true })
})
test.afterEach(async () => {
  await expect(page.locator('main script, main iframe, main img[src="x"], a[href^="javascript:" i]')).toHaveCount(0)
  expectQuiet(window.watched)
})

const grid = (): Locator => page.getByRole('grid', { name: 'Files' })
const row = (text: string | RegExp): Locator => grid().getByRole('row').filter({ hasText: text })
const arm = (text: string | RegExp): Locator => page.locator('.import-arm').filter({ hasText: text })
const store = (): Locator => page.getByRole('button', { name: /^Store [\d,]+ runs?$/ })
const start = async (): Promise<void> => {
  await page.evaluate(() => (location.hash = '#/import'))
  await expect(page.getByRole('heading', { name: 'Drop logs or a folder of logs here' })).toBeVisible()
}
const pick = (path: string): Promise<void> => page.locator('input[type=file][webkitdirectory]').setInputFiles(path)
const discard = async (): Promise<void> => {
  await page.getByRole('button', { name: 'Discard' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Discard' }).click()
  await expect(page.getByRole('heading', { name: 'Drop logs or a folder of logs here' })).toBeVisible()
}

test('the Experiments screen leads to the import, and it says what is read', async () => {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Experiments' }).click()
  await page.getByRole('link', { name: 'Import logs…' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Import logs' })).toBeVisible()
  await expect(page.getByRole('main')).toContainText('nccl-tests')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('Import logs')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog', { name: 'Command palette' })).toBeHidden()
  await expect(page.getByRole('heading', { level: 1, name: 'Import logs' })).toBeVisible()
})

test('a folder is recognised, sorted into arms by its folders, and nothing is stored yet', async () => {
  await pick(folder)
  await expect(page.getByText('11 files become 11 runs')).toBeVisible({ timeout: 30_000 })
  await expect(grid()).toHaveAttribute('aria-rowcount', '15')
  await expect(arm('ethernet')).toContainText('5')
  await expect(arm('infiniband')).toContainText('6')
  await expect(page.getByLabel('Name')).toHaveValue('allreduce')
  await expect(row('ethernet/rep1.log')).toContainText(/nccl.*ethernet/)
  await expect(row('todo.md')).toContainText('No parser knows this file')
  expect(await call(window.app, 'experiments.list', {})).toEqual([])
})

test('what is not understood says why and what to do; what a tool complained of is quoted', async () => {
  const inspector = page.getByRole('complementary')
  await row('todo.md').click()
  await expect(inspector).toContainText('No parser recognises what is in this file.')
  await expect(inspector).toContainText('headroom probes list')
  await row('rdma.txt').click()
  await expect(inspector).toContainText('IB device mlx5_9 not found')
  await row('cut.log').click()
  await expect(inspector).toContainText('The output breaks off')
})

test('names of markup and of control characters are shown as text', async () => {
  await expect(row('<img src=x onerror=alert(1)>')).toHaveCount(1)
  await row('<img src=x onerror=alert(1)>').click()
  const text = await page.getByRole('main').innerText()
  expect(text).toContain(hostileName.replace('\u202e', '\ufffd'))
  expect(text).not.toMatch(/[\u0000-\u0008\u202a-\u202e]/)
})

test('a file with the same bytes as another is marked and left out, until it is asked for', async () => {
  await page
    .getByRole('radio', { name: 'Duplicates' })
    .or(page.getByRole('button', { name: 'Duplicates' }))
    .click()
  await expect(grid()).toHaveAttribute('aria-rowcount', '2')
  const duplicate = row('rep1.log')
  await expect(duplicate).toContainText('same as copy of rep1.log')
  const box = duplicate.getByRole('checkbox')
  await expect(box).not.toBeChecked()
  await box.click()
  await expect(page.getByText('12 files become 12 runs')).toBeVisible()
  await box.click()
  await page
    .getByRole('radio', { name: 'All' })
    .or(page.getByRole('button', { name: /^All/ }))
    .click()
})

test('levels are set for many files at once, and every change can be taken back', async () => {
  await row('infiniband/rep2.log').click()
  await row('infiniband/rep4.log').click({ modifiers: ['Shift'] })
  await expect(page.getByText('3 files selected.')).toBeVisible()
  await page.getByLabel('Level', { exact: true }).fill('roce')
  await page.getByRole('button', { name: 'Set for 3 files' }).click()
  await expect(arm('roce')).toContainText('3')
  await expect(row('infiniband/rep2.log')).toContainText('roce')
  await arm('ethernet').click()
  await page.getByRole('button', { name: 'Leave out' }).click()
  await expect(arm('ethernet')).toHaveCount(0)
  await expect(page.getByText('5 by you')).toBeVisible()
  await page.getByRole('button', { name: 'Undo', exact: true }).click()
  await page.getByRole('button', { name: 'Undo', exact: true }).click()
  await expect(arm('roce')).toHaveCount(0)
  await expect(arm('infiniband')).toContainText('6')
})

test('factors are added, renamed and removed', async () => {
  await page.getByRole('button', { name: 'Add a factor…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a factor' })
  await dialog.getByLabel('Name').fill('two words')
  await dialog.getByRole('button', { name: 'Add' }).click()
  await expect(dialog).toContainText('Letters, digits')
  await dialog.getByLabel('Name').fill('nodes')
  await dialog.getByRole('button', { name: 'Add' }).click()
  await grid().focus()
  await page.keyboard.press('Control+a')
  await page.getByLabel('Level', { exact: true }).fill('2')
  await page.getByRole('button', { name: 'Set for 14 files' }).click()
  await expect(arm('fabric=ethernet, nodes=2')).toContainText('5')
  await page.getByRole('button', { name: 'Factor nodes' }).click()
  await page.getByRole('menuitem', { name: 'Rename…' }).click()
  await page.getByRole('dialog', { name: 'Rename nodes' }).getByLabel('Name').fill('hosts')
  await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click()
  await expect(arm('fabric=ethernet, hosts=2')).toHaveCount(1)
  await page.getByRole('button', { name: 'Factor hosts' }).click()
  await page.getByRole('menuitem', { name: 'Remove' }).click()
  await expect(arm(/^ethernet/)).toHaveCount(1)
})

for (const theme of ['light', 'dark'] as const) {
  test(`axe finds nothing serious on the files, ${theme}`, async () => {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await row('cut.log').click()
    expect(await findings(page)).toEqual([])
    await page.getByRole('button', { name: 'Add a factor…' }).click()
    expect(await findings(page)).toEqual([])
    await page.keyboard.press('Escape')
  })
}

test('it is stored as one experiment, whose arms can be compared', async () => {
  for (const name of ['cut.log', 'rdma.txt']) await row(name).getByRole('checkbox').click()
  await store().click()
  await expect(page.getByRole('heading', { name: 'Stored in “allreduce”' })).toBeVisible({ timeout: 30_000 })
  await expect(page.getByRole('table', { name: 'Finished imports' })).toContainText('allreduce')
  const toast = page.locator('.toast').filter({ hasText: 'Stored in “allreduce”' })
  await expect(toast.getByRole('button', { name: 'Undo' })).toBeVisible()
  await expect(toast.getByRole('link', { name: 'Compare arms' })).toBeVisible()
  await page.getByRole('main').getByRole('link', { name: 'Compare arms' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'allreduce' })).toBeVisible()
  await expect(page.getByRole('main')).toContainText(/infiniband.*ethernet|ethernet.*infiniband/s, { timeout: 30_000 })
  await expect(page.getByRole('columnheader', { name: /infiniband/ }).first()).toBeVisible()
})

test('the same files are known the second time', async () => {
  await start()
  await pick(folder)
  await expect(page.getByText('stored already').first()).toBeVisible({ timeout: 30_000 })
  await expect(page.getByText('2 files become 2 runs')).toBeVisible()
  await row('ethernet/rep1.log').click()
  await expect(page.getByRole('complementary').getByRole('link', { name: 'allreduce' })).toBeVisible()
  await discard()
})

test('undo takes the runs out again, and restoring brings them back', async () => {
  const [experiment] = await call<{ id: string; counts: { total: number } }[]>(window.app, 'experiments.list', {})
  expect(experiment?.counts.total).toBe(9)
  const total = async (): Promise<number> =>
    (await call<{ counts: { total: number } }[]>(window.app, 'experiments.list', {}))[0]?.counts.total ?? 0
  await page.getByRole('button', { name: 'Undo import' }).click()
  await expect(page.getByText('The import is undone: 9 runs are taken out.')).toBeVisible()
  expect(await total()).toBe(0)
  await page.getByRole('button', { name: 'Restore' }).click()
  await expect(page.getByRole('button', { name: 'Undo import' })).toBeVisible()
  expect(await total()).toBe(9)
  await page.getByRole('button', { name: 'Undo import' }).click()
  await expect(page.getByRole('button', { name: 'Restore' })).toBeVisible()
})

test('files and folders dropped anywhere on the window are imported', async () => {
  await page.getByRole('link', { name: 'Hosts' }).click()
  await drop(page, [join(folder, 'ethernet')], false)
  await expect(page.getByText('Drop to import')).toBeVisible()
  await drop(page, [join(folder, 'ethernet'), join(folder, 'infiniband'), join(folder, 'notes', 'todo.md')])
  await expect(page.getByText('Drop to import')).toBeHidden()
  await expect(page.getByRole('heading', { level: 1, name: 'Import logs' })).toBeVisible()
  await expect(page.getByText('11 files become 11 runs')).toBeVisible({ timeout: 30_000 })
  await expect(arm('ethernet')).toContainText('5')
  await discard()
})

test('taking in shows how far it is, can be stopped and gone on with, also after another screen', async () => {
  const many = writeManyLogs(1200)
  let held = true
  await page.route('**/api/call', async (route) => {
    const slow = held && (route.request().postData() ?? '').includes('"imports.addSmall"')
    if (slow) await new Promise((done) => setTimeout(done, 700))
    await route.continue()
  })
  await pick(many)
  await expect(page.getByRole('progressbar', { name: 'Taking in' })).toContainText(/of 1,200 files · .* of /)
  await expect(page.getByText(/\/s · .* left/)).toBeVisible()
  await page.getByRole('button', { name: 'Stop' }).click()
  await expect(page.getByText('Stopped')).toBeVisible()
  await page.getByRole('link', { name: 'Hosts' }).click()
  held = false
  await page.goBack()
  await page.getByRole('button', { name: 'Go on' }).click()
  await expect(store()).toHaveText('Store 1,200 runs', { timeout: 60_000 })
  await page.unroute('**/api/call')
  // Only what is in sight is in the page.
  expect(await grid().getByRole('row').count()).toBeLessThan(80)
  await page.reload()
  await expect(store()).toHaveText('Store 1,200 runs', { timeout: 30_000 })
  await discard()
  rmSync(dirname(many), { recursive: true, force: true })
})

test('everything can be done without a mouse', async () => {
  await page.keyboard.press('g')
  await page.keyboard.press('h')
  await page.keyboard.press('g')
  await page.keyboard.press('l')
  await expect(page.getByRole('heading', { level: 1, name: 'Import logs' })).toBeVisible()
  const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.textContent ?? '')
  const tabTo = async (text: string | RegExp): Promise<void> => {
    for (let presses = 0; presses < 60; presses += 1) {
      await page.keyboard.press('Tab')
      const now = await focused()
      if (typeof text === 'string' ? now === text : text.test(now)) return
    }
    throw new Error(`Tab never reached ${text}`)
  }
  // Listening begins well before the key: the browser is told to intercept the chooser by a message that a key press may overtake.
  const opened = page.waitForEvent('filechooser')
  await tabTo('Choose a folder…')
  await page.keyboard.press('Enter')
  await (await opened).setFiles(folder)
  await expect(grid()).toBeFocused({ timeout: 30_000 })
  // The first two rows get a level, the third is left out.
  await page.keyboard.press('Home')
  await page.keyboard.press('Shift+ArrowDown')
  await expect(page.getByText('2 files selected.')).toBeVisible()
  await page.keyboard.press('Enter')
  await page.keyboard.type('tcp')
  await page.keyboard.press('Enter')
  await expect(arm('tcp')).toContainText('2')
  await page.getByRole('main').focus()
  for (let presses = 0; presses < 40 && !(await grid().evaluate((element) => element === document.activeElement)); presses += 1)
    await page.keyboard.press('Tab')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('x')
  await expect(page.getByText('1 by you')).toBeVisible()
  await page.keyboard.press('Control+z')
  await expect(page.getByText('1 by you')).toBeHidden()
  await page.getByRole('main').focus()
  await tabTo(/^Store \d+ runs$/)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('region', { name: /^Stored in/ })).toBeFocused({ timeout: 30_000 })
})

test('axe finds nothing serious where an import begins, and it speaks Chinese', async () => {
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    expect(await findings(page)).toEqual([])
  }
  await page.getByRole('button', { name: 'Language' }).click()
  await page.getByRole('menuitemradio', { name: '简体中文' }).click()
  await pick(folder)
  await expect(page.getByRole('button', { name: /^保存 \d+ 次运行$/ })).toBeVisible({ timeout: 30_000 })
  const bar = await page.locator('.import-screen .screen-head, .import-filter, .import-bulk, .import-head').allInnerTexts()
  expect(bar.join(' ').replace(/fabric|Shift|Ctrl\+A|Enter/g, '')).not.toMatch(/[A-Za-z]{3,}/)
})
