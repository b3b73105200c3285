import { expect, type Page } from '@playwright/test'

/** Everything a page must never do, as it happens. */
export interface Watch {
  findings: string[]
}

/** Notes dialogs, errors, CSP violations and requests that leave `origin`. Call before the page opens anything. */
export const watch = async (page: Page, origin: string): Promise<Watch> => {
  const findings: string[] = []
  page.on('dialog', (dialog) => {
    findings.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('pageerror', (error) => findings.push(`page error: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error') findings.push(`console: ${message.text()}`)
  })
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(`${origin}/`) && !/^(data|blob):/.test(url)) findings.push(`request: ${url}`)
  })
  page.on('popup', (popup) => findings.push(`popup: ${popup.url()}`))
  await page.exposeFunction('noteViolation', (text: string) => findings.push(`CSP: ${text}`))
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const note = (window as unknown as { noteViolation(text: string): void }).noteViolation
      note(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`)
    })
  })
  return { findings }
}

export const expectQuiet = (watched: Watch): void => expect(watched.findings).toEqual([])
