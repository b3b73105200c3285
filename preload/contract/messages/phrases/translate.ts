/**
 * Sentences that say what happened are kept in English: stored runs hold them, scripts on the hosts print them, programs read them in `--json`.
 * Where one is shown it is found again in the catalogue by its own words. `{1}` stands for any text, `{w1}` for one without spaces, `{t1}` for
 * one that is translated itself, or a single word. Whatever fills a blank is looked up as well.
 */
export type Phrases = Readonly<Record<string, string>>

type Kind = '' | 'w' | 't'

interface Pattern {
  /** What stands before, between and behind the blanks. */
  literals: string[]
  blanks: { kind: Kind; name: string }[]
  translation: string
}

const blank = /\{([wt]?)(\d)\}/g

/** Longer texts are quotes, not sentences; and what a file says may be as long as it likes. */
const longest = 6000
/** A sentence in a sentence in a sentence. */
const deepest = 4

const patternOf = ([english, translation]: [string, string]): Pattern => ({
  literals: english.split(/\{[wt]?\d\}/),
  blanks: [...english.matchAll(blank)].map(([, kind = '', name = '']) => ({ kind: kind as Kind, name })),
  translation,
})

const weight = ({ literals }: Pattern): number => literals.join('').length

/** What stands in the blanks; null: the text is another one. Every literal is taken where it first stands, so that time is linear. */
const match = (text: string, { literals }: Pattern): string[] | null => {
  const [first = '', last = ''] = [literals[0], literals.at(-1)]
  const end = text.length - last.length
  if (!text.startsWith(first) || !text.endsWith(last)) return null
  const filled: string[] = []
  let at = first.length
  for (const literal of literals.slice(1, -1)) {
    const found = text.indexOf(literal, at)
    if (found < 0 || found + literal.length > end) return null
    filled.push(text.slice(at, found))
    at = found + literal.length
  }
  return at > end ? null : [...filled, text.slice(at, end)]
}

const sentenceEnd = /(?<=[.!?]) (?=["A-Z])/

const listMark = /^\s*(?:- )?/

/** Looks sentences up in a catalogue; what is not in it stays as it is. */
export const translator = (phrases: Phrases): ((english: string) => string) => {
  const exact = new Map(Object.entries(phrases).filter(([english]) => english.search(blank) < 0))
  const patterns = Object.entries(phrases)
    .filter(([english]) => english.search(blank) >= 0)
    .map(patternOf)
    // The one that says most itself comes first: what it leaves open is least.
    .toSorted((left, right) => weight(right) - weight(left))

  const fillIn = (pattern: Pattern, filled: string[], depth: number): string | null => {
    const values = new Map<string, string>()
    for (const [index, { kind, name }] of pattern.blanks.entries()) {
      const own = filled[index] ?? ''
      if (kind === 'w' && /\s/.test(own)) return null
      const translated = whole(own, depth + 1)
      if (kind === 't' && translated === null && /\s/.test(own)) return null
      values.set(name, translated ?? own)
    }
    return pattern.translation.replace(blank, (same, _, name: string) => values.get(name) ?? same)
  }

  /** One sentence; null: it is not known. */
  const find = (text: string, depth: number): string | null => {
    const known = exact.get(text)
    if (known !== undefined || depth > deepest) return known ?? null
    for (const pattern of patterns) {
      const filled = match(text, pattern)
      const found = filled && fillIn(pattern, filled, depth)
      if (found !== null) return found
    }
    return null
  }

  /** Parts one by one, with `between` where it still divides; null: none of them is known. */
  const each = (parts: string[], between: string, one: (part: string) => string | null): string | null => {
    const found = parts.map(one)
    if (found.every((text) => text === null)) return null
    // A translated sentence ends with its own full stop and needs no space after it.
    return parts
      .map((part, index) => (index === 0 || (between === ' ' && found[index - 1] !== null) ? '' : between) + (found[index] ?? part))
      .join('')
  }

  const inSentences = (text: string, depth: number): string | null => {
    const parts = text.split(sentenceEnd)
    return parts.length < 2 ? null : each(parts, ' ', (part) => find(part, depth))
  }

  const inLines = (text: string, depth: number): string | null =>
    !text.includes('\n')
      ? null
      : each(text.split('\n'), '\n', (line) => {
          const mark = listMark.exec(line)?.[0] ?? ''
          const own = line.slice(mark.length)
          const found = find(own, depth) ?? inSentences(own, depth)
          return found === null ? null : mark + found
        })

  /** One sentence, or several in a row or one below the other. */
  const whole = (text: string, depth: number): string | null => find(text, depth) ?? inLines(text, depth) ?? inSentences(text, depth)

  return (english) => (english.length > longest ? english : (whole(english, 0) ?? english))
}
