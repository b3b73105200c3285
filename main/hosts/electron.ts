import { join } from 'node:path'
import { app, BrowserWindow, dialog, ipcMain, Menu, session } from 'electron'
import { toProblem } from '../../preload/contract'
import { sharedMessages } from '../../preload/contract/messages'
import { contentSecurityPolicy } from '../adapters/http/static'
import { pageUrl } from '../adapters/ipc/guard'
import { serveIpc } from '../adapters/ipc/serve-ipc'
import { createElectronPrinter } from '../adapters/pdf/electron-printer'
import { defaultDataDir } from '../adapters/system/data-dir'
import { appRoot, rendererDir } from './app-root'
import { compose } from './compose'

const webPreferences: Electron.WebPreferences = {
  preload: join(appRoot, 'out/preload/index.cjs'),
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

const openWindow = async (): Promise<void> => {
  const window = new BrowserWindow({
    width: 1280,
    height: 800,
    minWidth: 960,
    minHeight: 600,
    show: false,
    title: 'Headroom',
    webPreferences,
  })
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
  serveIpc({
    ipcMain,
    server: composed.server,
    page,
    onEvent: (listener) => composed.events.on(listener),
    broadcast: (channel, event, payload) => {
      for (const window of BrowserWindow.getAllWindows()) window.webContents.send(channel, event, payload)
    },
  })
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
    const { problems, phrase } = sharedMessages[/^zh/i.test(app.getLocale()) ? 'zh-CN' : 'en']
    const words = problems[code]
    dialog.showErrorBox(words.title, `${phrase(message)}\n\n${words.why}\n${words.fix}`)
    app.exit(1)
  })
}
