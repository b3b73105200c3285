import { createHash, type Hash } from 'node:crypto'
import { AppError, appError } from '../../../preload/contract'
import type { Clock } from '../../ports/clock'
import type { FileSink } from '../../ports/jobs'
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

/** dd's block on the host. */
const blockBytes = 262_144
/** One exec; a multiple of the block. What waits for its turn is held in memory, so channels x segment bounds it. */
const segmentBytes = 16 * 1024 * 1024
/** A channel's window (2 MiB) caps it on a long link, so that several run side by side. */
const channels = 3
const fruitlessAttempts = 4

/** Fills `bytes` from offset `start` of a remote file, through lost connections as long as each attempt brings something. */
const pullSegment = async (context: PullContext, name: string, start: number, bytes: Uint8Array): Promise<Uint8Array> => {
  const { length } = bytes
  let have = 0
  let fruitless = 0
  while (have < length) {
    const before = have
    const block = Math.floor((start + have) / blockBytes)
    let at = block * blockBytes
    const variables = { HR_JOB_ID: context.jobId, HR_NAME: name, HR_BLOCK: block, HR_LENGTH: start + length - at }
    const fileBytes = (chunk: Uint8Array): void => {
      const skip = start + have - at
      at += chunk.length
      if (skip >= chunk.length) return
      const fresh = chunk.subarray(Math.max(0, skip))
      bytes.set(fresh.subarray(0, length - have), have)
      have = Math.min(length, have + fresh.length)
    }
    try {
      await exchange(
        context.host,
        (nonce) => composeProgram(context.kit, 'pull', variables, nonce, false),
        { fileBytes },
        { ...signalOf(context), idleTimeoutMs: 60_000 },
      )
      if (have < length) throw appError('remote.tool_failed', `The host sent fewer bytes of ${name} than it was asked for`)
    } catch (error) {
      fruitless = have > before ? 0 : fruitless + 1
      if (!isLost(error) || fruitless >= fruitlessAttempts || context.signal?.aborted) throw error
      await context.clock.sleep(100 * 2 ** fruitless, context.signal)
    }
  }
  return bytes
}

const signalOf = (context: PullContext): { signal?: AbortSignal } => (context.signal ? { signal: context.signal } : {})

const isLost = (error: unknown): boolean =>
  error instanceof AppError && (error.code === 'ssh.connection_lost' || error.code === 'ssh.unreachable')

/** SHA-256 of the file as the host reads it; asked for while the bytes travel. */
const hashOnHost = async (context: PullContext, name: string): Promise<string> => {
  for (let attempt = 1; ; attempt += 1) {
    let sha256 = ''
    const line = (verb: string, rest: string): void => {
      if (verb === 'hash' && /^[0-9a-f]{64}$/.test(rest)) sha256 = rest
    }
    try {
      await exchange(
        context.host,
        (nonce) => composeProgram(context.kit, 'hash', { HR_JOB_ID: context.jobId, HR_NAME: name }, nonce, false),
        { line },
        { ...signalOf(context), timeoutMs: 600_000 },
      )
    } catch (error) {
      if (!isLost(error) || attempt >= fruitlessAttempts || context.signal?.aborted) throw error
      await context.clock.sleep(100 * 2 ** attempt, context.signal)
      continue
    }
    if (sha256 === '') throw appError('remote.tool_missing', 'sha256sum, shasum and openssl are all missing on the host')
    return sha256
  }
}

/** From `from` on, in order, into the sink and the hash. */
const pullRest = async (context: PullContext, file: RemoteFile, from: number, hash: Hash, sink: FileSink): Promise<void> => {
  const running: Promise<Uint8Array>[] = []
  let next = from
  /** Into a buffer that is free: fresh ones for every segment would cost more than the copy. */
  const start = (buffer: Uint8Array): void => {
    if (next >= file.sizeBytes) return
    const length = Math.min(buffer.length - (next % blockBytes), file.sizeBytes - next)
    running.push(pullSegment(context, file.name, next, buffer.subarray(0, length)))
    next += length
  }
  const bufferBytes = Math.min(segmentBytes, Math.ceil((file.sizeBytes - from) / blockBytes + 1) * blockBytes)
  for (let channel = 0; channel < channels && next < file.sizeBytes; channel += 1)
    start(new Uint8Array(Buffer.allocUnsafeSlow(bufferBytes).buffer))
  try {
    for (;;) {
      const segment = running.shift()
      if (!segment) return
      const bytes = await segment
      hash.update(bytes)
      await sink.write(bytes)
      start(new Uint8Array(bytes.buffer))
    }
  } finally {
    // After a failure the others are waited for, so that none of them fails unheard.
    await Promise.allSettled(running)
  }
}

/** Pulls one file, `prefix` being what an earlier call brought; verified against the host's hash, once more from the start if they differ. */
export const pullFile = async (context: PullContext, file: RemoteFile, sink: FileSink, prefix?: Uint8Array): Promise<string> => {
  let from = prefix?.length ?? 0
  const hash = createHash('sha256')
  if (prefix) hash.update(prefix)
  const expected = hashOnHost(context, file.name)
  const [expectedSha256] = await settleBoth(expected, pullRest(context, file, from, hash, sink))
  if (hash.digest('hex') === expectedSha256) return expectedSha256
  from = 0
  await sink.restart()
  const again = createHash('sha256')
  const [secondSha256] = await settleBoth(hashOnHost(context, file.name), pullRest(context, file, from, again, sink))
  const got = again.digest('hex')
  if (got === secondSha256) return secondSha256
  throw appError('remote.checksum_mismatch', `${file.name} arrived twice with other bytes than the host has`, {
    evidence: `host ${secondSha256}, here ${got}`,
  })
}

/** Both results; the first failure is thrown only when the other has ended too. */
const settleBoth = async <A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> => {
  const [first, second] = await Promise.allSettled([a, b])
  if (second.status === 'rejected') throw second.reason
  if (first.status === 'rejected') throw first.reason
  return [first.value, second.value]
}
