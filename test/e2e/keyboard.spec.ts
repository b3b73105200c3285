import { expect, test, type Page } from '@playwright/test'
import { trustLab } from './state'
import { expectQuiet } from './watch'
import { openWebWindow, type WebWindow } from './web-window'
import { startLabProcess, type LabProcess } from './world'

let lab: LabProcess
let window: WebWindow
let page: Page

test.describe.configure({ mode: 'serial' })
test.beforeAll(async () => {
  lab = await startLabProcess()
  trustLab(lab)
  window = await openWebWindow(lab.sshConfigFile)
  page = window.page
})
test.afterAll(async () => {
  await window?.close()
  await lab?.close()
})
test.afterEach(() => expectQuiet(window.watched))

/** The name of the control that has the focus; empty when it is none. */
const focused = (): Promise<string> =>
  page.evaluate(() => {
    const element = document.activeElement
    if (!(element instanceof HTMLElement) || !element.matches('a, button, input, textarea, [role]')) return ''
    const labels = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement ? [...(element.labels ?? [])] : []
    const named = (element.getAttribute('aria-labelledby') ?? '').split(' ').map((id) => document.getElementById(id))
    const name = [...named, ...labels].map((each) => each?.textContent ?? '').join(' ')
    const own = element.matches('a, button, [role="option"]') ? element.textContent : ''
    return (name.trim() || element.getAttribute('aria-label') || own || '').trim()
  })

/** Presses Tab until what is focused has this text, as a person without a mouse does. */
const tabTo = async (text: string | RegExp, most = 60): Promise<void> => {
  for (let presses = 0; presses < most; presses += 1) {
    const now = await focused()
    if (typeof text === 'string' ? now === text : text.test(now)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab never reached ${text}; the last was "${await focused()}"`)
}

const heading = (name: string) => page.getByRole('heading', { level: 1, name })

test('g and a letter go to every screen, and the screen takes the focus', async () => {
  await expect(heading('Hosts')).toBeVisible()
  for (const [key, name] of [
    ['e', 'Experiments'],
    ['c', 'Compare'],
    ['i', 'Indicators'],
    ['r', 'Reports'],
    ['h', 'Hosts'],
  ] as const) {
    await page.keyboard.press('g')
    await page.keyboard.press(key)
    await expect(heading(name)).toBeVisible()
    await expect(page.getByRole('main')).toBeFocused()
  }
})

test('the first Tab offers to skip the navigation', async () => {
  await page.reload()
  await expect(heading('Hosts')).toBeVisible()
  await page.keyboard.press('Tab')
  expect(await focused()).toBe('Skip to content')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('main')).toBeFocused()
})

test('hosts are added without a mouse, and a dialog gives the focus back', async () => {
  for (const [index, host] of lab.hosts.entries()) {
    await tabTo('Add a host')
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Add a host' })
    await expect(dialog).toBeVisible()
    if (index === 0) {
      await page.keyboard.press('Escape')
      await expect(dialog).toBeHidden()
      await expect.poll(focused).toBe('Add a host')
      await page.keyboard.press('Enter')
    }
    await tabTo(/SSH alias$/)
    await page.keyboard.press('Enter')
    await page.getByRole('option', { name: host.name, exact: true }).waitFor()
    for (let steps = 0; (await focused()) !== host.name && steps < 5; steps += 1) await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await tabTo('Add and test')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('complementary', { name: host.name })).toContainText('Connected in')
    await tabTo('Take inventory')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { name: 'What it can run' })).toBeVisible({ timeout: 60_000 })
  }
})

test('an experiment is planned and run without a mouse', async () => {
  await page.keyboard.press('Control+k')
  await page.keyboard.type('New exp')
  await page.keyboard.press('Enter')
  await expect(heading('New experiment')).toBeVisible()
  await tabTo(/^Question/)
  await page.keyboard.type('Can a keyboard do it?')
  await tabTo(/^seconds/)
  await page.keyboard.type('1')
  await tabTo(/^Repeats/)
  await page.keyboard.press('Control+a')
  await page.keyboard.type('1')
  await tabTo(/^Warm-up/)
  await page.keyboard.press('Control+a')
  await page.keyboard.type('0')
  await expect(page.getByRole('button', { name: 'Run experiment' })).toBeEnabled()
  await page.getByRole('main').focus()
  await tabTo('Run experiment')
  await page.keyboard.press('Enter')
  await expect(heading('Can a keyboard do it?')).toBeVisible()
  await expect(page.getByText('4 of 4 launches')).toBeVisible({ timeout: 90_000 })
})

test('arrow keys walk the block diagram and the inspector follows', async () => {
  await page.getByRole('main').focus()
  await tabTo(/^(tcp|nccl), /)
  const first = await focused()
  await page.keyboard.press(first.startsWith('tcp') ? 'ArrowDown' : 'ArrowUp')
  const second = await focused()
  expect(second).not.toBe(first)
  const arm = /^(\w+), (\w+):/.exec(second)
  await expect(page.getByRole('complementary', { name: `${arm?.[1]} ${arm?.[2]}` })).toBeVisible()
})
