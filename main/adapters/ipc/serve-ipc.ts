import type { EventName, Unsubscribe } from '../../../preload/contract'
import type { Server } from '../../../preload/contract/rpc'
import { isOwnFrame } from './guard'

interface Sender {
  sender: { id: number }
  senderFrame: { url: string; parent: unknown } | null
}

/** The two verbs of Electron's ipcMain that are used here. */
export interface IpcMain {
  handle(channel: string, listener: (event: Sender, message: unknown) => Promise<unknown>): void
  on(channel: string, listener: (event: Sender, message: unknown) => void): void
}

export interface IpcOptions {
  ipcMain: IpcMain
  server: Server
  /** The only page that may call. */
  page: string
  onEvent: (listener: (event: EventName, payload: unknown) => void) => Unsubscribe
  /** Sends to every window. */
  broadcast: (channel: string, event: string, payload: unknown) => void
}

/** Three channels: call, cancel, event. Every message's sender frame is checked; ids are per window, so one cannot cancel another's call. */
export const serveIpc = ({ ipcMain, server, page, onEvent, broadcast }: IpcOptions): void => {
  const calls = new Map<string, AbortController>()
  const key = (event: Sender, id: string): string => `${event.sender.id}/${id}`
  ipcMain.handle('headroom:call', async (event, message) => {
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
  ipcMain.on('headroom:cancel', (event, id) => {
    if (isOwnFrame(event, page)) calls.get(key(event, String(id)))?.abort()
  })
  onEvent((name, payload) => broadcast('headroom:event', name, payload))
}
