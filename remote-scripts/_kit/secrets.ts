/** Where a secret stands in a text: what must not be kept. */
export interface Span {
  start: number
  end: number
}

/** No secret is longer; what is longer is hidden up to here. A private key of 8192 bits takes 6,400 characters. */
export const maxSecretLength = 16_384
/** How far before a secret its name may begin, with what stands between them. */
export const maxSecretLead = 512

const maxNameLength = 128
const maxValueLength = 8192
const maxBlanks = 64

// Two expressions rather than one: each is simple enough for the engine to skip most of a text at memory speed.
const nameMarks =
  /token|secret|passw|passphr|credent|(?:api|access|private|account|auth|session|encryption)[_-]?key|_pass|_pwd|_auth|authori|cookie/gi
const literalMarks =
  /:\/\/|hf_|sk-|gh[pousr]_|github_pat|glpat-|AKIA|ASIA|AIza|eyJ|xox[abeprs]-|nvapi-|npm_|dckr_pat|Bearer |Basic |-----BEGIN/g

const isNameCharacter = (code: number): boolean =>
  (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95 || code === 45 || code === 46

/** What a `…token` of a language model's log is, rather than of somebody's account. */
const modelToken =
  /(?:^|[_.-])(?:bos|eos|pad|unk|sep|cls|mask|image|video|audio|next|first|last|stop|special|added|per|each|new|max|min|num|input|output|prompt|total|generated|draft|vocab|sampled|token)[_.-]?token$/i
const tokenName = /(?:^|[_.-]|[a-z](?=T))token(?:[_.-]?(?:\d{1,4}|value|key|id))?$/i
const keyName = /(?:api|access|private|account|auth|session|encryption)[_-]?key|credential|[_.-]auth$|^(?:proxy-)?authorization$/i
const passName =
  /(?:^|[_.-])(?:db|user|ftp|smtp|mail|mysql|pg|redis|proxy|login|admin|root|ssh|ldap|http)[_.-]?(?:pass|pwd)$|^[A-Z0-9_]+_PASS$/
const strongName = /secret|passw(?:or)?d|passphrase/i

/** `strong`: whatever stands there is a secret. `weak`: not when it is a number or too short. */
type Kind = 'strong' | 'weak' | null

/** Does a value under this name belong to nobody else? Names that count tokens of a language model do not say so. */
const kindOf = (name: string): Kind => {
  const bare = name.replace(/^-+/, '')
  if (strongName.test(bare)) return 'strong'
  if (keyName.test(bare) || passName.test(bare)) return 'weak'
  if (!tokenName.test(bare) || (bare !== bare.toUpperCase() && modelToken.test(bare))) return null
  return 'weak'
}

export const isSecretName = (name: string): boolean => name.length <= maxNameLength && /^[\w.-]+$/.test(name) && kindOf(name) !== null

const noSecret =
  /^(?:true|false|none|null|nil|undefined|unset|yes|no|n\/a|-|--.*|\*+|<[\w|/-]{0,32}>?|\$.*|%\w+%|\{.*|\[.*|os\.environ.*)$/is
const number = /^[-+]?[\d.,_]+(?:e[-+]?\d+)?%?$/i

/** A value that says nothing: a number under `token`, a switch, a placeholder, what was hidden before. */
const isHarmless = (value: string, kind: Kind): boolean => {
  if (value === '' || noSecret.test(value) || (value === value.toUpperCase() && isSecretName(value))) return true
  return kind !== 'strong' && (number.test(value) || value.length < 6)
}

/** Is the value, which stands in the field beside this name, to be hidden? */
export const isSecretPair = (name: string, value: string): boolean => isSecretName(name) && !isHarmless(value, kindOf(name))

const skip = (text: string, from: number, wanted: (code: number) => boolean, most: number): number => {
  let at = from
  while (at < text.length && at - from < most && wanted(text.charCodeAt(at))) at += 1
  return at
}
const isBlank = (code: number): boolean => code === 32 || code === 9
const isBackslash = (code: number): boolean => code === 92
const isQuote = (code: number): boolean => code === 34 || code === 39 || code === 96
const blanks = (text: string, from: number): number => skip(text, from, isBlank, maxBlanks)

/** After an optional quote, which may itself be escaped: the place, and the quote (NaN when there is none). */
const quoteAt = (text: string, from: number): { at: number; quote: number } => {
  const at = skip(text, from, isBackslash, 4)
  const code = text.charCodeAt(at)
  return isQuote(code) ? { at: at + 1, quote: code } : { at: from, quote: Number.NaN }
}

const unquotedEnd = /[\s"'`,;&<>()[\]{}\u0000-\u001F\u007F]/
const lineEnd = /[\r\n\u0000]/
const lengthUntil = (pattern: RegExp, text: string): number => {
  const found = text.search(pattern)
  return found < 0 ? text.length : found
}

const valueAt = (text: string, from: number): Span => {
  const { at, quote } = quoteAt(text, from)
  // Never beyond a window: a text of one line would be searched to its end for every name in it.
  const ahead = text.slice(at, at + maxValueLength)
  if (Number.isNaN(quote)) return { start: at, end: at + lengthUntil(unquotedEnd, ahead) }
  const line = lengthUntil(lineEnd, ahead)
  const closing = ahead.indexOf(String.fromCharCode(quote))
  let end = at + (closing < 0 ? line : Math.min(closing, line))
  while (end > at && text.charCodeAt(end - 1) === 92) end -= 1
  return { start: at, end }
}

const option = /^--[a-z]/i
const pairedValue = /^\s{0,64}\\{0,4}["']?value\\{0,4}["']?[ \t]{0,64}[:=]/i

/** Where the value begins, past `=`, `: `, `", "value": "`, `>` or, for an option, a blank; -1: the name has no value. */
const valueStart = (text: string, name: Span): number => {
  const closed = quoteAt(text, name.end)
  const quoted = !Number.isNaN(closed.quote)
  const at = blanks(text, closed.at)
  const code = text.charCodeAt(at)
  if (code === 61 || code === 58) return blanks(text, at + (text.charCodeAt(at + 1) === 62 ? 2 : 1))
  if (code === 62 && text.charCodeAt(name.start - 1) === 60) return at + 1
  if (code === 44 && quoted) {
    const paired = pairedValue.exec(text.slice(at + 1, at + 1 + 2 * maxNameLength))
    return blanks(text, at + 1 + (paired ? paired[0].length : 0))
  }
  return at > closed.at && option.test(text.slice(name.start, name.end)) ? at : -1
}

const scheme = /^(?:Bearer|Basic|Token|Digest|Negotiate)[ \t]{1,8}/i

const named = (text: string, hit: number): Span & { past: number } => {
  let start = hit
  while (start > 0 && hit - start < maxNameLength && isNameCharacter(text.charCodeAt(start - 1))) start -= 1
  const name = { start, end: skip(text, hit, isNameCharacter, maxNameLength) }
  const nothing = { start: 0, end: 0, past: name.end }
  const word = text.slice(name.start, name.end)
  const header = /^(?:set-)?cookie$/i.test(word)
  const kind = header ? 'strong' : kindOf(word)
  const from = kind === null ? -1 : valueStart(text, name)
  if (from < 0) return nothing
  const prefix = scheme.exec(text.slice(from, from + 32))?.[0].length ?? 0
  const value = valueAt(text, from + prefix)
  if (header) {
    const end = value.start + lengthUntil(lineEnd, text.slice(value.start, value.start + maxValueLength))
    return text.slice(value.start, end).includes('=') ? { start: value.start, end, past: end } : nothing
  }
  return isHarmless(text.slice(value.start, value.end), kind) ? nothing : { ...value, past: Math.max(name.end, value.end) }
}

const literals: { pattern: RegExp; word: boolean }[] = [
  { pattern: /hf_[A-Za-z0-9]{16,512}/y, word: true },
  { pattern: /sk-[\w-]{16,512}/y, word: true },
  { pattern: /gh[pousr]_[A-Za-z0-9]{20,512}/y, word: true },
  { pattern: /github_pat_\w{20,512}/y, word: true },
  { pattern: /(?:glpat|nvapi)-[\w-]{16,512}/y, word: true },
  { pattern: /A[KS]IA[0-9A-Z]{16}(?![0-9A-Z])/y, word: true },
  { pattern: /AIza[\w-]{30,64}/y, word: true },
  { pattern: /eyJ[\w-]{10,4096}\.[\w-]{10,8000}\.[\w-]{5,4096}/y, word: true },
  { pattern: /xox[abeprs]-[\w-]{10,512}/y, word: true },
  { pattern: /(?:npm|dckr_pat)_[\w-]{20,512}/y, word: true },
]
const bearer = /(?:Bearer|Basic) +([A-Za-z0-9._~+/=-]{8,4096})/y
const userInfo = /:\/\/([^\s/@"'<>:]{0,256}:[^\s/@"'<>]{1,512})@/y
const keyBegin = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/y

const stickyAt = (pattern: RegExp, text: string, at: number): RegExpExecArray | null => {
  pattern.lastIndex = at
  return pattern.exec(text)
}

const privateKey = (text: string, at: number): Span | null => {
  const begin = stickyAt(keyBegin, text, at)
  if (!begin) return null
  const start = at + begin[0].length
  const body = text.slice(start, start + maxSecretLength - 256)
  const end = body.indexOf('-----END')
  const length = end < 0 ? body.length : end
  return /^[*\s]*$/.test(body.slice(0, length)) ? null : { start, end: start + length }
}

const literal = (text: string, at: number): Span | null => {
  if (text.startsWith('-----BEGIN', at)) return privateKey(text, at)
  const info = stickyAt(userInfo, text, at)
  if (info?.[1]) return /^\*+$/.test(info[1]) ? null : { start: at + 3, end: at + 3 + info[1].length }
  const before = at > 0 ? text.charCodeAt(at - 1) : 32
  if (isNameCharacter(before)) return null
  const carried = stickyAt(bearer, text, at)
  if (carried?.[1]) {
    const end = at + carried[0].length
    // `Basic Optimizer` is prose.
    return /[0-9=]/.test(carried[1]) ? { start: end - carried[1].length, end } : null
  }
  for (const { pattern } of literals) {
    const found = stickyAt(pattern, text, at)
    if (found) return { start: at, end: at + found[0].length }
  }
  return null
}

const merged = (spans: Span[]): Span[] => {
  const result: Span[] = []
  for (const span of spans.sort((a, b) => a.start - b.start)) {
    const last = result.at(-1)
    if (last && span.start < last.end) last.end = Math.max(last.end, span.end)
    else result.push(span)
  }
  return result
}

/**
 * Tokens, keys, passwords, credentials in URLs and private keys, in order, none overlapping. Only marks that begin in
 * `from <= mark < to` are followed, so that a text can be looked at in pieces. Linear time on any text.
 */
export const secretSpans = (text: string, from = 0, to = text.length): Span[] => {
  const spans: Span[] = []
  const follow = (pattern: RegExp, find: (at: number) => { span: Span | null; past: number }): void => {
    pattern.lastIndex = from
    for (let hit = pattern.exec(text); hit && hit.index < to; hit = pattern.exec(text)) {
      const { span, past } = find(hit.index)
      if (span && span.end > span.start) spans.push(span)
      pattern.lastIndex = Math.max(past, hit.index + 1)
    }
  }
  follow(nameMarks, (at) => {
    const { past, ...span } = named(text, at)
    return { span, past }
  })
  follow(literalMarks, (at) => {
    const span = literal(text, at)
    return { span, past: span?.end ?? at + 1 }
  })
  return merged(spans)
}

/** Secrets replaced by `***`. */
export const redactSecrets = (text: string): string => {
  const spans = secretSpans(text)
  if (spans.length === 0) return text
  const parts: string[] = []
  let at = 0
  for (const { start, end } of spans) {
    parts.push(text.slice(at, start), '***')
    at = end
  }
  return parts.join('') + text.slice(at)
}
