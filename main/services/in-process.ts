import type { RpcTransport, Server } from '../../preload/contract/rpc'
import type { EventBus } from './events'

/** The transport of the command line and of tests: the same JSON crossing as over HTTP, so that nothing works only here. */
export const createInProcessTransport = (server: Server, events: EventBus): RpcTransport => ({
  async call(id, method, payload, signal = new AbortController().signal) {
    const reply = await server.call(id, method, JSON.parse(JSON.stringify(payload ?? {})), signal)
    return JSON.parse(JSON.stringify(reply)) as typeof reply
  },
  subscribe: (event, listener) =>
    events.on((name, payload) => (name === event ? listener(JSON.parse(JSON.stringify(payload))) : undefined)),
})
