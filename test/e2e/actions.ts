import { expect, type Locator, type Page } from '@playwright/test'

/** Opens a screen through the rail. */
export const goTo = async (page: Page, screen: 'Hosts' | 'Experiments' | 'Compare' | 'Indicators' | 'Reports'): Promise<void> => {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: screen }).click()
  await expect(page.getByRole('heading', { level: 1, name: screen })).toBeVisible()
}

export const inspector = (page: Page, name?: string | RegExp): Locator => page.getByRole('complementary', name ? { name } : {})

/** Adds a host of the SSH config and accepts its key; returns the fingerprint that the dialog showed. */
export const addHost = async (page: Page, alias: string): Promise<string> => {
  await goTo(page, 'Hosts')
  await page.getByRole('button', { name: 'Add a host' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a host' })
  await dialog.getByRole('button', { name: /SSH alias/ }).click()
  await page.getByRole('option', { name: alias, exact: true }).click()
  await dialog.getByRole('button', { name: 'Add and test' }).click()
  const question = page
    .getByRole('alertdialog')
    .or(page.getByRole('dialog'))
    .filter({ hasText: `Is this really ${alias}?` })
  await expect(question).toBeVisible()
  const text = await question.innerText()
  const fingerprint = /SHA256:[A-Za-z0-9+/]{43}/.exec(text)?.[0] ?? ''
  await question.getByRole('button', { name: 'Accept and remember' }).click()
  await expect(question).toBeHidden()
  await expect(inspector(page, alias)).toContainText('Connected in')
  return fingerprint
}

export const takeInventory = async (page: Page, alias: string): Promise<void> => {
  await goTo(page, 'Hosts')
  await page.getByRole('link', { name: alias, exact: true }).click()
  await inspector(page, alias).getByRole('button', { name: 'Take inventory' }).click()
  await expect(inspector(page, alias).getByRole('heading', { name: 'What it can run' })).toBeVisible({ timeout: 60_000 })
}

/** Fills a text field of the plan form by its label. */
export const fillField = async (scope: Page | Locator, label: string | RegExp, value: string): Promise<void> => {
  await scope.getByLabel(label).fill(value)
}
