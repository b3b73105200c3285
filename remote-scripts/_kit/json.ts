export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

export interface JsonDocument {
  value: Json
  /** It broke off: only what was complete is in `value`. */
  truncated: boolean
  /** It is not JSON by the letter: trailing commas, bare keys, `nan`. */
  repaired: boolean
  /** Where the document begins and ends in the text. */
  start: number
  end: number
}

const maxDepth = 200
const deadEnd = Symbol('cut')
type Value = Json | typeof deadEnd

/** Reads one document, tolerating what tools get wrong; a value cut by the end of the text is left out. */
class Reader {
  truncated = false
  repaired = false
  failed = false
  constructor(
    private readonly text: string,
    public at: number,
  ) {}

  private blanks(): void {
    while (this.at < this.text.length && ' \t\n\r'.includes(this.text.charAt(this.at))) this.at += 1
  }

  private cut(): typeof deadEnd {
    this.truncated = true
    return deadEnd
  }

  value(depth: number): Value {
    this.blanks()
    if (this.at >= this.text.length) return this.cut()
    const next = this.text.charAt(this.at)
    if (depth > maxDepth) {
      this.failed = true
      return deadEnd
    }
    if (next === '{') return this.object(depth)
    if (next === '[') return this.array(depth)
    if (next === '"') return this.string()
    return this.word()
  }

  private string(): string | typeof deadEnd {
    let close = this.at + 1
    while (close < this.text.length && this.text.charAt(close) !== '"') close += this.text.charAt(close) === '\\' ? 2 : 1
    if (close >= this.text.length) {
      this.at = this.text.length
      return this.cut()
    }
    const raw = this.text.slice(this.at, close + 1)
    this.at = close + 1
    try {
      return JSON.parse(raw) as string
    } catch {
      // A control character or an unknown escape: the characters themselves are what the tool meant.
      this.repaired = true
      return raw.slice(1, -1)
    }
  }

  private word(): Value {
    const start = this.at
    while (this.at < this.text.length && !/[\s,:{}[\]"]/.test(this.text.charAt(this.at))) this.at += 1
    const word = this.text.slice(start, this.at)
    if (this.at >= this.text.length) return this.cut()
    if (word === 'true') return true
    if (word === 'false') return false
    if (word === 'null') return null
    if (/^-?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?$/.test(word) && Number.isFinite(Number(word))) return Number(word)
    if (/^[+-]?(?:nan|inf|infinity)(?:\(.*\))?$/i.test(word)) {
      this.repaired = true
      return null
    }
    this.failed = true
    return deadEnd
  }

  private key(): string | typeof deadEnd {
    if (this.text.charAt(this.at) === '"') return this.string()
    const match = /[A-Za-z_][\w.%-]{0,200}/y
    match.lastIndex = this.at
    const found = match.exec(this.text)?.[0]
    if (found === undefined) {
      this.failed = true
      return deadEnd
    }
    this.repaired = true
    this.at += found.length
    return found
  }

  /** Past a comma or at the closing sign; false when the container ends here. */
  private more(close: string): boolean {
    this.blanks()
    if (this.at >= this.text.length) {
      this.cut()
      return false
    }
    let comma = false
    while (this.text.charAt(this.at) === ',') {
      if (comma) this.repaired = true
      comma = true
      this.at += 1
      this.blanks()
    }
    if (this.text.charAt(this.at) === close) {
      if (comma) this.repaired = true
      this.at += 1
      return false
    }
    if (this.at >= this.text.length) {
      this.cut()
      return false
    }
    // Two members without a comma between them: old builds forget it.
    if (!comma) this.repaired = true
    return true
  }

  private object(depth: number): Json {
    const members: { [key: string]: Json } = Object.create(null) as { [key: string]: Json }
    this.at += 1
    this.blanks()
    let open = this.text.charAt(this.at) !== '}'
    if (!open) this.at += 1
    if (this.at >= this.text.length && open) this.cut()
    while (open && !this.truncated && !this.failed) {
      const key = this.key()
      if (key === deadEnd) break
      this.blanks()
      if (this.at >= this.text.length) {
        this.cut()
        break
      }
      if (this.text.charAt(this.at) !== ':') {
        this.failed = true
        break
      }
      this.at += 1
      const value = this.value(depth + 1)
      if (value !== deadEnd) members[key] = value
      if (this.truncated || this.failed) break
      open = this.more('}')
    }
    return members
  }

  private array(depth: number): Json {
    const items: Json[] = []
    this.at += 1
    this.blanks()
    let open = this.text.charAt(this.at) !== ']'
    if (!open) this.at += 1
    while (open && !this.truncated && !this.failed) {
      const value = this.value(depth + 1)
      if (value !== deadEnd) items.push(value)
      if (this.truncated || this.failed) break
      open = this.more(']')
    }
    return items
  }
}

const readOne = (text: string, start: number): { document: JsonDocument | null; end: number } => {
  const reader = new Reader(text, start)
  const value = reader.value(0)
  if (reader.failed || value === deadEnd) return { document: null, end: reader.at }
  return { document: { value, truncated: reader.truncated, repaired: reader.repaired, start, end: reader.at }, end: reader.at }
}

const isWhole = (text: string): Json | undefined => {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

/** Every JSON object that opens at the beginning of a line, in order; other lines are passed over. Never throws. */
export const readJsonDocuments = (text: string, limit = 1000): JsonDocument[] => {
  const whole = isWhole(text)
  if (whole !== undefined) return [{ value: whole, truncated: false, repaired: false, start: 0, end: text.length }]
  const found: JsonDocument[] = []
  const opening = /(?:^|\n|\})[ \t]*(?=\{)/g
  // Damaged input may open an object on every line: the work stays linear.
  let budget = text.length * 4 + 100_000
  for (let match = opening.exec(text); match && found.length < limit && budget > 0; match = opening.exec(text)) {
    const start = match.index + match[0].length
    const { document, end } = readOne(text, start)
    budget -= end - start + 1
    if (!document) {
      opening.lastIndex = start + 1
      continue
    }
    found.push(document)
    // Back by one, so that `}{` shows the sign that lets the next one begin.
    opening.lastIndex = Math.max(start + 1, document.end - 1)
  }
  return found
}

/** Member of a JSON object; undefined when it is not an object or has no such own member. */
export const member = (value: Json | undefined, ...path: string[]): Json | undefined => {
  let at: Json | undefined = value
  for (const key of path) {
    if (at === null || typeof at !== 'object' || Array.isArray(at) || !Object.hasOwn(at, key)) return undefined
    at = at[key]
  }
  return at
}

/** A finite number, also from a string that is one (tools quote some); null otherwise. */
export const numberOf = (value: Json | undefined): number | null => {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value === 'string' && /^\s*[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d{1,3})?\s*$/.test(value)) return Number(value)
  return null
}

export const stringOf = (value: Json | undefined): string | null => (typeof value === 'string' ? value : null)
export const arrayOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : [])
