/** Members of one JSON object as they are written; arrays and objects only where they were asked for and are not too long. */
export interface JsonObject {
  members: Map<string, string>
  /** Its closing brace was reached. */
  whole: boolean
  /** It is not JSON by the letter from some point on; what came before is in `members`. */
  damaged: boolean
}

/** Strings and numbers up to here are kept; what is longer is no figure. */
const scalarCharacters = 4096
const mostMembers = 10_000

/** Longest text of an array or object member that is kept; 0: it is passed over. */
export type Keeps = (key: string) => number

const isBlank = (code: number): boolean => code === 32 || code === 10 || code === 13 || code === 9

/**
 * Objects of a JSON file, of JSON lines, or of an array of objects, in pieces. Long arrays inside them cost no memory.
 * Other lines between the objects are passed over.
 */
export class JsonObjects {
  private object: JsonObject | null = null
  private expects: 'key' | 'colon' | 'value' | 'comma' = 'key'
  private key = ''
  /** What is being read: a member's name, a text, a bare word, or something nested. */
  private token: 'key' | 'text' | 'word' | 'nested' | null = null
  private parts = ''
  private limit = 0
  private depth = 0
  private inText = false
  private escaped = false
  private lineStart = true

  constructor(
    private readonly keeps: Keeps,
    private readonly give: (object: JsonObject) => void,
  ) {}

  push(text: string): void {
    let at = 0
    while (at < text.length) at = this.token === null ? this.between(text, at) : this.inside(text, at)
  }

  end(): void {
    if (this.object) this.finish(false, false)
  }

  /** Outside of tokens; the next place to look at. */
  private between(text: string, at: number): number {
    const code = text.charCodeAt(at)
    const sign = text.charAt(at)
    if (!this.object) {
      if (sign === '{' && this.lineStart) {
        this.object = { members: new Map(), whole: false, damaged: false }
        this.expects = 'key'
        return at + 1
      }
      // An array of objects, or several on one line: the next one may begin behind these signs.
      this.lineStart = sign === '\n' || (this.lineStart && (isBlank(code) || sign === '[' || sign === ',' || sign === ']'))
      return at + 1
    }
    if (isBlank(code)) return at + 1
    if (this.expects === 'key' && sign === '"') return this.begin('key', at)
    if (sign === '}' && (this.expects === 'key' || this.expects === 'comma')) return this.finish(true, false, at + 1)
    if (this.expects === 'colon' && sign === ':') this.expects = 'value'
    else if (this.expects === 'comma' && sign === ',') this.expects = 'key'
    else if (this.expects === 'value') return this.begin(sign === '"' ? 'text' : sign === '[' || sign === '{' ? 'nested' : 'word', at)
    else return this.finish(false, true, at + 1)
    return at + 1
  }

  private begin(token: 'key' | 'text' | 'word' | 'nested', at: number): number {
    this.token = token
    this.parts = ''
    this.depth = 0
    this.inText = false
    this.escaped = false
    this.limit = token === 'nested' ? this.keeps(this.key) : scalarCharacters
    return at
  }

  private inside(text: string, at: number): number {
    const end = this.token === 'word' ? this.endOfWord(text, at) : this.endOfQuotedOrNested(text, at)
    const stop = end ?? text.length
    if (this.parts.length <= this.limit) this.parts += text.slice(at, Math.min(stop, at + this.limit + 1 - this.parts.length))
    if (end !== null) this.close()
    return stop
  }

  private endOfWord(text: string, at: number): number | null {
    for (let index = at; index < text.length; index += 1) {
      const sign = text.charAt(index)
      if (sign === ',' || sign === '}' || sign === ':' || sign === '"' || isBlank(text.charCodeAt(index))) return index
    }
    return null
  }

  /** Behind the closing sign of a text or of something nested; null when it is not in this piece. */
  private endOfQuotedOrNested(text: string, at: number): number | null {
    for (let index = at; index < text.length; index += 1) {
      const code = text.charCodeAt(index)
      if (this.inText) {
        if (this.escaped) this.escaped = false
        else if (code === 92) this.escaped = true
        else if (code === 34) {
          this.inText = false
          if (this.depth === 0) return index + 1
        }
      } else if (code === 34) this.inText = true
      else if (code === 91 || code === 123) this.depth += 1
      else if ((code === 93 || code === 125) && (this.depth -= 1) <= 0) return index + 1
    }
    return null
  }

  private close(): void {
    const { token, parts } = this
    this.token = null
    this.parts = ''
    if (token === 'key') {
      this.key = parts.slice(1, -1)
      this.expects = 'colon'
      return
    }
    this.expects = 'comma'
    const members = this.object?.members
    if (members && parts.length <= this.limit && members.size < mostMembers) members.set(this.key, parts)
  }

  private finish(whole: boolean, damaged: boolean, next = 0): number {
    const { object } = this
    this.object = null
    this.token = null
    // Behind a damaged object the next one begins on a line of its own.
    this.lineStart = whole
    if (object) this.give({ members: object.members, whole, damaged })
    return next
  }
}

/** A member as a number; null for `NaN`, `Infinity`, null and everything else that is not one. */
export const numberIn = (object: JsonObject, key: string): number | null => {
  const text = object.members.get(key)
  if (text === undefined || !/^-?\d{1,40}(?:\.\d{0,40})?(?:[eE][+-]?\d{1,3})?$/.test(text)) return null
  const value = Number(text)
  return Number.isFinite(value) ? value : null
}

/** A member that is a text, an array or an object, parsed; null when it is none, was passed over, or is damaged. */
export const parsedIn = (object: JsonObject, key: string): unknown => {
  const text = object.members.get(key)
  if (text === undefined) return null
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}

export const textIn = (object: JsonObject, key: string): string | null => {
  const value = parsedIn(object, key)
  return typeof value === 'string' ? value : null
}
