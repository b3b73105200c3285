import { words, nearest, type Word } from '../../_kit/table'
import { rateScale, timeScale, type Scale } from '../../_kit/numbers'

/** Figures of one placement: where they stand in a row, and in which unit. */
export interface Group {
  /** null: neither a line nor the order tells. */
  inPlace: boolean | null
  fields: Map<string, { index: number; scale: Scale | null }>
  /** Columns of the header it spans. */
  first: number
  last: number
  start: number
}

export interface Columns {
  names: string[]
  lead: Map<string, number>
  leadCount: number
  groups: Group[]
  timestamp: boolean
  /** The line that names the placements is missing: their order tells them. */
  byOrder: boolean
  /** False while the line with the units has not been seen. */
  hasUnits: boolean
  /** Of the first versions, which name no units anywhere. */
  unitless: boolean
}

/** What the first versions call the columns. */
const oldNames = new Map([
  ['bytes', 'size'],
  ['N', 'count'],
  ['op', 'redop'],
  ['res', 'error'],
])

const unitlessNames = new Set(['#wrong', 'error', 'i_cv%'])
const timeNames = new Set(['time', 'cputime'])

const withoutMark = (line: string): string => line.replace(/^\s*#/, (mark) => ' '.repeat(mark.length))

/** `size count type redop … time algbw busbw #wrong time …`, with or without its `#`; `bytes N type op …` in the first versions. */
export const isHeader = (line: string): boolean => {
  if (!line.includes('algbw')) return false
  const names = words(withoutMark(line)).map((word) => word.text)
  const opens = (names[0] === 'size' && names.includes('count')) || (names[0] === 'bytes' && names[1] === 'N')
  return opens && names.includes('algbw') && names.some((name) => timeNames.has(name))
}

export const isPlacements = (line: string): boolean =>
  line.includes('of-place') && /^[ \t]*(?:#[ \t]*)?(?:out-of-place\b.*\bin-place\b|in-place\b.*\bout-of-place\b)/.test(line)

/** `(B) (elements) (us) (GB/s) …` */
export const isUnits = (line: string): boolean => line.includes('(elements)') && /^[ \t]*(?:#[ \t]*)?\(B\)\s+\(elements\)/.test(line)

/** Columns by name and placement by position; units follow with `readUnits`. */
export const readHeader = (line: string, placements: string | null): { columns: Columns; words: Word[] } => {
  const header = words(withoutMark(line))
  const unitless = header[0]?.text === 'bytes'
  const names = header.map((word) => (unitless ? oldNames.get(word.text) : undefined) ?? word.text)
  const timestamp = names.at(-1) === 'timestamp'
  const firstTime = names.findIndex((name) => timeNames.has(name))
  const lead = new Map(names.slice(0, firstTime).map((name, index) => [name, index] as const))
  const groups: Group[] = []
  names.forEach((name, index) => {
    if (index < firstTime || (timestamp && index === names.length - 1)) return
    if (timeNames.has(name)) groups.push({ inPlace: null, fields: new Map(), first: index, last: index, start: header[index]?.start ?? 0 })
    const group = groups.at(-1)
    group?.fields.set(name, { index, scale: null })
    if (group) group.last = index
  })
  const labels = placements === null ? [] : words(placements).filter((word) => word.text === 'out-of-place' || word.text === 'in-place')
  // Every version prints out-of-place first; that is only relied on when the line that says so is lost.
  const byOrder = labels.length !== groups.length && groups.length === 2
  groups.forEach((group, index) => {
    if (labels.length === groups.length) group.inPlace = labels[index]?.text === 'in-place'
    else if (byOrder) group.inPlace = index === 1
  })
  return { columns: { names, lead, leadCount: firstTime, groups, timestamp, hasUnits: false, unitless, byOrder }, words: header }
}

const unitOf = (word: Word): Scale | null => {
  const printed = /^\((.*)\)$/.exec(word.text)?.[1]
  return printed === undefined ? null : (timeScale(printed) ?? rateScale(printed))
}

const haveUnits = (columns: Columns): boolean =>
  columns.groups.every((group) =>
    ['time', 'cputime', 'algbw', 'busbw'].every((name) => !group.fields.has(name) || group.fields.get(name)?.scale),
  )

/** Where the blanks were squeezed, positions tell nothing: the units in their order, if each column that has one gets one that fits. */
const readUnitsByOrder = (columns: Columns, found: readonly Scale[]): void => {
  const fields = columns.groups.flatMap((group) => [...group.fields]).filter(([name]) => !unitlessNames.has(name))
  if (fields.length !== found.length || !fields.every(([name], index) => found[index] && fits(name, found[index]))) return
  fields.forEach(([, field], index) => {
    field.scale = found[index] ?? null
  })
}

/** Puts each unit to the column it stands under. */
export const readUnits = (columns: Columns, header: readonly Word[], line: string): void => {
  const units = words(withoutMark(line))
  for (const word of units) {
    const found = unitOf(word)
    if (!found) continue
    const index = nearest(header, word)
    for (const group of columns.groups)
      for (const [name, field] of group.fields) if (field.index === index && fits(name, found)) field.scale = found
  }
  if (!haveUnits(columns))
    readUnitsByOrder(
      columns,
      units.flatMap((word) => unitOf(word) ?? []),
    )
  columns.hasUnits = columns.groups.every((group) =>
    ['algbw', 'busbw'].every((name) => !group.fields.has(name) || group.fields.get(name)?.scale),
  )
}

const milliseconds = timeScale('ms')
const gigabytes = rateScale('GB/s')

/** The units that the first versions print in, once their own figures have proved them. */
export const setOldUnits = (columns: Columns): void => {
  for (const group of columns.groups)
    for (const [name, field] of group.fields) field.scale = name.endsWith('bw') ? gigabytes : timeNames.has(name) ? milliseconds : null
  columns.hasUnits = true
}

const fits = (name: string, found: Scale): boolean => (name.endsWith('bw') ? found.unit === 'GB/s' : found.unit === 'us')
