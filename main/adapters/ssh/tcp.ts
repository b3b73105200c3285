import net from 'node:net'
import { AppError, appError } from '../../../preload/contract'
import { bulkReads } from './bulk-reads'
import type { SshTarget } from './config/target'
import { sanitiseLine } from './sanitise'
import { cancelled } from './slots'

/** The server refused the TCP connection, or dropped it before the host key: worth another try a little later. */
export class TransientConnectError extends AppError {
  constructor(
    readonly kind: 'refused' | 'dropped',
    message: string,
    target: SshTarget,
    cause?: unknown,
  ) {
    super({ code: 'ssh.unreachable', message, params: { host: target.hostName, port: target.port } }, { cause })
  }
}

/** ssh.unreachable with its reason. */
export const unreachable = (target: SshTarget, why: string, cause?: unknown): AppError =>
  appError('ssh.unreachable', `${target.hostName}:${target.port} cannot be reached: ${why}.`, {
    params: { host: target.hostName, port: target.port, reason: why },
    cause,
  })

const socketReasons: Record<string, string> = {
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'the name service does not answer',
  ETIMEDOUT: 'no answer',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'the network cannot be reached',
  EADDRNOTAVAIL: 'the address is not available',
}

/** A TCP connection without Nagle's algorithm. Throws ssh.unreachable, run.cancelled. */
export const connectTcp = (target: SshTarget, timeoutMs: number, signal: AbortSignal): Promise<net.Socket> =>
  new Promise((resolve, reject) => {
    if (signal.aborted) return reject(cancelled())
    const socket: net.Socket = net.connect({
      ...bulkReads(() => socket),
      host: target.hostName,
      port: target.port,
      family: target.family,
      noDelay: true,
      autoSelectFamily: target.family === 0,
      // Node's 250 ms would give up on a far host's first address too early.
      autoSelectFamilyAttemptTimeout: 1000,
    })
    const finish = (error: AppError | null): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      socket.removeListener('error', fail)
      if (error === null) return resolve(socket)
      socket.on('error', () => undefined).destroy()
      reject(error)
    }
    const fail = (error: NodeJS.ErrnoException): void => {
      const code = error.code ?? 'unknown'
      if (code === 'ECONNREFUSED') {
        return finish(
          new TransientConnectError(
            'refused',
            `${target.hostName}:${target.port} refuses connections: nothing listens there.`,
            target,
            error,
          ),
        )
      }
      finish(unreachable(target, socketReasons[code] ?? sanitiseLine(error.message), error))
    }
    const abort = (): void => finish(cancelled())
    const timer = setTimeout(() => finish(unreachable(target, `no answer within ${Math.round(timeoutMs / 100) / 10} s`)), timeoutMs)
    signal.addEventListener('abort', abort, { once: true })
    socket.once('error', fail).once('connect', () => finish(null))
  })
