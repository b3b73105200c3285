import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright'
import { AppError, appError } from '../../../preload/contract'
import type { PrintRequest, ReportPrinter } from '../../ports/report-printer'
import { escapeHtml, pageFooter, pageHeader, paperMargins } from './page-furniture'

const candidates = (env: NodeJS.ProcessEnv): string[] => {
  if (env.HEADROOM_CHROMIUM) return [env.HEADROOM_CHROMIUM]
  const windows = [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA].filter((root): root is string => !!root)
  return [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/usr/bin/google-chrome-stable',
    '/usr/bin/microsoft-edge',
    '/snap/bin/chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
    ...windows.flatMap((root) => [join(root, 'Google/Chrome/Application/chrome.exe'), join(root, 'Microsoft/Edge/Application/msedge.exe')]),
  ]
}

/** Path of an installed Chromium-family browser; undefined when there is none. */
export const findChromium = (env: NodeJS.ProcessEnv = process.env): string | undefined => candidates(env).find((path) => existsSync(path))

export interface ChromiumPrinterOptions {
  /** Where the app is served for the printing browser, and its token. */
  serve: () => Promise<{ origin: string; token: string; close(): Promise<void> }>
  timeoutMs?: number
}

const launch = async (): Promise<Browser> => {
  const executablePath = findChromium()
  if (!executablePath) throw appError('report.no_browser', 'No Chromium, Chrome or Edge was found to print the PDF with.')
  const { chromium } = await import('playwright')
  // Chromium refuses to run as root with its own sandbox; the page it prints is ours and offline.
  const asRoot = process.getuid?.() === 0
  return chromium.launch({
    executablePath,
    args: [
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...(asRoot ? ['--no-sandbox'] : []),
    ],
  })
}

const printPage = async (
  browser: Browser,
  site: { origin: string; token: string },
  request: PrintRequest,
  timeoutMs: number,
): Promise<Uint8Array> => {
  const page = await browser.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  await page.addInitScript((token) => sessionStorage.setItem('headroom.token', token), site.token)
  await page.emulateMedia({ media: 'print', colorScheme: 'light' })
  await page.goto(`${site.origin}#/print/${encodeURIComponent(request.experiment)}?lang=${request.lang}`, { timeout: timeoutMs })
  const ready = page.locator('[data-report-ready]')
  await ready.waitFor({ state: 'attached', timeout: timeoutMs }).catch((error: unknown) => {
    throw appError('report.failed', `The report page did not become ready. ${errors.join(' ')}`.trim(), { cause: error })
  })
  const state = await ready.getAttribute('data-report-ready')
  if (state !== 'ok') throw appError('report.failed', `The report page could not be drawn: ${state ?? 'no reason given'}`)
  return page.pdf({
    format: request.paper,
    printBackground: true,
    displayHeaderFooter: true,
    headerTemplate: pageHeader(escapeHtml(request.header)),
    footerTemplate: pageFooter(escapeHtml(request.footer)),
    margin: paperMargins,
    tagged: true,
    outline: true,
  })
}

/** Prints with the system's Chromium over the loopback web host. Throws report.no_browser, report.failed. */
export const createChromiumPrinter = ({ serve, timeoutMs = 60_000 }: ChromiumPrinterOptions): ReportPrinter => ({
  async print(request) {
    const browser = await launch()
    const site = await serve()
    const stop = (): void => void browser.close()
    request.signal?.addEventListener('abort', stop)
    try {
      return await printPage(browser, site, request, timeoutMs)
    } catch (error) {
      if (request.signal?.aborted) throw appError('run.cancelled', 'Printing was cancelled.')
      if (error instanceof AppError) throw error
      throw appError('report.failed', `The PDF could not be printed: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      })
    } finally {
      request.signal?.removeEventListener('abort', stop)
      await browser.close()
      await site.close()
    }
  },
})
