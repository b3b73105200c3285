import type { Dimensions, Unit } from '../../preload/contract/measurement'
import type { Zeros } from '../../preload/contract/zeros'
import type { Comparison, ComparisonRow } from './model'
import type { Messages } from '../messages'
import { neutralise } from '../ui/sanitise'
import { ratioTexts, significant } from './digits'
import { levelName, pairOf, sizeOf } from './model'

export type ChartWords = Messages['charts']

/** Text of a host or file inside a figure: Plotly reads `<b>`, `<a href>` and entities, so none may get through. */
export const plain = (text: string): string => neutralise(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')

const binaryUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

/** `1 KiB`, `1.5 MiB`, `1000 B`. */
export const sizeText = (bytes: number): string => {
  const power = bytes < 1024 ? 0 : Math.min(binaryUnits.length - 1, Math.floor(Math.log2(bytes) / 10))
  return `${significant(bytes / 1024 ** power, 4)} ${binaryUnits[power] ?? 'B'}`
}

/** The unit as printed; empty for shares and counts. */
export const unitText = (unit: Unit): string => (unit === 'us' ? 'µs' : unit === '1' ? '' : unit)

const prefixes: Partial<Record<Unit, readonly (readonly [number, string])[]>> = {
  us: [
    [1e6, 's'],
    [1e3, 'ms'],
    [1, 'µs'],
    [1e-3, 'ns'],
  ],
  'GB/s': [
    [1e3, 'TB/s'],
    [1, 'GB/s'],
    [1e-3, 'MB/s'],
    [1e-6, 'kB/s'],
    [1e-9, 'B/s'],
  ],
  'FLOP/s': [
    [1e15, 'PFLOP/s'],
    [1e12, 'TFLOP/s'],
    [1e9, 'GFLOP/s'],
    [1e6, 'MFLOP/s'],
    [1, 'FLOP/s'],
  ],
  bytes: [
    [1e12, 'TB'],
    [1e9, 'GB'],
    [1e6, 'MB'],
    [1e3, 'kB'],
    [1, 'bytes'],
  ],
}

/** From here on a number has too many digits to read. */
const unreadable = 1e5

/** How a column of values is printed: what each is divided by, and the unit of the result. */
export interface Scale {
  divisor: number
  name: string
}

/** One scale for all of them: their own unit while the digits can be read, else the prefix that leaves the largest two to five before the point. */
export const scaleOf = (unit: Unit, values: readonly number[]): Scale => {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  if (largest < unreadable) return { divisor: 1, name: unitText(unit) }
  const [divisor, name] = prefixes[unit]?.find(([size]) => largest >= 10 * size) ?? [1, unitText(unit)]
  return { divisor, name }
}

/** A value with the prefix that suits it: 36335 us is `36.3 ms`. */
export const valueText = (value: number, unit: Unit, digits = 3): string => {
  const steps = prefixes[unit]
  if (!steps || value === 0) return `${significant(value, digits)} ${unitText(unit)}`.trim()
  const [factor, name] = steps.find(([size]) => Math.abs(value) >= size) ?? steps[steps.length - 1] ?? [1, unit]
  return `${significant(value / factor, digits)} ${name}`
}

const statisticOf = /^(.{1,200})_(mean|avg|median|min|max|p\d{1,6})$/

/** `p999` is the 99.9th percentile. */
const statisticText = (words: ChartWords, name: string): string =>
  Object.hasOwn(words.statistics, name) ? words.statistics[name as keyof typeof words.statistics] : name.replace(/^p(\d\d)(\d+)$/, 'p$1.$2')

/** The metric in words, that of which it is a statistic and which, or its id where the catalogue has neither. */
export const metricText = (words: ChartWords, metric: string): string => {
  const names: Readonly<Record<string, string>> = words.metrics
  if (Object.hasOwn(names, metric)) return names[metric] ?? metric
  const [, base = '', statistic = ''] = statisticOf.exec(metric) ?? []
  return Object.hasOwn(names, base) ? words.statistic(names[base] ?? base, statisticText(words, statistic)) : neutralise(metric)
}

const dimensionText = (words: ChartWords, name: string, value: string | number | boolean): string | null => {
  if (name === 'in_place') return value === true ? words.inPlace : null
  if (name.endsWith('_bytes') && typeof value === 'number') return sizeText(value)
  return typeof value === 'string' ? neutralise(value) : `${neutralise(name)} ${String(value)}`
}

/** `all_reduce, float32, sum, 4 MiB`; the size last. */
export const settingText = (words: ChartWords, dimensions: Dimensions): string =>
  Object.entries(dimensions)
    .sort(([a], [b]) => Number(a === 'size_bytes') - Number(b === 'size_bytes'))
    .map(([name, value]) => dimensionText(words, name, value))
    .filter((text) => text !== null)
    .join(', ')

/** The title of a picture: what the row found, in one sentence. */
export const findingText = (
  words: ChartWords,
  row: ComparisonRow,
  comparison: Pick<Comparison, 'factor' | 'levels'>,
  at?: string,
): string => {
  const pair = pairOf(row, comparison.levels)
  const [level, baseline] = [levelName(comparison, pair.level), levelName(comparison, pair.baseline)]
  const size = sizeOf(row)
  const place = at ?? (size === null ? '' : sizeText(size))
  const metric = metricText(words, row.metric)
  const subject = place === '' ? metric : words.metricAt(metric, place)
  if (row.reasonCode === 'arm_missing') return words.findingMissing(subject, String(row.reasonParams['missing'] ?? baseline))
  if (!row.ratio || row.verdict === 'cannot_answer') return words.findingUnknown(subject, level, baseline)
  const { estimate } = ratioTexts(row.ratio)
  if (row.verdict === 'equivalent') return words.findingSame(subject, level, baseline, estimate)
  const say = row.better === 'higher' ? words.findingRatio : row.unit === 'us' ? words.findingTime : words.findingLower
  return say(subject, level, baseline, estimate)
}

/** What fits beside a rule; a longer source is cut where it begins to explain, which the inspector shows in full. */
const longestLabel = 60
const shortSource = (source: string): string => (source.length > longestLabel ? (source.split(/[:：]/, 1)[0] ?? source) : source)

/** `0 in all 10 launches: Wrong elements, Drops (3 of 4 settings).` */
export const zerosText = (words: ChartWords, { launches, metrics }: Zeros): string =>
  words.allZero(
    launches,
    metrics
      .map(({ metric, settings, all }) =>
        settings === all ? metricText(words, metric) : words.inSomeSettings(metricText(words, metric), settings, all),
      )
      .join(words.listComma),
  )

/** Name of a bound beside its rule: `25 Gb/s line rate (fast)`, or its source when it is no line rate. */
export const boundText = (words: ChartWords, source: string, levels: readonly string[]): string => {
  const rate = /([\d.]+ Gb\/s) line rate/.exec(source)?.[1]
  const names = levels.map(plain).join(', ')
  return rate === undefined ? words.boundOf(plain(shortSource(source)), names) : words.lineRateOf(rate, names)
}
