import { AppError, appError } from '../../../preload/contract'
import type { Clock } from '../../ports/clock'
import type { RemoteHost } from '../../ports/remote-host'
import { exchange } from './exchange'
import type { Kit } from './kit'
import { composeProgram } from './program'

export interface PullContext {
  host: RemoteHost
  kit: Kit
  clock: Clock
  jobId: string
  signal: AbortSignal | undefined
}

export interface RemoteFile {
  name: string
  sizeBytes: number
}

/** Takes the bytes of a range in order, each once. */
export interface RangeTaker {
  take(bytes: Uint8Array): void
  /** A promise when the host should wait. */
  held?(): Promise<void> | undefined
}

/** dd's block on the host. */
export const blockBytes = 262_144
export const fruitlessAttempts = 4
const idleTimeoutMs = 60_000

export const signalOf = (context: PullContext): { signal?: AbortSignal } => (context.signal ? { signal: context.signal } : {})

export const isLost = (error: unknown): boolean =>
  error instanceof AppError && (error.code === 'ssh.connection_lost' || error.code === 'ssh.unreachable')

/** Bytes `start` to `end` of a file, through lost connections as long as each attempt brings something; `end` is a block's end or the file's. */
export const pullRange = async (context: PullContext, name: string, start: number, end: number, taker: RangeTaker): Promise<void> => {
  let have = start
  let fruitless = 0
  while (have < end) {
    const before = have
    const block = Math.floor(have / blockBytes)
    let at = block * blockBytes
    const variables = { HR_JOB_ID: context.jobId, HR_NAME: name, HR_BLOCK: block, HR_LENGTH: end - at }
    const fileBytes = (chunk: Uint8Array): void => {
      const fresh = chunk.subarray(Math.min(chunk.length, have - at), Math.max(0, end - at))
      at += chunk.length
      if (fresh.length === 0) return
      have += fresh.length
      taker.take(fresh)
    }
    try {
      await exchange(
        context.host,
        (nonce) => composeProgram(context.kit, 'pull', variables, nonce, false),
        { fileBytes, held: () => taker.held?.() },
        { ...signalOf(context), idleTimeoutMs },
      )
      if (have < end) throw appError('remote.tool_failed', `The host sent fewer bytes of ${name} than it was asked for`)
    } catch (error) {
      fruitless = have > before ? 0 : fruitless + 1
      if (!isLost(error) || fruitless >= fruitlessAttempts || context.signal?.aborted) throw error
      await context.clock.sleep(100 * 2 ** fruitless, context.signal)
    }
  }
}
