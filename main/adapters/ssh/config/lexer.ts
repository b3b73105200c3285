const whitespace = ' \t\r\n'

const skipWhitespace = (text: string, from: number): number => {
  let at = from
  while (at < text.length && whitespace.includes(text.charAt(at))) at += 1
  return at
}

export interface Delimited {
  /** Null: an opening quote without its partner. */
  token: string | null
  /** Null: nothing is left. */
  rest: string | null
}

/** Takes one word off a line: words end at whitespace or at one "=", and may be in double quotes. */
export const takeWord = (text: string): Delimited => {
  const end = text.search(/[ \t\r\n"=]/)
  if (end < 0) return { token: text, rest: null }
  if (text[end] === '"') {
    const close = text.indexOf('"', end + 1)
    if (close < 0) return { token: null, rest: null }
    return { token: text.slice(0, end) + text.slice(end + 1, close), rest: text.slice(skipWhitespace(text, close + 1)) }
  }
  let next = skipWhitespace(text, end + 1)
  if (text[end] !== '=' && text[next] === '=') next = skipWhitespace(text, next + 1)
  return { token: text.slice(0, end), rest: text.slice(next) }
}

interface Word {
  text: string
  end: number
  closed: boolean
}

/** One argument from `start`: both kinds of quotes, and a backslash before a quote, a backslash or (unquoted) a space. */
const readArgument = (text: string, start: number): Word => {
  let word = ''
  let quote = ''
  let at = start
  for (; at < text.length; at += 1) {
    const char = text.charAt(at)
    const next = text.charAt(at + 1)
    if (char === '\\' && (next === '"' || next === "'" || next === '\\' || (quote === '' && next === ' '))) {
      word += next
      at += 1
    } else if (quote === '' && (char === ' ' || char === '\t')) break
    else if (quote === '' && (char === '"' || char === "'")) quote = char
    else if (quote !== '' && char === quote) quote = ''
    else word += char
  }
  return { text: word, end: at, closed: quote === '' }
}

/** Splits the arguments of a keyword; an unquoted "#" at a word's start ends the line. Null: a quote is not closed. */
export const splitArguments = (text: string): string[] | null => {
  const words: string[] = []
  let at = 0
  while (at < text.length) {
    if (text[at] === ' ' || text[at] === '\t') {
      at += 1
      continue
    }
    if (text[at] === '#') break
    const word = readArgument(text, at)
    if (!word.closed) return null
    words.push(word.text)
    at = word.end
  }
  return words
}

export interface ConfigLine {
  lineNumber: number
  /** Lower case. */
  keyword: string
  /** Everything after the keyword, as written. */
  raw: string
  /** Null: a quote is not closed. */
  args: string[] | null
}

/** The lines of an ssh_config that hold a keyword. */
export const readLines = (text: string): ConfigLine[] => {
  const lines: ConfigLine[] = []
  text.split('\n').forEach((line, index) => {
    const trimmed = line.replace(/[ \t\r\n\f]+$/, '').replace(/^[ \t\r\n]+/, '')
    if (trimmed === '' || trimmed.startsWith('#')) return
    const { token, rest } = takeWord(trimmed)
    const raw = (rest ?? '').replace(/^[ \t\r\n]+/, '')
    lines.push({ lineNumber: index + 1, keyword: (token ?? '').toLowerCase(), raw, args: token === null ? null : splitArguments(raw) })
  })
  return lines
}
