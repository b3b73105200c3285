import type { Dimensions, Unit } from '../../../preload/contract'
import { member, stringOf, type Json } from '../../_kit/json'
import { maxLineLength } from '../../_kit/text'
import { metricOf } from '../names'
import { directions, type Direction } from '../params'
import { toCanonical } from '../units'

/** One measured value of one line, in its canonical unit. */
export interface ValueLine {
  metric: string
  unit: Unit
  value: number
  dimensions: Dimensions
  /** What the line says; null: it does not. */
  better: Direction | null
}

export interface RefusedLine {
  refused: string
  /** The line's unit is none that is known. */
  unitUnknown?: true
}

const maxDimensions = 16
const dimensionName = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/
const maxText = 200

/** True for a line that means to be a value: an object that names a metric. Everything else is log text. */
export const meansValue = (line: string): boolean => line.startsWith('{') && line.includes('"metric"')

const parse = (line: string): Json | undefined => {
  try {
    return JSON.parse(line) as Json
  } catch {
    return undefined
  }
}

/** Null when a name or value is none that can be compared by. */
const dimensionsOf = (value: Json | undefined): Dimensions | null => {
  if (value === undefined || value === null) return {}
  if (typeof value !== 'object' || Array.isArray(value)) return null
  const entries = Object.entries(value)
  const able = entries.every(
    ([name, entry]) =>
      dimensionName.test(name) &&
      name !== '__proto__' &&
      (typeof entry === 'boolean' || typeof entry === 'number' || (typeof entry === 'string' && entry.length <= maxText)),
  )
  return able && entries.length <= maxDimensions ? (Object.fromEntries(entries) as Dimensions) : null
}

const refuse = (refused: string): RefusedLine => ({ refused })

/** A line for which `meansValue` is true. */
export const readLine = (line: string): ValueLine | RefusedLine => {
  if (line.length > maxLineLength) return refuse('it is longer than 8192 characters')
  const parsed = parse(line)
  if (parsed === undefined) return refuse('it is not whole JSON')
  const printed = stringOf(member(parsed, 'metric'))
  const metric = printed === null ? null : metricOf(printed)
  if (metric === null) return refuse('its name is not the command’s to give: a plain name, or one that begins with "custom."')
  const value = member(parsed, 'value')
  if (typeof value !== 'number') return refuse('its value is no number')
  const unit = stringOf(member(parsed, 'unit'))
  if (unit === null) return { refused: 'it has no unit', unitUnknown: true }
  const canonical = toCanonical(value, unit)
  if (canonical === null) return { refused: `the unit "${unit.slice(0, 32)}" is not known`, unitUnknown: true }
  const dimensions = dimensionsOf(member(parsed, 'dimensions'))
  if (dimensions === null) return refuse('its dimensions are not up to 16 names with short texts, numbers or true and false')
  const said = member(parsed, 'better') ?? null
  const better = directions.find((direction) => direction === said) ?? null
  if (said !== null && better === null) return refuse('better is higher, lower or none')
  return { metric, ...canonical, dimensions, better }
}
