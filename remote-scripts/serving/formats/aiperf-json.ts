import type { ParseResult } from '../../../preload/contract'
import { certain, notMine } from '../../_kit/detect'
import { arrayOf, member, numberOf, readJsonDocuments, stringOf, type Json, type JsonDocument } from '../../_kit/json'
import type { FormatParser } from '../../_kit/probe'
import { add, fail, newReading, setFacts, warn } from '../../_kit/reading'
import { redactSecrets } from '../../_kit/secrets'
import { cleanText, quote } from '../../_kit/text'
import { aiperfMetrics } from './aiperf-names'
import { addSummary, type SummaryMetric } from './aiperf-summary'

/** Early AIPerf puts the metrics under `records`, later versions and GenAI-Perf at the top. */
const metricsIn = (value: Json): SummaryMetric[] => {
  const records = member(value, 'records') ?? value
  if (records === null || typeof records !== 'object' || Array.isArray(records)) return []
  return Object.entries(records).flatMap(([tag, block]) => {
    if (block === null || typeof block !== 'object' || Array.isArray(block) || member(block, 'avg') === undefined) return []
    const figures = new Map<string, number>()
    for (const [name, figure] of Object.entries(block)) if (typeof figure === 'number') figures.set(name, figure)
    return [{ tag, unit: stringOf(member(block, 'unit')), figures }]
  })
}

const isSummary = (value: Json): boolean => metricsIn(value).some(({ tag }) => aiperfMetrics.has(tag)) && !Array.isArray(value)

const countOf = (value: Json, key: string): number => {
  if (value === null || typeof value !== 'object') return 0
  const inner = Object.values(value).reduce<number>((sum, item) => sum + countOf(item, key), 0)
  return inner + (!Array.isArray(value) && Object.hasOwn(value, key) ? 1 : 0)
}

/** A lost line can put the figures of one metric under another's name; then a name comes twice in one object. */
const hasDoubles = (text: string, value: Json): boolean => text.split(/"avg"\s{0,20}:/).length - 1 !== countOf(value, 'avg')

const toolOf = (value: Json): string => {
  if (member(value, 'aiperf_version') !== undefined || member(value, 'schema_version') !== undefined) return 'aiperf'
  return member(value, 'input_config', 'perf_analyzer') !== undefined || member(value, 'input_config', 'subcommand') !== undefined
    ? 'genai-perf'
    : 'aiperf'
}

const readErrors = (reading: ReturnType<typeof newReading>, value: Json): void => {
  for (const entry of arrayOf(member(value, 'error_summary')).slice(0, 50)) {
    const count = numberOf(member(entry, 'count'))
    const details = member(entry, 'error_details')
    const error = [stringOf(member(details, 'type')), stringOf(member(details, 'message'))].filter((part) => part !== null).join(': ')
    if (count !== null && error !== '') add(reading, 'serving.errors', '1', count, { error: quote(redactSecrets(error)) })
  }
}

const readReport = (text: string, document: JsonDocument): ParseResult => {
  const { value } = document
  const version = stringOf(member(value, 'aiperf_version'))
  const reading = newReading('serving', toolOf(value), version)
  const models = arrayOf(member(value, 'input_config', 'endpoint', 'model_names')).flatMap((model) => stringOf(model) ?? [])
  setFacts(reading, {
    tool: reading.tool.name,
    version,
    schema_version: stringOf(member(value, 'schema_version')),
    benchmark_id: stringOf(member(value, 'benchmark_id')),
    models,
    start_time: stringOf(member(value, 'start_time')),
    end_time: stringOf(member(value, 'end_time')),
    was_cancelled: member(value, 'was_cancelled') === true,
  })
  const metrics = metricsIn(value)
  if (hasDoubles(text.slice(document.start, document.end), value)) {
    reading.rows.skipped = metrics.length
    warn(reading, 'rows_skipped', 'A name comes twice in one object: which metric its figures belong to cannot be told.')
    fail(reading, 'parse.truncated', 'The file is damaged: lines of it are missing or doubled.')
    return reading
  }
  reading.rows.understood = metrics.length
  addSummary(reading, metrics)
  readErrors(reading, value)
  if (member(value, 'was_cancelled') === true) warn(reading, 'cancelled', 'The run was cancelled: the figures are of its beginning.')
  if (document.truncated) {
    warn(reading, 'truncated', 'The file breaks off.')
    fail(reading, 'parse.truncated', 'The file breaks off.')
  } else if (document.repaired) warn(reading, 'json_repaired', 'The file is not valid JSON; it was read all the same.')
  return reading
}

/** AIPerf's and GenAI-Perf's summary (`profile_export_aiperf.json`, `profile_export_genai_perf.json`); every figure has its unit beside it. */
export const aiperfJson: FormatParser = {
  id: 'aiperf-summary-json',
  detect: (head) =>
    /"(?:request_latency|request_throughput|time_to_first_token)"\s{0,20}:\s{0,20}\{\s{0,20}"(?:unit|avg|min|max|std|p\d{1,2}|tag|header)"\s{0,20}:/.test(
      head,
    ) &&
    /"unit"\s{0,20}:/.test(head) &&
    /"avg"\s{0,20}:/.test(head)
      ? certain
      : notMine,
  parse(text) {
    const clean = cleanText(text)
    return readJsonDocuments(clean)
      .filter((document) => isSummary(document.value))
      .map((document) => readReport(clean, document))
  },
}
