const MAX_TEXT = 8 * 1024 * 1024
const MAX_LINES = 20_000
const HEADER = /^=== hr section ([a-z0-9-]{1,40})$/

/** Colour and cursor sequences, then every other control character but tab. */
const CONTROL =
  /\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g

/** Text of a host made safe to keep: no control sequences or bidirectional overrides, at most `max` characters. */
export const clean = (text: string, max = 200): string => text.replace(CONTROL, '').trim().slice(0, max)

/** Lines per section of run.sh's output; the first section of a name wins, text before the first section is the host's own chatter. */
export const readSections = (text: string): { sections: ReadonlyMap<string, string[]>; ended: boolean; cut: boolean } => {
  const sections = new Map<string, string[]>()
  let current: string[] | null = null
  let lines = 0
  for (const raw of text.slice(0, MAX_TEXT).split('\n')) {
    const line = raw.replace(CONTROL, '')
    const name = HEADER.exec(line)?.[1]
    if (name !== undefined) {
      current = []
      if (!sections.has(name)) sections.set(name, current)
    } else if (current && lines < MAX_LINES) {
      lines += 1
      current.push(line.slice(0, 4096))
    }
  }
  return { sections, ended: sections.has('end'), cut: text.length > MAX_TEXT || lines >= MAX_LINES }
}

/** `key=value` fields of one tab-separated line. */
export const readFields = (line: string): ReadonlyMap<string, string> => new Map(line.split('\t').flatMap((field) => pair(field)))

/** `key=value` lines; the first of a key wins. */
export const readPairs = (lines: string[]): ReadonlyMap<string, string> => {
  const pairs = new Map<string, string>()
  for (const line of lines) for (const [key, value] of pair(line)) if (!pairs.has(key)) pairs.set(key, value)
  return pairs
}

const pair = (text: string): [string, string][] => {
  const at = text.indexOf('=')
  return at > 0 ? [[text.slice(0, at), clean(text.slice(at + 1))]] : []
}

/** A finite number at the start of the text, else null (`[N/A]`, `ERR!`, empty). */
export const numberOf = (text: string | undefined): number | null => {
  const match = /^\s*(-?\d{1,15}(?:\.\d{1,9})?)(?![\d.])/.exec(text ?? '')
  return match ? Number(match[1]) : null
}

/** A whole number of at least 0, else null. */
export const countOf = (text: string | undefined): number | null => {
  const value = numberOf(text)
  return value !== null && value >= 0 && Number.isInteger(value) ? value : null
}
