import type { FactValue, ParseResult, Unit } from '../../../preload/contract'
import { certain, notMine } from '../../_kit/detect'
import type { FormatParser } from '../../_kit/probe'
import { add, fail, newReading, skipRow, warn, type Reading } from '../../_kit/reading'
import { cleanText } from '../../_kit/text'
import type { Direction } from '../params'
import { meansValue, readLine, type ValueLine } from './line'

/** What a launch says of one of its own metrics; `declared_metrics` among its facts, from which comparisons take unit and direction. */
export interface Declared {
  unit: Unit
  better: Direction
}

/** `headline`: the metric that carries the verdict sentence; null: none does. */
export const declaredFact = (declared: ReadonlyMap<string, Declared>, headline: string | null): FactValue =>
  Object.fromEntries([...declared].map(([metric, { unit, better }]) => [metric, { unit, better, headline: metric === headline }]))

/** The only metric there is; null when there are several. */
export const onlyMetric = (declared: ReadonlyMap<string, Declared>): string | null =>
  declared.size === 1 ? ([...declared.keys()][0] ?? null) : null

export interface ReadLines {
  result: ParseResult
  declared: ReadonlyMap<string, Declared>
}

/** More values than this are a stream of samples, not figures of a launch. */
export const maxValues = 20_000

interface State {
  reading: Reading
  declared: Map<string, { unit: Unit; better: Direction | null }>
  unitsUnknown: number
}

const refuse = (state: State, line: string, why: string): void => skipRow(state.reading, line, why)

const take = (state: State, line: string, found: ValueLine): void => {
  const { reading, declared } = state
  const known = declared.get(found.metric)
  if (known && known.unit !== found.unit) return refuse(state, line, `${found.metric} was in ${known.unit} before`)
  if (reading.measurements.length >= maxValues) return refuse(state, line, `only the first ${maxValues} values are read`)
  if (known?.better && found.better && known.better !== found.better) {
    warn(reading, 'direction_contradicted', `Lines of ${found.metric} say both ${known.better} and ${found.better}; neither is taken.`)
    declared.set(found.metric, { unit: found.unit, better: 'none' })
  } else declared.set(found.metric, { unit: found.unit, better: known?.better ?? found.better })
  add(reading, found.metric, found.unit, found.value, found.dimensions)
  reading.rows.understood += 1
}

const conclude = ({ reading, declared, unitsUnknown }: State): ReadLines => {
  if (unitsUnknown > 0)
    warn(reading, 'unit_unknown', `${unitsUnknown} lines have no unit that is known; they are left out, see the rows quoted.`)
  if (reading.measurements.length === 0) {
    const quoted = reading.warnings.find(({ code }) => code === 'rows_skipped')?.message
    if (unitsUnknown > 0) fail(reading, 'parse.unit_unknown', 'No line has a unit that is known.', quoted)
    else fail(reading, 'parse.no_rows', 'No line is a value.', quoted)
  }
  const settled = new Map([...declared].map(([metric, { unit, better }]) => [metric, { unit, better: better ?? 'none' } as Declared]))
  reading.facts['declared_metrics'] = declaredFact(settled, onlyMetric(settled))
  return { result: reading, declared: settled }
}

/** Values of JSON lines; other lines are log text. Null when no line means to be a value. */
export const readLines = (text: string): ReadLines | null => {
  const state: State = { reading: newReading('command', 'command'), declared: new Map(), unitsUnknown: 0 }
  let seen = false
  for (const raw of cleanText(text).split('\n')) {
    const line = raw.trim()
    if (!meansValue(line)) continue
    seen = true
    const found = readLine(line)
    if ('metric' in found) take(state, line, found)
    else {
      if (found.unitUnknown) state.unitsUnknown += 1
      refuse(state, line, found.refused)
    }
  }
  return seen ? conclude(state) : null
}

/** JSON lines of a user's own command, `{"metric": …, "value": …, "unit": …}`. */
export const commandLines: FormatParser = {
  id: 'command-json-lines',
  // One whole line is enough: nothing else prints these three members on a line.
  detect: (head) => (head.split('\n').some((line) => meansValue(line.trim()) && 'metric' in readLine(line.trim())) ? certain : notMine),
  parse: (text) => {
    const read = readLines(text)
    return read ? [read.result] : []
  },
  keepsLine: (line) => line.includes('"metric"'),
}
