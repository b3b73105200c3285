import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, type Locator, type Page } from '@playwright/test'
import { goTo, inspector } from './actions'
import { findings } from './axe'
import { expectQuiet } from './watch'
import { openWebWindow, type WebWindow } from './web-window'
import { call, root } from './world'

const name = 'ZeRO stages'
let folder: string
let window: WebWindow
let page: Page

test.describe.configure({ mode: 'serial' })
test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-indicators-'))
  writeFileSync(join(folder, 'ssh_config'), '')
  window = await openWebWindow(join(folder, 'ssh_config'))
  page = window.page
})
test.afterAll(async () => {
  await window?.close()
  rmSync(folder, { recursive: true, force: true })
})
test.afterEach(() => expectQuiet(window.watched))

/** Five launches of a training in each of two stages, imported as files. */
const importTraining = async (): Promise<void> => {
  const log = readFileSync(join(root, 'remote-scripts/zero/fixtures/zero-bench/input.txt'), 'utf8')
  for (const stage of [1, 2]) {
    mkdirSync(join(folder, `logs/zero_stage=${stage}`), { recursive: true })
    for (const repeat of [1, 2, 3, 4, 5])
      writeFileSync(
        join(folder, `logs/zero_stage=${stage}/${repeat}.jsonl`),
        log.replace('"zero_stage": 2', `"zero_stage": ${stage}`).replaceAll('"exposed_us": 9800.0', `"exposed_us": 98${repeat}0.0`),
      )
  }
  const { id } = await call<{ id: string }>(window.app, 'imports.open', {})
  await call(window.app, 'imports.addPaths', { id, paths: [join(folder, 'logs')] })
  await call(window.app, 'imports.preview', { id })
  await expect
    .poll(async () => (await call<{ totals: { recognised: number } }>(window.app, 'imports.status', { id })).totals.recognised)
    .toBe(10)
  await call(window.app, 'imports.commit', { id, experiment: name })
}

const board = (): Locator => page.getByRole('table', { name: 'Measured', exact: true })
const heading = (title: string): Locator => board().locator('.indicator-head').filter({ hasText: title })

test('without an experiment it teaches the next step', async () => {
  await goTo(page, 'Indicators')
  await expect(page.getByRole('main')).toContainText('Nothing to score yet')
  await expect(page.getByRole('link', { name: 'Plan an experiment' })).toBeVisible()
})

test('the scoreboard has value, target and bound, and the launches behind them', async () => {
  await importTraining()
  await page.getByRole('main').getByRole('link').first().click()
  const row = board().getByRole('row', { name: /Memory per GPU: zero_stage=1/ })
  await expect(row).toContainText(/11\.4\s*MiB/)
  await row.getByRole('button').click()
  const shown = inspector(page, 'Provenance of an indicator')
  await expect(shown).toContainText('Model states alone')
  await expect(shown).toContainText('arXiv 1910.02054')
  await expect(shown.getByRole('link', { name: /^run-|^imp-/ })).toHaveCount(5)
  await expect(page.getByRole('table', { name: 'Not measured yet' })).toContainText('Put in your endpoint’s address')
  await expect(page.getByRole('table', { name: 'Cannot be told' })).toContainText('MFU')
  expect(await findings(page)).toEqual([])
})

test('a target is set by keyboard, judged at once, and taken back', async () => {
  await expect(heading('Exposed communication')).toContainText('no target')
  await page.getByRole('button', { name: 'Change target: Exposed communication' }).focus()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Target of Exposed communication' })
  await expect(dialog.getByRole('textbox', { name: /^Should be </ })).toBeFocused()
  expect(await findings(page)).toEqual([])
  await page.keyboard.type('much')
  await page.keyboard.press('Enter')
  await expect(dialog).toContainText('A positive number without a unit.')
  await page.keyboard.press('Control+a')
  await page.keyboard.type('10')
  await page.keyboard.press('Enter')
  await expect(dialog).toBeHidden()
  await expect(heading('Exposed communication')).toContainText(/Target <\s10\s%/)
  await expect(board().getByRole('row', { name: /Exposed communication: zero_stage=2/ })).toContainText('missed')
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(heading('Exposed communication')).toContainText('no target')
})

test('arrow keys walk the rows, and a launch opens in its inspector', async () => {
  const rows = board().locator('button[data-row]')
  await rows.first().focus()
  await page.keyboard.press('ArrowDown')
  await expect(rows.nth(1)).toBeFocused()
  await page.keyboard.press('Enter')
  await inspector(page, 'Provenance of an indicator').getByRole('link').first().click()
  await expect(inspector(page, /^zero /)).toBeVisible()
  await page.goBack()
})

test('what is not measured becomes a plan', async () => {
  for (const host of ['one', 'two']) await call(window.app, 'hosts.add', { name: host, spec: { ssh: host } })
  await page.getByRole('button', { name: 'Plan it: Bus-bandwidth share' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'New experiment' })).toBeVisible()
  await page.getByRole('textbox', { name: /^Question/ }).fill('Is the link full?')
  await page.getByRole('tab', { name: 'YAML' }).click()
  await expect(page.getByRole('textbox', { name: 'Plan file' })).toHaveValue(
    /probes:\n {2}- probe: nccl\n {4}hosts:\n {6}- a\n {6}- b\n(?![\s\S]*probe: tcp)/,
  )
})
