import { expect, test } from '@playwright/test'
import { openWebWindow } from './web-window'
import { expectQuiet } from './watch'
import { startLabProcess } from './world'

test('the window speaks Chinese when told so, remembers it, and goes back', async () => {
  const lab = await startLabProcess()
  const { page, watched, close } = await openWebWindow(lab.sshConfigFile)
  try {
    await page.getByRole('button', { name: 'Language' }).click()
    await page.getByRole('menuitemradio', { name: '简体中文' }).click()
    await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN')
    for (const hash of ['#/hosts', '#/experiments', '#/compare', '#/indicators', '#/reports']) {
      await page.evaluate((to) => (location.hash = to), hash)
      await expect(page.getByRole('heading', { level: 1, name: /\p{Script=Han}/u })).toBeVisible()
      // Names and paths stay as they are; sentences do not.
      const text = await page.getByRole('main').innerText()
      expect(text.replace(/~?\/[\w./-]+|Headroom|SSH|GPU|root|Linux|PDF|InfiniBand|all-reduce/g, '')).not.toMatch(/[A-Za-z]{4,}/)
    }
    // What a problem says of this case is found by its English, which the core sent.
    await page.evaluate(() => (location.hash = '#/experiments/nothing'))
    await expect(page.getByText('没有实验 “nothing”。')).toBeVisible()
    await page.evaluate(() => (location.hash = '#/hosts'))
    await page.reload()
    await expect(page.getByRole('heading', { level: 1, name: /\p{Script=Han}/u })).toBeVisible()
    await page.keyboard.press('Control+k')
    await page.keyboard.type('English')
    await page.keyboard.press('Enter')
    await expect(page.locator('html')).toHaveAttribute('lang', 'en')
    expectQuiet(watched)
  } finally {
    await close()
    await lab.close()
  }
})
