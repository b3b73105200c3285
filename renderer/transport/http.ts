import { reply } from '../../preload/contract/rpc'
import { createListeners } from './listeners'
import { reconnectDelayMs } from './backoff'
import { createSseParser } from './sse'
import { OfflineError, UnauthorisedError, type ConnectionStatus, type ObservableTransport } from './types'

interface HttpOptions {
  token: string | null
  fetch: typeof globalThis.fetch
}

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

const headersFor = (token: string | null): Record<string, string> => (token === null ? {} : { authorization: `Bearer ${token}` })

const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError'

/** HTTP POST for calls, one fetched event stream for all events (EventSource cannot send the token's header). */
export const httpTransport = ({ token, fetch }: HttpOptions): ObservableTransport => {
  const listeners = createListeners<unknown>()
  const statusListeners = createListeners<ConnectionStatus>()
  let status: ConnectionStatus = 'connecting'

  const setStatus = (next: ConnectionStatus): void => {
    if (next === status) return
    status = next
    statusListeners.emit('status', next)
  }

  const readStream = async (): Promise<void> => {
    const response = await fetch('/api/events', { headers: headersFor(token), cache: 'no-store' })
    if (!response.ok || !response.body) throw new OfflineError(`The event stream answered ${response.status}.`)
    setStatus('open')
    const parse = createSseParser(({ event, data }) => listeners.emit(event, JSON.parse(data)))
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      parse(value)
    }
  }

  const follow = async (): Promise<never> => {
    for (let attempt = 0; ; attempt += 1) {
      const opened = status
      try {
        await readStream()
      } catch (error) {
        // Any end of the stream is handled alike: say that it is lost, try again.
        console.info('The event stream ended:', error instanceof Error ? error.message : error)
      }
      if (status === 'open' && opened !== 'open') attempt = 0
      setStatus('lost')
      await wait(reconnectDelayMs(attempt))
    }
  }

  let following = false
  const followOnce = (): void => {
    if (following) return
    following = true
    void follow()
  }

  return {
    async call(id, method, payload, signal) {
      const response = await fetch('/api/call', {
        method: 'POST',
        headers: { ...headersFor(token), 'content-type': 'application/json' },
        body: JSON.stringify({ id, method, payload }),
        signal: signal ?? null,
      }).catch((error: unknown) => {
        throw isAbort(error) ? error : new OfflineError('Headroom could not be reached.', { cause: error })
      })
      if (response.status === 401 || response.status === 403) throw new UnauthorisedError('The page has no valid token.')
      const body: unknown = await response.json().catch((error: unknown) => {
        throw isAbort(error) ? error : new OfflineError(`Headroom answered ${response.status} without a reply.`, { cause: error })
      })
      return reply.parse(body)
    },
    subscribe(event, listener) {
      followOnce()
      return listeners.add(event, listener)
    },
    onStatus(listener) {
      followOnce()
      listener(status)
      return statusListeners.add('status', listener)
    },
  }
}
