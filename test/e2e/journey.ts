import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { addHost, goTo, inspector, takeInventory } from './actions'
import { expectQuiet, type Watch } from './watch'
import { startLabProcess, type LabProcess } from './world'

export interface OpenApp {
  page: Page
  watched: Watch
  dataDir: string
  close(): Promise<void>
}

const question = 'Does InfiniBand beat Ethernet for gradient all-reduce?'

/** SHA-256 fingerprint of the key that the lab's host really has, as OpenSSH writes it. */
const trueFingerprint = (lab: LabProcess, port: number): string => {
  const lines = readFileSync(join(dirname(lab.dir), lab.dir.split('/').at(-1) ?? '', 'lab', 'known_hosts'), 'utf8').split('\n')
  const key = lines.find((line) => line.startsWith(`[127.0.0.1]:${port} `))?.split(' ')[2] ?? ''
  return `SHA256:${createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64').replace(/=+$/, '')}`
}

const probeForm = (page: Page, probe: string) =>
  page.locator('.plan-probe').filter({ has: page.getByRole('heading', { name: new RegExp(`\\b${probe}$`) }) })

const cells = (page: Page, text: string | RegExp) => page.getByRole('button', { name: text })

/** The main job as a user does it, from an empty address book to a PDF. */
export const journey = (open: (lab: LabProcess) => Promise<OpenApp>): void => {
  test.describe.configure({ mode: 'serial' })
  let lab: LabProcess
  let app: OpenApp
  let page: Page

  test.beforeAll(async () => {
    lab = await startLabProcess()
    app = await open(lab)
    page = app.page
  })
  test.afterAll(async () => {
    await app?.close()
    await lab?.close()
  })
  test.afterEach(() => expectQuiet(app.watched))

  test('a host is added, its unknown key shown and accepted', async () => {
    await expect(page.getByRole('heading', { name: 'No hosts yet' })).toBeVisible()
    for (const host of lab.hosts) expect(await addHost(page, host.name)).toBe(trueFingerprint(lab, host.port))
    const known = readFileSync(join(lab.dir, 'known_hosts'), 'utf8')
    for (const host of lab.hosts) expect(known).toContain(`[127.0.0.1]:${host.port} ssh-ed25519 `)
  })

  test('its inventory says what it has and what it can run, marked as simulated', async () => {
    for (const host of lab.hosts) await takeInventory(page, host.name)
    const shown = inspector(page, 'gpu-b')
    await expect(shown.getByRole('region', { name: 'GPUs' })).toContainText('A100-SXM4-80GB')
    await expect(shown.getByRole('region', { name: 'RDMA adapters' })).toContainText('mlx5_0:1')
    await expect(shown.getByText('SIMULATED').first()).toBeVisible()
    await expect(page.getByRole('row', { name: /gpu-a/ })).toContainText('reachable')
  })

  test('a plan made in the form is the same plan as YAML', async () => {
    await goTo(page, 'Experiments')
    await page.getByRole('link', { name: 'New experiment' }).click()
    await page.getByRole('textbox', { name: /^Question/ }).fill(question)
    await page.getByRole('textbox', { name: /^Repeats/ }).fill('4')
    await probeForm(page, 'tcp')
      .getByRole('textbox', { name: /^seconds/ })
      .fill('1')
    const nccl = probeForm(page, 'nccl')
    await nccl.getByRole('textbox', { name: /^min_bytes/ }).fill('1048576')
    await nccl.getByRole('textbox', { name: /^max_bytes/ }).fill('16777216')
    await expect(page.getByRole('button', { name: 'Run experiment' })).toBeEnabled()
    await page.getByRole('tab', { name: 'YAML' }).click()
    const yaml = page.getByRole('textbox', { name: 'Plan file' })
    await expect(yaml).toHaveValue(/repeats: 4/)
    await expect(yaml).toHaveValue(/max_bytes: 16777216/)
    await yaml.fill((await yaml.inputValue()).replace('repeats: 4', 'repeats: 5'))
    await page.getByRole('tab', { name: 'Form' }).click()
    await expect(page.getByRole('textbox', { name: /^Repeats/ })).toHaveValue('5')
    await page.getByRole('textbox', { name: /^Repeats/ }).fill('4')
    await expect(page.getByRole('button', { name: 'Run experiment' })).toBeEnabled()
  })

  test('the preview shows the exact commands and starts nothing', async () => {
    await page.getByRole('button', { name: 'Preview' }).click()
    const preview = inspector(page, 'Preview')
    await expect(preview).toContainText('20 launches, 4 warm-ups among them', { timeout: 60_000 })
    await expect(preview).toContainText('Every host is reachable and has what its probes need.')
    await expect(preview.getByText(/^iperf3 -c <server\.address> -B 10\.20\.0\.1 .* -t 1 /)).toBeVisible()
    await expect(preview.getByText(/NCCL_NET=IB NCCL_IB_HCA==mlx5_0:1 .* all_reduce_perf -b 1048576 -e 16777216/)).toBeVisible()
    for (const host of lab.hosts) expect(existsSync(join(host.home, '.cache/headroom/jobs'))).toBe(false)
  })

  test('the experiment runs and its diagram fills', async () => {
    await page.getByRole('button', { name: 'Run experiment' }).click()
    await expect(page.getByRole('heading', { level: 1, name: question })).toBeVisible()
    await expect(cells(page, /^(tcp|nccl), .*: waiting/).first()).toBeVisible()
    await expect(cells(page, /^tcp, infiniband: done/).first()).toBeVisible({ timeout: 90_000 })
    await expect(page.getByText('20 of 20 launches')).toBeVisible({ timeout: 150_000 })
    await expect(cells(page, /^(tcp|nccl), (ethernet|infiniband): done/)).toHaveCount(20)
    await expect(page.getByText('SIMULATED').first()).toBeVisible()
  })

  test("a run's inspector proves its transport and shows commands, log and files", async () => {
    await cells(page, /^nccl, infiniband: done, repeat 1/).click()
    const shown = inspector(page, 'nccl infiniband')
    await expect(shown).toContainText('The traffic went where the arm says.')
    await expect(shown.getByRole('heading', { name: 'Transport proof' })).toBeVisible()
    await expect(shown).toContainText(/NET\/IB/)
    await shown.getByRole('tab', { name: 'launcher/all_reduce_perf.txt' }).click()
    await expect(shown.getByRole('log')).toContainText('via NET/IB/0/GDRDMA')
    await expect(shown.getByRole('region', { name: 'Files' })).toContainText(/[0-9a-f]{12}…/)
    await cells(page, /^tcp, ethernet: done, repeat 1/).click()
    await expect(inspector(page, 'tcp ethernet')).toContainText('eth0')
  })

  test('the comparison gives its verdict with effect, interval and n', async () => {
    await page.getByRole('link', { name: 'Compare arms' }).click()
    await expect(page.getByRole('main')).toContainText(/infiniband .*(faster|times)/i, { timeout: 60_000 })
    await expect(page.getByRole('main')).toContainText(/\d\.\d+\s*\[\d+\.\d+,\s*\d+\.\d+\]/)
    await expect(page.getByRole('main')).toContainText('SIMULATED')
  })

  test('the report is exported as a PDF that says what it is', async () => {
    await goTo(page, 'Reports')
    await page.getByRole('main').getByText(question).first().click()
    await page
      .getByRole('button', { name: /Export|PDF/ })
      .first()
      .click()
    const path = page.getByText(/\/[^\s]+\.pdf/).first()
    await expect(path).toBeVisible({ timeout: 90_000 })
    const file = /\/[^\s]+\.pdf/.exec(await path.innerText())?.[0] ?? ''
    expect(file.startsWith(app.dataDir)).toBe(true)
    await expect(page.getByRole('main')).toContainText(createHash('sha256').update(readFileSync(file)).digest('hex'))
    const pages = Number(/Pages:\s+(\d+)/.exec(execFileSync('pdfinfo', [file], { encoding: 'utf8' }))?.[1])
    expect(pages).toBeGreaterThanOrEqual(2)
    expect(pages).toBeLessThanOrEqual(30)
    const texts = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' }).split('\f').slice(0, pages)
    for (const [index, text] of texts.entries()) expect(text, `page ${index + 1}`).toContain('SIMULATED')
    const whole = texts.join('\n')
    expect(whole.replace(/\s+/g, ' ')).toContain(question)
    expect(whole).toMatch(/\d\.\d+\s*\[\d+\.\d+,\s*\d+\.\d+\]/)
    expect(whole).toContain('all_reduce_perf')
  })
}
