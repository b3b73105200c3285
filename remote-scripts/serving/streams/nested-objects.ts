/** An object below a key of interest, as it is written; null: it is longer than the limit, or the text ends within it. */
export interface NestedObject {
  key: string
  text: string | null
  /** The text ends within it. */
  cut: boolean
}

interface Container {
  isArray: boolean
  /** The key that it stands under; an element of an array has that of the array. */
  key: string
}

/** Nothing is nested deeper in a file that is meant to be read. */
const deepest = 200
const longestKey = 64

/**
 * Objects that stand under one of `keys` (alone or as elements of an array), anywhere in a JSON text that comes in pieces. A file of
 * gigabytes on one line costs no more memory than one of these objects.
 */
export class NestedObjects {
  private readonly open: Container[] = []
  private inText = false
  private escaped = false
  private word = ''
  private key = ''
  /** Depth at which the object that is being kept began; 0: none is. */
  private from = 0
  private kept: string[] = []
  private length = 0
  /** The outermost container was closed. */
  closed = false

  constructor(
    private readonly keys: ReadonlySet<string>,
    private readonly limit: number,
    private readonly give: (object: NestedObject) => void,
  ) {}

  push(text: string): void {
    let start = 0
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at)
      if (this.inText) this.character(code, text.charAt(at))
      else if (code === 34) this.quote()
      else if (code === 123 || code === 91) {
        if (this.begin(code === 91)) start = at
      } else if ((code === 125 || code === 93) && this.end()) this.hand(text.slice(start, at + 1))
      else if (code === 58) this.key = this.word
    }
    if (this.from > 0) this.keep(text.slice(start))
  }

  /** The text is over. */
  finish(): void {
    const container = this.open[this.from - 1]
    if (this.from > 0 && container) this.give({ key: container.key, text: null, cut: true })
  }

  private character(code: number, sign: string): void {
    if (this.escaped) this.escaped = false
    else if (code === 92) this.escaped = true
    else if (code === 34) this.inText = false
    else if (this.word.length < longestKey) this.word += sign
  }

  private quote(): void {
    this.inText = true
    this.word = ''
  }

  /** True where an object that is kept begins. */
  private begin(isArray: boolean): boolean {
    const above = this.open.at(-1)
    const key = above?.isArray === true ? above.key : this.key
    if (this.open.length < deepest) this.open.push({ isArray, key })
    this.key = ''
    if (this.from > 0 || isArray || !this.keys.has(key)) return false
    this.from = this.open.length
    this.kept = []
    this.length = 0
    return true
  }

  /** True where the object that is kept ends. */
  private end(): boolean {
    const ends = this.from > 0 && this.open.length === this.from
    if (!ends) this.open.pop()
    if (this.open.length === 0) this.closed = true
    return ends
  }

  private keep(text: string): void {
    this.length += text.length
    if (this.length <= this.limit) this.kept.push(text)
    else this.kept = []
  }

  private hand(text: string): void {
    this.keep(text)
    const key = this.open.pop()?.key ?? ''
    this.from = 0
    this.give({ key, text: this.length > this.limit ? null : this.kept.join(''), cut: false })
    this.kept = []
  }
}
