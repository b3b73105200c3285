import type { Unsubscribe } from '../../preload/contract/api'
import type { Reply } from '../../preload/contract/rpc'
import type { ObservableTransport } from './types'

/** What the Electron preload exposes as `window.headroom`. */
export interface Bridge {
  call(id: string, method: string, payload: unknown): Promise<Reply>
  cancel(id: string): void
  subscribe(event: string, listener: (payload: unknown) => void): Unsubscribe
  /** Where a dropped or chosen file lies on this machine; empty when it lies nowhere. */
  pathOf(file: File): string
}

/** Electron IPC; the main process lives as long as the window, so its status is always open. */
export const bridgeTransport = (bridge: Bridge): ObservableTransport => ({
  async call(id, method, payload, signal) {
    signal?.throwIfAborted()
    const cancel = (): void => bridge.cancel(id)
    signal?.addEventListener('abort', cancel, { once: true })
    try {
      return await bridge.call(id, method, payload)
    } finally {
      signal?.removeEventListener('abort', cancel)
    }
  },
  subscribe: (event, listener) => bridge.subscribe(event, listener),
  onStatus(listener) {
    listener('open')
    return () => undefined
  },
})
