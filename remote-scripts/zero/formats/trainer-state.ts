import type { ParseResult } from '../../../preload/contract'
import { certain, notMine } from '../../_kit/detect'
import { arrayOf, member, numberOf, readJsonDocuments, type Json, type JsonDocument } from '../../_kit/json'
import type { FormatParser } from '../../_kit/probe'
import { fail, setFacts, warn } from '../../_kit/reading'
import { cleanText } from '../../_kit/text'
import { newRun } from './run'
import { addLogged, meaningOf } from './trainer-dictionary'
import { warnAboutRun } from './warnings'

/** Entries of the history beyond these are left out, and said so. */
const mostEntries = 200_000

/** The figures of an entry as the Trainer would have printed them. */
const printed = (entry: Json): Map<string, string> | null => {
  if (entry === null || typeof entry !== 'object' || Array.isArray(entry)) return null
  return new Map(
    Object.entries(entry).flatMap(([key, value]) => {
      if (typeof value === 'number') return [[key, String(value)] as const]
      // `NaN` is no JSON and was read as null.
      return value === null && meaningOf(key) !== null ? [[key, 'nan'] as const] : []
    }),
  )
}

const historyOf = (value: Json): Json[] | null => {
  const history = member(value, 'log_history')
  if (history !== undefined) return arrayOf(history)
  const runtimes = ['train_runtime', 'eval_runtime', 'test_runtime', 'predict_runtime']
  return runtimes.some((key) => numberOf(member(value, key)) !== null) ? [value] : null
}

const readState = (document: JsonDocument, history: readonly Json[]): ParseResult => {
  const { value } = document
  const run = newRun()
  const { reading } = run
  reading.tool = { name: 'Hugging Face Trainer', version: null }
  const isState = member(value, 'log_history') !== undefined
  for (const entry of history.slice(0, mostEntries)) {
    const found = printed(entry)
    if (found && [...found.keys()].some((key) => meaningOf(key) !== null)) addLogged(run, found)
    else reading.rows.skipped += 1
  }
  if (isState)
    setFacts(reading, {
      steps_total: numberOf(member(value, 'max_steps')),
      steps_done: numberOf(member(value, 'global_step')),
      epochs: numberOf(member(value, 'num_train_epochs')),
      // The Trainer's state calls the batch of one device so.
      micro_batch_size: numberOf(member(value, 'train_batch_size')),
    })
  run.values.into(reading)
  run.finished = run.counts.summaries > 0 || document.truncated
  warnAboutRun(run)
  if (history.length > mostEntries) warn(reading, 'values_thinned', `Only the first ${mostEntries} entries of the history are read.`)
  if (document.truncated) {
    warn(reading, 'truncated', 'The file breaks off.')
    fail(reading, 'parse.truncated', 'The file breaks off.')
  } else if (reading.measurements.length === 0) fail(reading, 'parse.no_rows', 'The history of this training holds no figure.')
  return reading
}

/** The Trainer's files: `trainer_state.json` with its history, and `train_results.json`, `eval_results.json`, `all_results.json`. */
export const trainerState: FormatParser = {
  id: 'trainer-state-json',
  detect: (head) =>
    /"log_history"\s{0,20}:\s{0,20}\[/.test(head) ||
    (/^\s{0,20}\{/.test(head) &&
      /"(?:train|eval|test|predict)_runtime"\s{0,20}:\s{0,20}\d/.test(head) &&
      /_per_second"\s{0,20}:/.test(head))
      ? certain
      : notMine,
  parse: (text) =>
    readJsonDocuments(cleanText(text)).flatMap((document) => {
      const history = historyOf(document.value)
      return history === null ? [] : [readState(document, history)]
    }),
}
