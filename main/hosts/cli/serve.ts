import { spawn } from 'node:child_process'
import type { Command } from 'commander'
import { appError } from '../../../preload/contract'
import type { App } from '../compose'
import { withApp } from './context'
import { exitCodes } from './exit-codes'
import type { Action, Register } from './main'
import { printJson, remark, sayLine } from './print'

/** Opens the default browser; where there is none the printed address is enough. */
export const openBrowser = (url: string): void => {
  const [command, args] =
    process.platform === 'darwin'
      ? ['open', [url]]
      : process.platform === 'win32'
        ? ['rundll32', ['url.dll,FileProtocolHandler', url]]
        : ['xdg-open', [url]]
  const child = spawn(command as string, args as string[], { stdio: 'ignore', detached: true })
  child.on('error', () => remark('No browser could be opened here; open the address above.'))
  child.unref()
}

/** Serves until interrupted. */
export const serveUntilStopped = async (app: App, options: { port?: number; open: boolean; json: boolean }): Promise<void> => {
  const web = await app.serve(options.port)
  if (options.json) printJson({ url: web.url, origin: web.origin })
  else {
    sayLine(`Headroom is open at ${web.url}`)
    sayLine('Stop it with Ctrl-C.')
  }
  if (options.open) openBrowser(web.url)
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  await web.close()
}

const serve: Action = async (options) => {
  const port = options.port === undefined ? undefined : Number(options.port)
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port < 65536))
    throw appError('input.usage', '--port takes a number from 0 to 65535.')
  const use = async (app: App): Promise<number> => {
    app.resumeInterrupted()
    await serveUntilStopped(app, { port, open: options.open === true, json: options.json === true })
    return exitCodes.done
  }
  return withApp({ ...options }, 'write', use, 'window')
}

export const addServeCommands = (program: Command, register: Register): void => {
  register(program, 'serve', 'the app in a browser, on loopback only', serve, (command) =>
    command.option('--port <n>', 'port on 127.0.0.1 (default: a free one)').option('--open', 'open the default browser'),
  )
}
