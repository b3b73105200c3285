import { join } from 'node:path'
import { app, BrowserWindow, dialog, ipcMain, Menu, session, type IpcMainInvokeEvent } from 'electron'
import { toProblem } from '../../preload/contract'
import { sharedMessages } from '../../preload/contract/messages'
import { contentSecurityPolicy } from '../adapters/http/static'
import { createElectronPrinter } from '../adapters/pdf/electron-printer'
import { defaultDataDir } from '../adapters/system/data-dir'
import { compose, type App } from './compose'
import { isOwnFrame, pageUrl } from './electron-guard'

const rendererDir = join(import.meta.dirname, '../renderer')
const webPreferences: Electron.WebPreferences = {
  preload: join(import.meta.dirname, '../preload/index.cjs'),
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  webSecurity: true,
  spellcheck: false,
}
const page = pageUrl(rendererDir, process.env.ELECTRON_RENDERER_URL)

const harden = (): void => {
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.defaultSession.setPermissionCheckHandler(() => false)
  session.defaultSession.webRequest.onHeadersReceived((details, respond) =>
    respond({ responseHeaders: { ...details.responseHeaders, 'Content-Security-Policy': [contentSecurityPolicy] } }),
  )
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => event.preventDefault())
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  })
}

const serveIpc = ({ server, events }: App): void => {
  const calls = new Map<string, AbortController>()
  const key = (event: { sender: Electron.WebContents }, id: string): string => `${event.sender.id}/${id}`
  ipcMain.handle('headroom:call', async (event: IpcMainInvokeEvent, message: unknown) => {
    if (!isOwnFrame(event, page)) return { ok: false, problem: { code: 'input.invalid', message: 'This frame may not call the core.' } }
    const { id, method, payload } = (message ?? {}) as { id?: unknown; method?: unknown; payload?: unknown }
    const aborter = new AbortController()
    calls.set(key(event, String(id)), aborter)
    try {
      return await server.call(String(id), String(method), payload, aborter.signal)
    } finally {
      calls.delete(key(event, String(id)))
    }
  })
  ipcMain.on('headroom:cancel', (event, id: unknown) => {
    if (isOwnFrame(event, page)) calls.get(key(event, String(id)))?.abort()
  })
  events.on((name, payload) => {
    for (const window of BrowserWindow.getAllWindows()) window.webContents.send('headroom:event', name, payload)
  })
}

const openWindow = async (): Promise<void> => {
  const window = new BrowserWindow({ width: 1280, height: 800, minWidth: 960, minHeight: 600, show: false, title: 'Headroom', webPreferences })
  window.once('ready-to-show', () => window.show())
  await window.loadURL(page)
}

const start = async (): Promise<void> => {
  await app.whenReady()
  harden()
  Menu.setApplicationMenu(Menu.buildFromTemplate([{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'viewMenu' }, { role: 'windowMenu' }]))
  const composed = await compose({
    dataDir: defaultDataDir(),
    host: 'electron',
    printer: () => createElectronPrinter({ page, webPreferences }),
  })
  serveIpc(composed)
  composed.resumeInterrupted()
  await openWindow()
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) void openWindow()
  })
  app.on('before-quit', () => void composed.close())
}

if (!app.requestSingleInstanceLock()) {
  app.quit()
} else {
  app.on('second-instance', () => {
    const [window] = BrowserWindow.getAllWindows()
    if (window?.isMinimized()) window.restore()
    window?.focus()
  })
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  start().catch((error: unknown) => {
    const { code, message } = toProblem(error)
    const words = sharedMessages.en.problems[code]
    dialog.showErrorBox(words.title, `${message}\n\n${words.why}\n${words.fix}`)
    app.exit(1)
  })
}
