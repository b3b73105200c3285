import type { ParseResult } from '../../../preload/contract'
import { certain, notMine } from '../../_kit/detect'
import { member, numberOf, readJsonDocuments, type Json, type JsonDocument } from '../../_kit/json'
import type { FormatParser } from '../../_kit/probe'
import { fail, newReading, setFacts, skipRow, warn } from '../../_kit/reading'
import { cleanText, quote } from '../../_kit/text'
import { addFigures, warnOfLabels, type JmeterFigures } from './jmeter-figures'

const total = 'Total'
/** `pct1ResTime` and its like are left out: which percentile they are stands in the test's settings only. */
const times = [
  ['mean', 'meanResTime'],
  ['p50', 'medianResTime'],
  ['min', 'minResTime'],
  ['max', 'maxResTime'],
] as const

const figuresOf = (name: string, block: Json): JmeterFigures | null => {
  const [samples, failed] = [numberOf(member(block, 'sampleCount')), numberOf(member(block, 'errorCount'))]
  if (samples === null || numberOf(member(block, 'meanResTime')) === null) return null
  const found = times.flatMap(([end, key]) => {
    const value = numberOf(member(block, key))
    return value === null ? [] : [[end, value] as const]
  })
  return {
    label: name === total ? null : quote(name),
    samples,
    failed,
    errorShare: null,
    qps: numberOf(member(block, 'throughput')),
    times: new Map(found),
  }
}

const isStatistics = (value: Json): value is { [key: string]: Json } =>
  value !== null &&
  typeof value === 'object' &&
  !Array.isArray(value) &&
  Object.values(value).some((block) => numberOf(member(block, 'meanResTime')) !== null)

const readDocument = ({ value, truncated }: JsonDocument): ParseResult[] => {
  if (!isStatistics(value)) return []
  const reading = newReading('serving', 'jmeter')
  let labels = 0
  for (const [name, block] of Object.entries(value)) {
    const figures = figuresOf(name, block)
    if (figures === null) skipRow(reading, name, 'its counts and times are not numbers')
    else {
      addFigures(reading, figures)
      labels += Number(figures.label !== null)
    }
  }
  setFacts(reading, { tool: 'jmeter', format: 'statistics', labels })
  warnOfLabels(reading, labels)
  warn(
    reading,
    'percentiles_unnamed',
    'The file does not say which percentiles pct1 to pct3 are (90, 95 and 99 unless the test sets others): they are left out. The JTL has every request.',
  )
  if (truncated) {
    warn(reading, 'truncated', 'The file breaks off.')
    fail(reading, 'parse.truncated', 'The file breaks off.')
  }
  return [reading]
}

/** `statistics.json` of JMeter's dashboard. */
export const jmeterStatistics: FormatParser = {
  id: 'jmeter-statistics-json',
  detect: (head) => (/"sampleCount"\s{0,8}:\s{0,8}\d/.test(head) && /"meanResTime"\s{0,8}:/.test(head) ? certain : notMine),
  parse: (text) => readJsonDocuments(cleanText(text)).flatMap(readDocument),
}
