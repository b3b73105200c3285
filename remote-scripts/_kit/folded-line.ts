import type { FrameKind } from '../../preload/contract'

/** Deep stacks of long names; what is longer is no stack of any profiler. */
export const maxStackLength = 262_144

export interface Stack {
  /** Root first. */
  frames: string[]
  /** One count, or two of a differential profile: before and after. */
  counts: number[]
}

const digits = /^\d{1,15}(?:\.\d{1,9})?$/
/** A frame that stands alone must look like one: no blanks, or py-spy's `name (file:line)`, or a comm in brackets. */
const lonely = /^(?:\S{1,400}|.{1,400} \([^()]{1,400}:\d{1,9}\)|\[[^\]]{1,200}\])$/

const lastWord = (text: string): { rest: string; word: string } | null => {
  const end = text.trimEnd()
  const at = end.lastIndexOf(' ')
  return at < 0 ? null : { rest: end.slice(0, at).trimEnd(), word: end.slice(at + 1) }
}

/** `main;run;step 12`, or `main;run;step 12 15`; null when the line is no folded stack. */
export const readStack = (line: string, columns: 1 | 2 | null): Stack | null => {
  if (line.length > maxStackLength) return null
  const last = lastWord(line)
  if (!last || !digits.test(last.word)) return null
  const before = columns === 1 ? null : lastWord(last.rest)
  const isPair = before !== null && digits.test(before.word) && before.rest.includes(';')
  if (columns === 2 && !isPair) return null
  const stack = isPair && before ? before.rest : last.rest
  const frames = stack.trimStart().split(';')
  if (frames.some((frame) => frame === '' || frame.length > 8192)) return null
  if (frames.length === 1 && !lonely.test(frames[0] ?? '')) return null
  return { frames, counts: isPair && before ? [Number(before.word), Number(last.word)] : [Number(last.word)] }
}

const pythonFrame = /(?:\.py|<[^<>]{1,60}>)(?::\d{1,9})?\)$/
const kernelFrame = /_\[k\]$/

export const kindOf = (frame: string): FrameKind => (pythonFrame.test(frame) ? 'python' : kernelFrame.test(frame) ? 'kernel' : 'native')

/** Lines that say nothing and are no stack. */
const isSilent = (line: string): boolean => line.trim() === '' || line.startsWith('# ')

/** Two counts in every stack of the head are a differential profile; in some only, a frame that ends with a figure. */
const columnsOf = (head: readonly string[]): 1 | 2 => {
  const stacks = head.flatMap((line) => readStack(line, null) ?? [])
  return stacks.length > 0 && stacks.every(({ counts }) => counts.length === 2) ? 2 : 1
}

/** Lines that tell how many counts a line has. */
const headLines = 64

/** The function of a frame: py-spy's line number and perf's mark of where the code lives are not part of it. */
export const functionOf = (frame: string): string => {
  const line = /^(.{1,4000}) \(([^()]{1,2000}):\d{1,9}\)$/.exec(frame)
  if (line) return `${line[1] ?? ''} (${line[2] ?? ''})`
  return frame.replace(/_\[[kijw]\]$/, '')
}

const newline = 10

/** Splits pieces of bytes into lines; of a line that is too long only its beginning is kept, to quote it. */
class FoldedLines {
  private waiting: Uint8Array[] = []
  private length = 0
  private readonly decoder = new TextDecoder()

  constructor(private readonly take: (line: string) => void) {}

  push(piece: Uint8Array): void {
    let start = 0
    for (let at = piece.indexOf(newline); at >= 0; at = piece.indexOf(newline, start)) {
      this.keep(piece.subarray(start, at))
      this.close()
      start = at + 1
    }
    this.keep(piece.slice(start))
  }

  private keep(part: Uint8Array): void {
    if (part.length === 0) return
    if (this.length <= maxStackLength) this.waiting.push(part)
    this.length += part.length
  }

  private close(): void {
    const line = this.waiting.length === 1 && this.waiting[0] ? this.waiting[0] : Buffer.concat(this.waiting)
    const tooLong = this.length > maxStackLength
    this.waiting = []
    this.length = 0
    const text = this.decoder.decode(tooLong ? line.subarray(0, 200) : line)
    this.take(tooLong ? text.padEnd(maxStackLength + 1) : text)
  }

  /** The last line without its end; '' when the text is closed. */
  rest(): string {
    if (this.length > maxStackLength) return ''
    return this.decoder.decode(Buffer.concat(this.waiting))
  }
}

/** The stacks of a file that comes in pieces; `take` gets every line that says something, with its stack or null. */
export class StackLines {
  columns: 1 | 2 = 1
  /** The first lines, until they tell how many counts a line has. */
  private head: string[] | null = []
  private readonly lines = new FoldedLines((line) => this.line(line))

  constructor(private readonly take: (stack: Stack | null, line: string) => void) {}

  push(piece: Uint8Array): void {
    this.lines.push(piece)
  }

  private line(raw: string): void {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw
    if (isSilent(line)) return
    if (this.head === null) this.take(readStack(line, this.columns), line)
    else if (this.head.push(line) >= headLines) this.decide(this.head)
  }

  private decide(head: readonly string[]): void {
    this.columns = columnsOf(head)
    this.head = null
    for (const line of head) this.take(readStack(line, this.columns), line)
  }

  /** The last line without its end, which is not taken: its count may have lost digits. */
  end(): string {
    if (this.head) this.decide(this.head)
    return this.lines.rest()
  }
}
