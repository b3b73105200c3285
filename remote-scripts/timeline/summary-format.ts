import {
  dimensionValue,
  facts as factsSchema,
  problemCodes,
  type Dimensions,
  type MetricSpec,
  type ParseResult,
} from '../../preload/contract'
import { certain, notMine } from '../_kit/detect'
import { arrayOf, member, numberOf, stringOf, type Json } from '../_kit/json'
import type { FormatParser } from '../_kit/probe'
import { add, fail, newReading, setFacts, skipRow, warn, type Reading } from '../_kit/reading'
import { cleanText, quote } from '../_kit/text'
import { timelineMetrics } from './metrics'

const opening = /^\{"headroom"\s*:\s*"timeline-summary"/m
const specs: ReadonlyMap<string, MetricSpec> = new Map(timelineMetrics.map((spec) => [spec.id, spec]))
/** So many lines of the fact `collectives` are kept, as of a whole trace. */
const maxCollectives = 512

interface Open {
  reading: Reading
  collectives: string[]
  ended: boolean
}

const parseLine = (line: string): Json | undefined => {
  try {
    return JSON.parse(line) as Json
  } catch {
    return undefined
  }
}

const openWith = (header: Json): Open => {
  const reading = newReading('timeline', stringOf(member(header, 'tool')) ?? 'unknown', stringOf(member(header, 'tool_version')))
  const known = factsSchema.safeParse(member(header, 'facts'))
  if (known.success) setFacts(reading, known.data)
  const [understood, skipped] = arrayOf(member(header, 'rows')).map(numberOf)
  reading.rows = { understood: understood ?? 0, skipped: skipped ?? 0 }
  return { reading, collectives: [], ended: false }
}

const dimensionsOf = (value: Json | undefined): Dimensions | null => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const entries = Object.entries(value)
  return entries.every(([, one]) => dimensionValue.safeParse(one).success) ? (Object.fromEntries(entries) as Dimensions) : null
}

/** Null when the line was understood, else why it was not. */
const readFigure = ({ reading }: Open, value: Json): string | null => {
  const spec = specs.get(stringOf(member(value, 'metric')) ?? '')
  const figure = numberOf(member(value, 'value'))
  const dimensions = dimensionsOf(member(value, 'dimensions'))
  if (!spec) return 'its metric is not known'
  if (stringOf(member(value, 'unit')) !== spec.unit) return `its unit is not ${spec.unit}`
  if (figure === null || dimensions === null) return 'its value or its dimensions are missing'
  add(reading, spec.id, spec.unit, figure, dimensions)
  return null
}

const readLine = (open: Open, value: Json): string | null => {
  const message = stringOf(member(value, 'message')) ?? ''
  const warning = stringOf(member(value, 'warning'))
  const code = problemCodes.find((known) => known === stringOf(member(value, 'problem')))
  const collective = stringOf(member(value, 'collective'))
  if (member(value, 'end') === true) open.ended = true
  else if (warning !== null) warn(open.reading, warning.slice(0, 64), quote(message))
  else if (code) fail(open.reading, code, quote(message))
  else if (collective !== null && open.collectives.length < maxCollectives) open.collectives.push(collective.slice(0, 400))
  else return readFigure(open, value)
  return null
}

const finish = ({ reading, collectives, ended }: Open): ParseResult => {
  if (collectives.length > 0) setFacts(reading, { collectives })
  if (!ended) fail(reading, 'parse.truncated', 'The summary breaks off: figures may be missing.')
  return reading
}

/** What the scripts of this probe write of a trace that stays on its host: the same figures under the same names. */
export const timelineSummary: FormatParser = {
  id: 'timeline-summary',
  detect: (head) => (opening.test(head) ? certain : notMine),
  parse(text) {
    const all: Open[] = []
    for (const raw of cleanText(text).split('\n')) {
      const line = raw.trim()
      const open = all.at(-1)
      const opens = opening.test(line)
      if (!line.startsWith('{') || (!opens && !open)) continue
      const value = line.endsWith('}') ? parseLine(line) : undefined
      if (opens && value !== undefined) all.push(openWith(value))
      else if (open && !opens) {
        const why = value === undefined ? 'it is not whole' : readLine(open, value)
        if (why !== null) skipRow(open.reading, line, why)
      }
    }
    return all.map(finish)
  },
}
