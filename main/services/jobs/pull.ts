import { createHash, type Hash } from 'node:crypto'
import { appError } from '../../../preload/contract'
import type { FileSink } from '../../ports/jobs'
import { exchange } from './exchange'
import { composeProgram } from './program'
import { blockBytes, fruitlessAttempts, isLost, signalOf, type PullContext, type RemoteFile } from './pull-range'
import { pullSegments } from './pull-segments'
import { pullStream, SinkWriter } from './pull-stream'

/** The first part of a file tells how fast one channel is; a multiple of the block. */
const firstBytes = 16 * 1024 * 1024
/** A channel slower than this may be held up by its window, so that several are tried. */
const slowBytesPerSecond = 60e6

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
  const end = file.sizeBytes
  const firstEnd = Math.min(end, from - (from % blockBytes) + firstBytes)
  const writer = new SinkWriter(hash, sink)
  let slow: boolean
  try {
    const bytesPerSecond = await pullStream(context, file.name, { from, end: firstEnd }, writer)
    slow = bytesPerSecond < slowBytesPerSecond
    if (!slow) await pullStream(context, file.name, { from: firstEnd, end }, writer)
  } finally {
    // Also after a failure: what arrived need not come again.
    await writer.flush()
  }
  if (slow) await pullSegments(context, file, firstEnd, hash, sink)
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
