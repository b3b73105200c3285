import { createClient, type Client } from '../preload/contract/rpc'
import { bridgeTransport, type Bridge } from './transport/bridge'
import { httpTransport } from './transport/http'
import { readToken } from './transport/token'
import type { ObservableTransport } from './transport/types'

declare global {
  interface Window {
    /** Present in Electron only. */
    headroom?: Bridge
  }
}

export interface Connection {
  client: Client
  transport: ObservableTransport
}

/** Absolute path of a dropped or chosen file or folder, where the page may know it (Electron); else null. */
export const localPath = (page: Window, file: File): string | null => page.headroom?.pathOf(file) || null

/** The Electron bridge when the preload left one, else HTTP to the page's own origin. */
export const connect = (page: Window): Connection => {
  const transport = page.headroom
    ? bridgeTransport(page.headroom)
    : httpTransport({ token: readToken(page), fetch: (input, init) => page.fetch(input, init) })
  return { client: createClient(transport), transport }
}
