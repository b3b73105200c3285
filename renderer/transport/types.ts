import type { Unsubscribe } from '../../preload/contract/api'
import type { RpcTransport } from '../../preload/contract/rpc'

export type ConnectionStatus = 'connecting' | 'open' | 'lost'

/** A transport that also says whether its events still flow. */
export interface ObservableTransport extends RpcTransport {
  /** Called at once with the present status, then on every change. */
  onStatus(listener: (status: ConnectionStatus) => void): Unsubscribe
}

/** The program behind the window could not be reached; nothing is known about the call. */
export class OfflineError extends Error {
  override readonly name = 'OfflineError'
}

/** The web host did not accept the token of this page. */
export class UnauthorisedError extends Error {
  override readonly name = 'UnauthorisedError'
}
