import type { FollowOptions } from '../../ports/jobs'
import type { FileFrame, FrameHandler } from './frames'
import { StatusReader } from './status'
import type { JobStatus } from '../../ports/jobs'

const logNames = ['stdout', 'stderr', 'progress'] as const
export type LogOffsets = Record<(typeof logNames)[number], number>

export const isLogName = (name: string): name is keyof LogOffsets => (logNames as readonly string[]).includes(name)

/** Delivers each byte of a log once, whatever is sent again after a lost connection; moves the offsets on. */
export const deliverLog = (name: string, offsetBytes: number, chunk: Uint8Array, at: LogOffsets, onLog: FollowOptions['onLog']): void => {
  if (!isLogName(name)) return
  const known = Math.min(chunk.length, Math.max(0, at[name] - offsetBytes))
  const fresh = chunk.subarray(known)
  if (fresh.length === 0 || offsetBytes > at[name]) return
  at[name] += fresh.length
  onLog?.(name, fresh.slice())
}

/** The handler of a following exec: statuses to onStatus, log bytes to onLog. */
export const followHandler = (
  at: LogOffsets,
  options: FollowOptions,
  onStatus: (status: JobStatus) => void,
  onLine: (verb: string, rest: string) => void,
): FrameHandler => {
  const reader = new StatusReader()
  let frame: FileFrame | null = null
  let offset = 0
  let texts: Uint8Array[] = []
  return {
    line: (verb, rest) => {
      const status = reader.line(verb, rest)
      if (status) onStatus(status)
      else onLine(verb, rest)
    },
    fileStart: (started) => {
      frame = started
      offset = started.offsetBytes
      texts = []
    },
    fileBytes: (chunk) => {
      if (!frame) return
      if (isLogName(frame.name)) deliverLog(frame.name, offset, chunk, at, options.onLog)
      else texts.push(chunk.slice())
      offset += chunk.length
    },
    fileEnd: () => {
      if (frame && frame.name.startsWith('.')) reader.text(frame.name, Buffer.concat(texts).toString())
      frame = null
    },
  }
}
