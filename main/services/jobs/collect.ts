import { appError, type Warning } from '../../../preload/contract'
import type { CollectedFile, CollectedJob, CollectOptions, FileSink, JobStatus } from '../../ports/jobs'
import { sha256Hex } from './kit'
import { pullFile } from './pull'
import type { PullContext, RemoteFile } from './pull-range'
import type { FileFrame } from './frames'
import { outFileName, parseCounters, StatusReader } from './status'

/** Files up to this many bytes in all come with the answer of `collect` itself. */
export const inlineBytes = 4 * 1024 * 1024
const defaultMaxBytes = 8 * 1024 ** 3
const text = new TextDecoder()

interface Answer {
  status: JobStatus
  files: CollectedFile[]
  /** Too large for the answer: still to be pulled. */
  rest: RemoteFile[]
  counters: { before: string; after: string }
  warnings: Warning[]
}

/** Reads the frames of `collect` and `run`. */
export class CollectReader {
  private readonly reader = new StatusReader()
  private status: JobStatus | null = null
  private readonly files: CollectedFile[] = []
  private readonly rest: RemoteFile[] = []
  private readonly counters = { before: '', after: '' }
  private current: { frame: FileFrame; bytes: Uint8Array; have: number } | null = null

  constructor(private readonly onStatus: (status: JobStatus) => void = () => undefined) {}

  line(verb: string, rest: string): void {
    if (verb === 'large') {
      const [size = '', name = ''] = rest.split(' ')
      if (/^\d{1,15}$/.test(size) && outFileName.test(name)) this.rest.push({ name, sizeBytes: Number(size) })
      return
    }
    const status = this.reader.line(verb, rest)
    if (!status) return
    this.status = status
    this.onStatus(status)
  }

  fileStart(frame: FileFrame): void {
    if (frame.lengthBytes > inlineBytes) throw appError('remote.tool_failed', 'The host sent a larger file than was asked for')
    this.current = { frame, bytes: new Uint8Array(frame.lengthBytes), have: 0 }
  }

  fileBytes(chunk: Uint8Array): void {
    if (!this.current) return
    this.current.bytes.set(chunk, this.current.have)
    this.current.have += chunk.length
  }

  fileEnd(): void {
    if (!this.current) return
    const { frame, bytes } = this.current
    this.current = null
    if (frame.name === '.counters.before') this.counters.before = text.decode(bytes)
    else if (frame.name === '.counters.after') this.counters.after = text.decode(bytes)
    else if (frame.name.startsWith('.')) this.reader.text(frame.name, text.decode(bytes))
    else if (outFileName.test(frame.name)) this.files.push({ name: frame.name, sha256: sha256Hex(bytes), bytes })
  }

  /** Throws remote.tool_failed when the answer held no status. */
  answer(): Answer {
    if (!this.status) throw appError('remote.tool_failed', 'The host sent no job status')
    return { status: this.status, files: this.files, rest: this.rest, counters: this.counters, warnings: this.reader.warnings }
  }
}

/** What a broken-off collect had of its files, by a key of host, job and file; the next collect goes on from there. */
export type Partials = Map<string, { bytes: Uint8Array; have: number }>

const intoMemory = async (context: PullContext, file: RemoteFile, partials: Partials): Promise<CollectedFile> => {
  const key = `${context.host.target} ${context.jobId} ${file.name}`
  const kept = partials.get(key)
  const partial = kept?.bytes.length === file.sizeBytes ? kept : { bytes: new Uint8Array(file.sizeBytes), have: 0 }
  partials.set(key, partial)
  const sink: FileSink = {
    write: (chunk) => {
      partial.bytes.set(chunk, partial.have)
      partial.have += chunk.length
    },
    restart: () => {
      partial.have = 0
    },
  }
  const sha256 = await pullFile(context, file, sink, partial.bytes.subarray(0, partial.have))
  partials.delete(key)
  return { name: file.name, sha256, bytes: partial.bytes }
}

/** The smallest first, until the cap. */
const withinCap = (files: RemoteFile[], capBytes: number): { taken: RemoteFile[]; left: RemoteFile[] } => {
  let free = capBytes
  const taken: RemoteFile[] = []
  const left: RemoteFile[] = []
  for (const file of [...files].sort((a, b) => a.sizeBytes - b.sizeBytes)) {
    if (file.sizeBytes <= free) {
      free -= file.sizeBytes
      taken.push(file)
    } else {
      left.push(file)
    }
  }
  return { taken, left }
}

/** Pulls what the answer left out and puts the collected job together. */
export const completeCollect = async (
  context: PullContext,
  answer: Answer,
  partials: Partials,
  options: CollectOptions,
): Promise<CollectedJob> => {
  const inlineSize = answer.files.reduce((sum, file) => sum + file.bytes.length, 0)
  const { taken, left } = withinCap(answer.rest, (options.maxBytes ?? defaultMaxBytes) - inlineSize)
  const files = [...answer.files]
  const streamed: NonNullable<CollectedJob['streamed']> = []
  for (const file of taken) {
    const sink = (await options.sinkFor?.(file.name, file.sizeBytes)) ?? null
    if (sink) streamed.push({ name: file.name, sizeBytes: file.sizeBytes, sha256: await pullFile(context, file, sink) })
    else files.push(await intoMemory(context, file, partials))
  }
  const skipped = left.map((file): Warning => ({
    code: 'collect.too_large',
    message: `${file.name} (${file.sizeBytes} bytes) was left on the host: the cap on collected bytes is reached`,
  }))
  return {
    status: answer.status,
    files: files.sort((a, b) => (a.name < b.name ? -1 : 1)),
    countersBefore: parseCounters(answer.counters.before),
    countersAfter: parseCounters(answer.counters.after),
    simulated: answer.status.simulated ?? false,
    streamed,
    warnings: [...answer.warnings, ...skipped],
  }
}
