import { appError } from '../../../preload/contract'

export interface FileFrame {
  name: string
  offsetBytes: number
  lengthBytes: number
  /** The file from its first to its last byte; false: a part of it, as of a growing log. */
  whole: boolean
}

export interface FrameHandler {
  line(verb: string, rest: string): void
  fileStart(frame: FileFrame): void
  /** A view into the transport's buffer: copy what is kept. */
  fileBytes(chunk: Uint8Array): void
  fileEnd(): void
  /** Asked after every chunk of the transport: a promise when the host should wait. */
  held?(): Promise<void> | undefined
}

const newline = 10
/** No line of the protocol is longer; a longer one is noise. */
const longestLine = 65_536
const decoder = new TextDecoder()

/**
 * Reads `@hr:<nonce> verb rest` lines and `@hr:<nonce> file name offset length part|whole` + raw bytes + newline, in chunks of any size.
 * Other lines are what a host's start-up files print, and are passed over. Throws remote.tool_failed when a frame is torn.
 */
export class FrameParser {
  private readonly marker: string
  private line: Uint8Array[] = []
  private lineBytes = 0
  private overlong = false
  /** Bytes of a file that are still to come; -1: its closing newline; null: between frames. */
  private pending: number | null = null

  constructor(
    nonce: string,
    private readonly handler: FrameHandler,
  ) {
    this.marker = `@hr:${nonce} `
  }

  /** True while a file's bytes are incomplete. */
  get inFile(): boolean {
    return this.pending !== null
  }

  push(chunk: Uint8Array): void {
    let at = 0
    while (at < chunk.length) {
      if (this.pending === null) at = this.readLine(chunk, at)
      else if (this.pending > 0) at = this.readBytes(chunk, at, this.pending)
      else at = this.readClosing(chunk, at)
    }
  }

  private readLine(chunk: Uint8Array, at: number): number {
    const end = chunk.indexOf(newline, at)
    const stop = end < 0 ? chunk.length : end
    this.keep(chunk.subarray(at, stop))
    if (end < 0) return chunk.length
    const parts = this.line
    const readable = !this.overlong
    this.line = []
    this.lineBytes = 0
    this.overlong = false
    if (readable) this.take(decoder.decode(parts.length === 1 ? parts[0] : Buffer.concat(parts)))
    return end + 1
  }

  private keep(piece: Uint8Array): void {
    if (this.overlong || piece.length === 0) return
    this.lineBytes += piece.length
    if (this.lineBytes > longestLine) {
      this.overlong = true
      this.line = []
    } else {
      this.line.push(piece.slice())
    }
  }

  private take(line: string): void {
    if (!line.startsWith(this.marker)) return
    const text = line.slice(this.marker.length)
    const blank = text.indexOf(' ')
    const verb = blank < 0 ? text : text.slice(0, blank)
    const rest = blank < 0 ? '' : text.slice(blank + 1)
    if (verb !== 'file') return this.handler.line(verb, rest)
    const match = /^(\S+) (\d{1,15}) (\d{1,15}) (part|whole)$/.exec(rest)
    if (!match) throw appError('remote.tool_failed', 'The host sent a file header that cannot be read', { evidence: rest.slice(0, 200) })
    const lengthBytes = Number(match[3])
    this.pending = lengthBytes > 0 ? lengthBytes : -1
    this.handler.fileStart({
      name: match[1] ?? '',
      offsetBytes: Number(match[2]),
      lengthBytes,
      whole: match[4] === 'whole',
    })
  }

  private readBytes(chunk: Uint8Array, at: number, pending: number): number {
    const stop = Math.min(chunk.length, at + pending)
    const left = pending - (stop - at)
    this.pending = left > 0 ? left : -1
    this.handler.fileBytes(chunk.subarray(at, stop))
    return stop
  }

  private readClosing(chunk: Uint8Array, at: number): number {
    if (chunk[at] !== newline) throw appError('remote.tool_failed', 'A file changed on the host while it was read')
    this.pending = null
    this.handler.fileEnd()
    return at + 1
  }
}
