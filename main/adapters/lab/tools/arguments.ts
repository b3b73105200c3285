/** Parsed command line: option name without dashes -> its values in order (`true` for flags). */
export interface Arguments {
  options: ReadonlyMap<string, string>
  flags: ReadonlySet<string>
  positional: string[]
  /** The first option that the tool does not know. */
  unknown: string | null
}

export interface ArgumentSpec {
  /** Options that take a value, each with its aliases: `{ size: ['s'] }`. */
  values: Record<string, string[]>
  flags: Record<string, string[]>
}

const lookUp = (table: Record<string, string[]>, name: string): string | null => {
  for (const [key, aliases] of Object.entries(table)) if (key === name || aliases.includes(name)) return key
  return null
}

/** getopt_long's rules: `-s 1`, `-s1`, `--size 1`, `--size=1`, bundled flags; `--` ends the options. */
export const parseArguments = (args: string[], spec: ArgumentSpec): Arguments => {
  const options = new Map<string, string>()
  const flags = new Set<string>()
  const positional: string[] = []
  let unknown: string | null = null
  const queue = [...args]
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (word === '--') {
      positional.push(...queue)
      break
    }
    if (!word.startsWith('-') || word === '-') {
      positional.push(word)
      continue
    }
    const [name = '', inline] = word.startsWith('--') ? splitLong(word) : splitShort(word, spec)
    const valueKey = lookUp(spec.values, name)
    const flagKey = lookUp(spec.flags, name)
    if (valueKey) options.set(valueKey, inline ?? queue.shift() ?? '')
    else if (flagKey) {
      flags.add(flagKey)
      if (inline !== undefined && !word.startsWith('--')) queue.unshift(`-${inline}`)
    } else unknown ??= word
  }
  return { options, flags, positional, unknown }
}

const splitLong = (word: string): [string, string | undefined] => {
  const at = word.indexOf('=')
  return at < 0 ? [word.slice(2), undefined] : [word.slice(2, at), word.slice(at + 1)]
}

/** A single dash may also start a long name, as Open MPI and NVIDIA's tools allow. */
const splitShort = (word: string, spec: ArgumentSpec): [string, string | undefined] => {
  const whole = word.slice(1)
  if (lookUp(spec.values, whole) || lookUp(spec.flags, whole)) return [whole, undefined]
  const rest = whole.slice(1)
  return [whole.slice(0, 1), rest === '' ? undefined : rest]
}

/** `8`, `1K`, `4M`, `1G` with binary multiples; null when it is no size. */
export const parseSize = (text: string): number | null => {
  const match = /^(\d+(?:\.\d+)?)([KMGT]?)(?:i?B)?$/i.exec(text)
  if (!match) return null
  const power = ['', 'K', 'M', 'G', 'T'].indexOf((match[2] ?? '').toUpperCase())
  return Math.floor(Number(match[1]) * 1024 ** power)
}

/** A whole number, or the default when the option is absent; null when it is not a number. */
export const wholeNumber = (text: string | undefined, fallback: number): number | null => {
  if (text === undefined) return fallback
  return /^\d+$/.test(text) ? Number(text) : null
}
