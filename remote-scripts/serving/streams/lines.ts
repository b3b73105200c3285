/** What a line reader hands on: the line without its end; `whole` is false for a last line that has none. */
export interface LineSink {
  line(text: string, whole: boolean): void
  /** A line longer than the limit: its beginning, once. */
  tooLong(start: string): void
}

/** Bytes in pieces to lines; holds at most one line. */
export class Lines {
  private readonly decoder = new TextDecoder()
  private waiting = ''
  private dropping = false

  constructor(
    private readonly sink: LineSink,
    private readonly longest: number,
  ) {}

  push(piece: Uint8Array): void {
    this.take(this.decoder.decode(piece, { stream: true }))
  }

  end(): void {
    this.take(this.decoder.decode())
    if (!this.dropping && this.waiting !== '') this.give(this.waiting, false)
    this.waiting = ''
  }

  private take(text: string): void {
    let start = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      const line = this.waiting + text.slice(start, end)
      this.waiting = ''
      if (this.dropping) this.dropping = false
      else if (line.length > this.longest) this.sink.tooLong(line.slice(0, 240))
      else this.give(line, true)
      start = end + 1
    }
    if (this.dropping) return
    this.waiting += text.slice(start)
    if (this.waiting.length <= this.longest) return
    this.sink.tooLong(this.waiting.slice(0, 240))
    this.waiting = ''
    this.dropping = true
  }

  private give(line: string, whole: boolean): void {
    this.sink.line(line.endsWith('\r') ? line.slice(0, -1) : line, whole)
  }
}
