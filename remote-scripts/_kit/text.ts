import { unwrapContainerLog } from './container-log'

/** Longest line a text format can hold; what is longer is not a data row of any tool, and is left out of regular expressions. */
export const maxLineLength = 8192

/** Which order of UTF-16 the bytes are in, by their mark or by where their zero bytes stand; null: another encoding. */
export const utf16Of = (bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null => {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  const sample = bytes.subarray(0, 512)
  if (sample.length < 8) return null
  let even = 0
  let odd = 0
  for (let index = 0; index < sample.length; index += 1) {
    if (sample[index] !== 0) continue
    if (index % 2 === 0) even += 1
    else odd += 1
  }
  const half = sample.length / 2
  if (odd > half * 0.8 && even < half * 0.1) return 'utf-16le'
  if (even > half * 0.8 && odd < half * 0.1) return 'utf-16be'
  return null
}

/** Bytes to text: UTF-8, UTF-16 with or without its mark; bytes that fit neither become U+FFFD. Never throws. */
export const decodeText = (bytes: Uint8Array): string => {
  const text = new TextDecoder(utf16Of(bytes) ?? 'utf-8').decode(bytes)
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}

/** More than a stray NUL and not UTF-16: a picture, a report file, a core dump. */
export const isBinary = (bytes: Uint8Array): boolean => {
  if (utf16Of(bytes)) return false
  const sample = bytes.subarray(0, 4096)
  let control = 0
  for (let index = 0; index < sample.length; index += 1) {
    const byte = sample[index] ?? 0
    if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27)) control += 1
  }
  return control > sample.length * 0.02 && control > 4
}

// Escape sequences: CSI, OSC up to its end, and the two-byte ones.
const escapes = /\u001B(?:\[[0-9;:?<=>]{0,64}[ -/]{0,4}[@-~]|\][^\u0007\u001B\n]{0,4096}(?:\u0007|\u001B\\)?|[@-Z\\-_()#][0-9A-Za-z]?)/g
const controls = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/g

/** Colours and other terminal sequences removed. */
export const stripAnsi = (text: string): string => (text.includes('\u001B') ? text.replace(escapes, '') : text)

const weekday = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)'
const month = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)'
/** What only a launcher writes, stripped wherever it stands, with the indent of the text that quotes it. */
const surePrefix =
  /^[ \t]{0,12}(?:\[(?:[\w.-]{1,255}@)?\d{1,9},\d{1,9}\](?:\[[^\]\n]{1,255}\])?<std(?:out|err|diag)>:|\[(?:rank|default)\d{1,6}\]:)/
/** What a tool may write too: stripped only when most lines have it. */
const likelyPrefixes = [
  // Not with a comma or semicolon behind it: then it is the first cell of a table.
  /^\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?(?![\d,;])\]? ?(?=.)/,
  new RegExp(`^${weekday} ${month} +\\d{1,2} \\d\\d:\\d\\d:\\d\\d(?: \\d{4})? ?(?=.)`),
  new RegExp(`^${month} +\\d{1,2} \\d\\d:\\d\\d:\\d\\d [\\w.-]{1,255} [\\w./-]{1,100}(?:\\[\\d+\\])?: `),
  new RegExp(`^${month} +\\d{1,2} \\d\\d:\\d\\d:\\d\\d (?=.)`),
  // What stands behind the time in logs of containers, of GitLab and of the system.
  /^(?:stdout|stderr) [FP] /,
  /^\d\d[OE][ +]/,
  /^[\w.-]{1,255} [\w./-]{1,100}\[\d{1,9}\]: /,
  // Seconds since 1970; a row of bare figures keeps its first.
  /^1\d{9}(?:\.\d{1,9} | (?=.*[#A-Za-z]))/,
  /^[^\t\n]{1,100}\t[^\t\n]{1,100}\t(?=\d{4}-\d\d-\d\dT)/,
  /^\[\d{4}-\d\d-\d\d, \d\d:\d\d:\d\d \w{1,5}\] \{[\w.-]{1,100}:\d{1,6}\} [A-Z]{4,8} - /,
  /^\[\d\d:\d\d:\d\d(?:[.,]\d{1,9})?\] (?=.)/,
  // Python's logging, behind its time.
  /^- (?:[\w.]{1,80} - )?(?:DEBUG|INFO|WARNING|ERROR|CRITICAL) - /,
  /^(?:DEBUG|INFO|WARNING|ERROR|CRITICAL) [\w.]{1,80}: /,
  /^\((?:[\w.-]{1,100} )?pid=\d{1,9}(?:, ip=[\w.:-]{1,64})?\) ?/,
  /^>(?: |$)/,
  /^ *\d{1,6}: /,
  /^\[\d{1,6}\] (?! *[\d.]+-[\d.]+ +sec| *local )/,
  /^\[[\w.-]{1,255}(?:\/[\w.-]{1,255}){1,3}\] /,
  /^[\w.-]{1,255} +\| /,
  /^(?!(?:sockperf|iperf3?|qperf|warning|error|info|note|fatal)\b)[A-Za-z0-9][\w.-]{0,254}: /i,
]

/** How many lines, spread over the text, tell whether a prefix is worth a look at all. */
const sampled = 512

const stripLikely = (lines: string[]): (string | null)[] | null => {
  const filled = lines.filter((line) => line.trim() !== '')
  if (filled.length < 4) return null
  const step = Math.max(1, Math.floor(filled.length / sampled))
  const sample = filled.filter((_, index) => index % step === 0)
  for (const prefix of likelyPrefixes) {
    if (sample.filter((line) => prefix.test(line)).length < sample.length * 0.4) continue
    const seen = new Map<string, number>()
    let hits = 0
    for (const line of filled) {
      const match = prefix.exec(line)
      if (!match) continue
      hits += 1
      const shape = match[0].replace(/\d+/g, '0')
      seen.set(shape, (seen.get(shape) ?? 0) + 1)
    }
    // A prefix repeats; `key: value` lines of a header do not.
    if (hits < filled.length * 0.6 || seen.size > Math.max(1, hits / 3)) continue
    return lines.map((line, index) => {
      const tag = prefix.exec(line)?.[0] ?? ''
      lines[index] = line.slice(tag.length)
      // A time names no process.
      return tag === '' || /\d:\d\d/.test(tag) ? null : tag
    })
  }
  return null
}

const tableStart = /^#?\s*nThread \d|^\s*#bytes|^\[ ID\]|^\s*\{/
/** Tables of several hosts that list the same GPUs: what follows must say whose it is. */
const hostTableStart = /^#\s{0,10}(?:Date\s+|Time\s+)*(?:gpu|Entity)\s|^(?:timestamp|index|name|uuid|pci\.bus_id), .*[\].]/

/** Stands before the lines of each process where several list their GPUs. */
export const processMark = /^=== lines of (.{1,255}) ===$/

/** Lines of several processes that each print a whole table are put one process after the other. */
const groupByProcess = (lines: string[], tags: (string | null)[]): string[] => {
  const starting = new Set<string>()
  let marked = false
  lines.forEach((line, index) => {
    const tag = tags[index]
    if (!tag || !(tableStart.test(line) || hostTableStart.test(line))) return
    starting.add(tag)
    marked ||= hostTableStart.test(line)
  })
  if (starting.size < 2) return lines
  const groups = new Map<string, string[]>()
  lines.forEach((line, index) => {
    const tag = tags[index] ?? ''
    const group = groups.get(tag)
    if (group) group.push(line)
    else groups.set(tag, marked && tag !== '' ? [`=== lines of ${tag.replace(/[[\]|:>\s]+$|^[[\s]+/g, '')} ===`, line] : [line])
  })
  return [...groups.values()].flat()
}

/** Removes what only launchers write; the tag of each line comes back, null for a line without. */
const stripSure = (lines: string[]): (string | null)[] => {
  const tags = lines.map((line, index) => {
    let tag: string | null = null
    let rest = line
    for (let match = line.length > maxLineLength ? null : surePrefix.exec(rest); match; match = surePrefix.exec(rest)) {
      tag ??= match[0].trimStart().replace(/<.*/, '')
      rest = rest.slice(match[0].length)
    }
    lines[index] = rest
    return tag
  })
  // Some launchers put a blank behind the tag; one that only rows have is the row's own.
  const tagged = lines.filter((line, index) => tags[index] !== null && line.trim() !== '')
  if (tagged.length > 0 && tagged.every((line) => line.startsWith(' ')))
    lines.forEach((line, index) => {
      if (tags[index] !== null) lines[index] = line.slice(1)
    })
  return tags
}

const withoutLauncherPrefixes = (lines: string[]): string[] => {
  let current = lines
  for (let round = 0; round < 3; round += 1) {
    const tags = stripSure(current)
    if (tags.some((tag) => tag !== null)) current = groupByProcess(current, tags)
    const likely = stripLikely(current)
    if (likely === null) break
    if (new Set(likely).size < 64) current = groupByProcess(current, likely)
  }
  return current
}

const cleaned = (text: string): string => {
  const plain = stripAnsi(unwrapContainerLog(text.startsWith('\uFEFF') ? text.slice(1) : text))
    .replace(/\r\n?/g, '\n')
    .replace(controls, '')
  return withoutLauncherPrefixes(plain.split('\n')).join('\n')
}

/** The last text that came out: every parser that gets it cleans it again, which changes nothing. */
let lastCleaned = ''
const remembered = 2 ** 20

/**
 * Text as a tool printed it: no mark, no colours, `\r` as a line end (progress bars lose nothing), launcher prefixes removed.
 * Idempotent; the last line keeps having no `\n` when the file has none.
 */
export const cleanText = (text: string): string => {
  if (text === lastCleaned) return text
  const clean = cleaned(text)
  if (clean.length <= remembered) lastCleaned = clean
  return clean
}

/** A line as evidence: no control characters, at most 240 characters. */
export const quote = (line: string): string => {
  const plain = stripAnsi(line).replace(controls, '').replace(/\t/g, ' ').trim()
  return plain.length > 240 ? `${plain.slice(0, 239)}…` : plain
}
