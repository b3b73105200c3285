import type { FactValue, ParseResult, Series } from '../../../preload/contract'
import { certain, notMine } from '../../_kit/detect'
import { member, numberOf, stringOf, type Json } from '../../_kit/json'
import type { FormatParser } from '../../_kit/probe'
import { add, fail, newReading, skipRow, warn, type Reading } from '../../_kit/reading'
import { cleanText } from '../../_kit/text'
import { cv2, dimensionsOf, mean, meanReady, readSetting, type Setting } from './setting'

const opening = /^\{"headroom"\s*:\s*"dataloader-bench"/
const headerFacts = [
  'torch',
  'python',
  'dataset',
  'decode',
  'decode_us',
  'decode_cv',
  'step',
  'step_us',
  'step_cv',
  'sample_bytes',
  'cpus',
  'steps',
]

interface Bench {
  header: Json
  settings: Setting[]
  skipped: { line: string; why: string }[]
  unmeasured: string[]
  failed: string[]
  ended: boolean
}

const parseLine = (line: string): Json | undefined => {
  try {
    return JSON.parse(line) as Json
  } catch {
    return undefined
  }
}

const reasonOf = (value: Json, name: string): string => {
  const what = member(value, name)
  const shown =
    typeof what === 'string'
      ? what
      : `${String(numberOf(member(what, 'workers')))} workers, batch ${String(numberOf(member(what, 'batch')))}`
  return `${shown}: ${stringOf(member(value, 'why')) ?? 'no reason given'}`
}

const takeLine = (bench: Bench, line: string): void => {
  const value = line.endsWith('}') ? parseLine(line) : undefined
  if (value !== undefined && member(value, 'end') === true) bench.ended = true
  else if (value !== undefined && member(value, 'skipped') !== undefined) bench.unmeasured.push(reasonOf(value, 'skipped'))
  else if (value !== undefined && member(value, 'failed') !== undefined) bench.failed.push(reasonOf(value, 'failed'))
  else {
    const setting = value === undefined ? null : readSetting(value)
    if (setting) bench.settings.push(setting)
    else bench.skipped.push({ line, why: value === undefined ? 'it is not whole' : 'a field is missing or out of range' })
  }
}

const readBenches = (text: string): Bench[] => {
  const benches: Bench[] = []
  for (const raw of cleanText(text).split('\n')) {
    const line = raw.trim()
    if (!line.startsWith('{')) continue
    const header = opening.test(line) ? parseLine(line) : undefined
    if (header !== undefined) benches.push({ header, settings: [], skipped: [], unmeasured: [], failed: [], ended: false })
    else if (benches.at(-1)) takeLine(benches.at(-1) as Bench, line)
  }
  return benches
}

/** Nearest-rank percentile: a value that was measured. */
const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.max(0, Math.ceil(values.length * share) - 1)] ?? Number.NaN

/** Terms of the queueing model for one setting; rates in batches a second. Null where one of the times is 0. */
const modelOf = (setting: Setting): Record<string, string | number | boolean> | null => {
  const [loadUs, stepUs] = [mean(setting.loadUs), mean(setting.stepUs)]
  if (loadUs <= 0 || stepUs <= 0) return null
  return {
    ...(dimensionsOf(setting) as Record<string, string | number | boolean>),
    arrival_per_s: (Math.max(1, setting.workers) * 1e6) / loadUs,
    service_per_s: 1e6 / stepUs,
    load_cv2: cv2(setting.loadUs),
    step_cv2: cv2(setting.stepUs),
  }
}

const addSetting = (reading: Reading, setting: Setting): void => {
  const dimensions = dimensionsOf(setting)
  const give = (name: string, unit: 'us' | '1' | '1/s', value: number | null | undefined): boolean =>
    add(reading, `dataloader.${name}`, unit, value, dimensions)
  const { waitUs, wallUs, batch } = setting
  const model = modelOf(setting)
  give('samples_per_s', '1/s', (waitUs.length * batch * 1e6) / wallUs)
  give('wait_share', '1', waitUs.reduce((sum, wait) => sum + wait, 0) / wallUs)
  give('wait_mean', 'us', mean(waitUs))
  give('wait_p50', 'us', percentile(waitUs, 0.5))
  give('wait_p99', 'us', percentile(waitUs, 0.99))
  give('load_time', 'us', mean(setting.loadUs))
  give('step_time', 'us', mean(setting.stepUs))
  give('arrival_rate', '1/s', model ? Number(model['arrival_per_s']) : null)
  give('service_rate', '1/s', model ? Number(model['service_per_s']) : null)
  give('load_cv2', '1', cv2(setting.loadUs))
  give('step_cv2', '1', cv2(setting.stepUs))
  if (setting.workers > 0) give('queue_ready', '1', meanReady(setting))
  give('cpu_use', '1', setting.cpuUs / wallUs)
  const capacity = setting.workers * setting.prefetch + 1
  if (waitUs.length < 5 * capacity)
    warn(reading, 'few_steps', `${waitUs.length} steps are few for a queue of ${capacity}: what it held at the start still shows.`)
  reading.rows.understood += 1
}

const factsOf = (bench: Bench): ParseResult['facts'] => {
  const facts = headerFacts.flatMap((name): [string, FactValue][] => {
    const value = member(bench.header, name)
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? [[name, value === '' ? 'synthetic' : value]]
      : []
  })
  const model = bench.settings.flatMap((setting): [string, Record<string, string | number | boolean>][] => {
    const terms = modelOf(setting)
    return terms ? [[Object.values(dimensionsOf(setting)).map(String).join(' '), terms]] : []
  })
  return { ...Object.fromEntries(facts), queue_model: Object.fromEntries(model) }
}

const readBench = (bench: Bench): ParseResult => {
  const reading = newReading('dataloader', 'dataloader-bench', String(numberOf(member(bench.header, 'version')) ?? 1))
  reading.facts = factsOf(bench)
  for (const { line, why } of bench.skipped) skipRow(reading, line, why)
  for (const setting of bench.settings) addSetting(reading, setting)
  if (bench.unmeasured.length > 0) warn(reading, 'not_measured', `Not measured: ${bench.unmeasured.join('; ').slice(0, 400)}`)
  const reason = bench.failed[0]
  if (reason !== undefined) fail(reading, 'parse.tool_reported_error', `Loading failed: ${reason.slice(0, 300)}`, reason)
  else if (!bench.ended) fail(reading, 'parse.truncated', 'The sweep did not reach its end.')
  else if (bench.settings.length === 0) fail(reading, 'parse.no_rows', 'No setting was measured.', bench.unmeasured[0])
  return reading
}

/** The output of our own sweep of DataLoader settings: JSON lines with every step's times. */
export const dataloaderBench: FormatParser = {
  id: 'dataloader-bench',
  detect: (head) => (/^\s*\{"headroom"\s*:\s*"dataloader-bench"/m.test(head) ? certain : notMine),
  parse: (text) => readBenches(text).map(readBench),
}

/** Every wait, and when every batch was ready (us). */
export const dataloaderSeries = (text: string): Series[] =>
  readBenches(text).flatMap(({ settings }) =>
    settings.flatMap((setting) => [
      { metric: 'dataloader.wait', unit: 'us' as const, dimensions: dimensionsOf(setting), values: Float64Array.from(setting.waitUs) },
      { metric: 'dataloader.ready', unit: 'us' as const, dimensions: dimensionsOf(setting), values: Float64Array.from(setting.readyUs) },
    ]),
  )
