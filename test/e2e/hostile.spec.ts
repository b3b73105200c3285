import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { runExperiment, trustLab } from './state'
import { expectQuiet } from './watch'
import { openWebWindow, type WebWindow } from './web-window'
import { call, startLabProcess, type LabProcess } from './world'

// The attack: whoever controls a host, an ssh_config or a plan puts markup, script addresses and terminal sequences where
// names and output are shown, to run script in the window or to forge what it says.
const image = `<img src=x onerror=alert(1)>`
const link = 'javascript:alert(document.domain)'
const question = `${image}<script>alert(2)</script> [x](${link}) \u202egnp.exe`

let lab: LabProcess
let window: WebWindow

test.beforeAll(async () => {
  lab = await startLabProcess()
  window = await openWebWindow(lab.sshConfigFile)
})
test.afterAll(async () => {
  await window?.close()
  await lab?.close()
})
test.afterEach(async () => {
  await expect(window.page.locator('main script, main iframe, main object, main img[src="x"], a[href^="javascript:" i]')).toHaveCount(0)
  expectQuiet(window.watched)
})

/** Puts lines in front of what a tool of the lab's host prints, on both streams. */
const poison = (home: string, tool: string, text: string): void => {
  const path = join(home, '../bin', tool)
  const script = readFileSync(path, 'utf8')
  const [first = '', ...rest] = script.split('\n')
  writeFileSync(path, [first, `printf '%s\\n' '${text}' >&2`, ...rest].join('\n'))
  chmodSync(path, 0o755)
}

test('a question of markup is shown as text on every screen', async () => {
  const { app, page } = window
  const id = await runExperiment(app, lab, { question, repeats: 1 })
  for (const hash of [
    `#/experiments/${id}`,
    '#/experiments',
    '#/compare',
    `#/compare/${id}`,
    '#/indicators',
    `#/indicators/${id}`,
    '#/reports',
    `#/print/${id}?lang=en`,
  ]) {
    await page.evaluate((to) => (location.hash = to), hash)
    await expect(page.getByText(image).first()).toBeVisible({ timeout: 30_000 })
  }
  await page.evaluate(() => (location.hash = '#/hosts'))
})

test('an address of a host cannot become markup or an option of ssh', async () => {
  const { app, page } = window
  await call(app, 'hosts.add', { name: 'evil', spec: { ssh: `lab@<img/src=x/onerror=alert(3)>` } })
  await page.evaluate(() => (location.hash = '#/hosts/evil'))
  await expect(page.getByRole('complementary', { name: 'evil' })).toContainText('<img/src=x/onerror=alert(3)>')
  await page.getByRole('button', { name: 'Test connection' }).click()
  await expect(page.getByRole('complementary', { name: 'evil' }).getByRole('alert')).toBeVisible({ timeout: 30_000 })
  await expect(call(app, 'hosts.add', { name: 'evil2', spec: { ssh: '-oProxyCommand=touch /tmp/pwned' } })).rejects.toThrow()
  await expect(call(app, 'hosts.add', { name: image, spec: { ssh: 'x' } })).rejects.toThrow()
})

test('log lines of markup and terminal sequences are shown as text', async () => {
  const { app, page } = window
  trustLab(lab)
  const bell = '\u001b]0;owned\u0007'
  for (const host of lab.hosts) poison(host.home, 'iperf3', `${image} \u001b[2J\u001b[31mred ${bell}\u202eevil ${link}`)
  const { id } = (await call<{ id: string }[]>(app, 'experiments.list', {}))[0] ?? { id: '' }
  const { experiment } = await call<{ experiment: { plan: object } }>(app, 'experiments.get', { id })
  const again = await call<{ id: string }>(app, 'experiments.start', { plan: { ...experiment.plan, question: 'What do the logs say?' } })
  await page.evaluate((to) => (location.hash = to), `#/experiments/${again.id}`)
  await expect(page.getByText('4 of 4 launches')).toBeVisible({ timeout: 90_000 })
  await page
    .getByRole('button', { name: /^tcp, ethernet: / })
    .first()
    .click()
  await page.getByRole('tab', { name: 'client/iperf3-errors.txt' }).click()
  const log = page.getByRole('log')
  await expect(log).toContainText(image)
  await expect(log).toContainText('red')
  expect(await log.innerText()).not.toMatch(/[\u001b\u0007\u202e]/)
})

test('an address that names nothing says so, whatever it holds', async () => {
  const { page } = window
  await page.evaluate((to) => (location.hash = to), `#/${image}`)
  await expect(page.getByRole('heading', { name: 'There is no such page' })).toBeVisible()
})
