import { BrowserWindow } from 'electron'
import { appError } from '../../../preload/contract'
import type { ReportPrinter } from '../../ports/report-printer'
import { escapeHtml, pageFooter, pageHeader } from './page-furniture'

const millimetresPerInch = 25.4

/** Polls because the page says it is ready with an attribute; the window is hidden, so nothing else is waiting. */
const waitReady = `new Promise((resolve) => {
  const look = () => {
    const found = document.querySelector('[data-report-ready]')
    if (found) resolve(found.getAttribute('data-report-ready'))
    else setTimeout(look, 50)
  }
  look()
})`

const withTimeout = async <T>(work: Promise<T>, timeoutMs: number): Promise<T> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(appError('report.failed', `The report page did not become ready within ${timeoutMs / 1000} s.`)),
      timeoutMs,
    )
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Prints the report route from a hidden window of its own. `page` is the app's own page without a fragment. */
export const createElectronPrinter = (options: {
  page: string
  webPreferences: Electron.WebPreferences
  timeoutMs?: number
}): ReportPrinter => ({
  async print(request) {
    const window = new BrowserWindow({ show: false, width: 1024, height: 1400, webPreferences: options.webPreferences })
    try {
      await window.loadURL(`${options.page}#/print/${encodeURIComponent(request.experiment)}?lang=${request.lang}`)
      const state: unknown = await withTimeout(window.webContents.executeJavaScript(waitReady), options.timeoutMs ?? 60_000)
      if (state !== 'ok') throw appError('report.failed', `The report page could not be drawn: ${String(state)}`)
      return await window.webContents.printToPDF({
        pageSize: request.paper,
        printBackground: true,
        displayHeaderFooter: true,
        headerTemplate: pageHeader(escapeHtml(request.header)),
        footerTemplate: pageFooter(escapeHtml(request.footer)),
        margins: {
          top: 20 / millimetresPerInch,
          bottom: 18 / millimetresPerInch,
          left: 16 / millimetresPerInch,
          right: 16 / millimetresPerInch,
        },
        generateTaggedPDF: true,
        generateDocumentOutline: true,
      })
    } finally {
      window.destroy()
    }
  },
})
