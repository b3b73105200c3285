import type { ParseResult } from '../../../preload/contract'
import { certain, notMine } from '../../_kit/detect'
import { arrayOf, member, numberOf, stringOf, type Json } from '../../_kit/json'
import type { FormatParser } from '../../_kit/probe'
import { add, fail, newReading, setFacts, skipRow, warn, type Reading } from '../../_kit/reading'
import { cleanText } from '../../_kit/text'
import { kneeOf, type KneeStep } from '../knee'
import { addErrors, addStep } from './load-step'

/** Lines of one run: what was asked for, a line per rate, perhaps one about labelled prompts, and the end. */
interface Lines {
  header: Json
  steps: Map<number, Json>
  accuracy: Json | null
  ended: boolean
  /** A line that is not whole. */
  broken: string[]
}

const kindOf = (line: Json): string | null => stringOf(member(line, 'headroom'))

const parsed = (line: string): Json | undefined => {
  try {
    return JSON.parse(line) as Json
  } catch {
    return undefined
  }
}

const take = (run: Lines, line: string, value: Json | undefined): void => {
  const kind = value === undefined ? null : kindOf(value)
  const step = numberOf(member(value, 'step'))
  if (kind === 'serving-step' && step !== null && value !== undefined) {
    if (!run.steps.has(step)) run.steps.set(step, value)
  } else if (kind === 'serving-accuracy' && value !== undefined) run.accuracy = value
  else if (kind === 'serving-end') run.ended = true
  else if (line.includes('"headroom"')) run.broken.push(line)
}

const runsOf = (text: string): Lines[] => {
  const runs: Lines[] = []
  for (const line of text.split('\n').map((one) => one.trim())) {
    if (!line.startsWith('{')) continue
    const value = line.endsWith('}') ? parsed(line) : undefined
    const run = runs.at(-1)
    if (value !== undefined && kindOf(value) === 'serving-load') {
      // A header that stands twice begins nothing new.
      if (run && !run.ended && run.steps.size === 0 && run.accuracy === null) continue
      runs.push({ header: value, steps: new Map(), accuracy: null, ended: false, broken: [] })
    } else if (run) take(run, line, value)
  }
  return runs
}

const ratesOf = (header: Json): number[] => arrayOf(member(header, 'rates')).flatMap((rate) => numberOf(rate) ?? [])

const readFacts = (reading: Reading, header: Json): void => {
  const text = (name: string): string | null => stringOf(member(header, name))
  setFacts(reading, {
    tool: 'headroom load generator',
    python: text('python'),
    endpoint: `${text('scheme') ?? 'http'}://${text('endpoint') ?? ''}`,
    address: text('address'),
    api: text('api'),
    method: text('method'),
    model: text('model'),
    streamed: member(header, 'streamed') === true,
    arrivals: text('arrivals'),
    seed: numberOf(member(header, 'seed')),
    rates: ratesOf(header),
    seconds: arrayOf(member(header, 'seconds')).flatMap((one) => numberOf(one) ?? []),
    warmup_requests: numberOf(member(header, 'warmup_requests')),
    max_in_flight: numberOf(member(header, 'max_in_flight')),
    keep_alive: member(header, 'keep_alive') === true,
    tls_verified: text('scheme') === 'https' ? member(header, 'tls_verify') === true : null,
    percentile_method: 'nearest_rank',
  })
  if (member(header, 'key') === true && text('scheme') === 'http' && !/^(127\.|::1 )/.test(text('address') ?? ''))
    warn(reading, 'key_in_clear', 'The API key was sent over http: everybody on the way can read it.')
  if (text('scheme') === 'https' && member(header, 'tls_verify') === false)
    warn(reading, 'tls_not_verified', "The endpoint's certificate was not checked: what answered may be somebody else.")
}

const addKnee = (reading: Reading, header: Json, steps: (KneeStep | null)[]): void => {
  const targetMs = numberOf(member(header, 'target_ms'))
  const statistic = stringOf(member(header, 'target_statistic'))
  if (targetMs === null || statistic === null) return
  const known = steps.filter((step) => step !== null)
  const target = { latencyUs: targetMs * 1000, statistic, maxErrorShare: numberOf(member(header, 'max_error_share')) ?? 0 }
  const whole = known.length === ratesOf(header).length
  const knee = whole ? kneeOf(known, target) : { kind: 'cannot_answer' as const, why: 'not every step of the ramp is there' }
  reading.facts['knee'] = knee.why
  if (knee.kind === 'cannot_answer') {
    // One rate is a measurement at that rate; nobody asked for a knee.
    if (ratesOf(header).length > 1) warn(reading, 'knee_cannot_answer', `The knee cannot be told: ${knee.why}.`)
    return
  }
  if (knee.kind === 'at_least') {
    // A fact and no measurement: it must never be averaged or compared as if it were the knee. One rate is no ramp that looked for one.
    if (ratesOf(header).length > 1) {
      const facts = { completed: knee.completedRate, rate: knee.highest.rateTarget, statistic, target_us: target.latencyUs }
      reading.facts['knee_at_least'] = facts
      warn(reading, 'knee_at_least', `The knee lies above the rates that were tried: ${knee.why}.`)
    }
    return
  }
  add(reading, 'serving.knee_qps', '1/s', knee.completedRate, { statistic, target_us: target.latencyUs })
  reading.facts['knee_between'] = [knee.met.rateTarget, knee.missed.rateTarget]
}

const addAccuracy = (reading: Reading, accuracy: Json): void => {
  const number = (name: string): number => numberOf(member(accuracy, name)) ?? 0
  const labelled = number('labelled')
  setFacts(reading, {
    labelled_prompts: labelled,
    predictions: stringOf(member(accuracy, 'predictions')),
    match: stringOf(member(accuracy, 'match')),
  })
  addErrors(reading, arrayOf(member(accuracy, 'errors')), { phase: 'accuracy' })
  if (labelled === 0) return
  const lost = labelled - number('answered')
  if (lost > 0) warn(reading, 'accuracy_unanswered', `${lost} of ${labelled} labelled prompts got no answer; they count as wrong.`)
  if (number('unreadable') > 0)
    warn(
      reading,
      'accuracy_unreadable',
      `${number('unreadable')} answers held no prediction where predictions were looked for; they count as wrong.`,
    )
  for (const entry of arrayOf(member(accuracy, 'at'))) {
    const k = numberOf(member(entry, 'k')) ?? 0
    const held = numberOf(member(entry, 'answers_with_k')) ?? 0
    const hits = numberOf(member(entry, 'hits'))
    if (held === 0) {
      reading.warnings.push({
        code: 'accuracy_cannot_answer',
        message: `No answer held ${k} predictions: accuracy at ${k} cannot be told.`,
      })
      continue
    }
    add(reading, 'serving.accuracy', '1', hits === null ? null : hits / labelled, { k })
    if (held < number('answered'))
      reading.warnings.push({
        code: 'accuracy_short',
        message: `${number('answered') - held} of ${number('answered')} answers held fewer than ${k} predictions.`,
      })
  }
}

const readRun = (run: Lines): ParseResult => {
  const reading = newReading('serving', 'headroom load generator', String(numberOf(member(run.header, 'version')) ?? 1))
  readFacts(reading, run.header)
  const alertMs = numberOf(member(run.header, 'alert_p95_ms'))
  const statistic = stringOf(member(run.header, 'target_statistic')) ?? 'p95'
  const ordered = [...run.steps].sort(([a], [b]) => a - b).map(([, step]) => step)
  if (run.accuracy !== null) addAccuracy(reading, run.accuracy)
  const steps = ordered.map((step) => addStep(reading, step, statistic, alertMs === null ? null : alertMs * 1000))
  if (ordered.some((step) => member(step, 'simulated') === true)) setFacts(reading, { simulated: true })
  reading.rows.understood = ordered.length + (run.accuracy === null ? 0 : 1)
  for (const line of run.broken) skipRow(reading, line, 'it is not a whole line')
  addKnee(reading, run.header, steps)
  if (!run.ended) {
    warn(reading, 'truncated', 'The test broke off.')
    fail(reading, 'parse.truncated', `The test broke off after ${ordered.length} of ${ratesOf(run.header).length} steps.`)
  } else if (ordered.length > 0 && ordered.every((step) => numberOf(member(step, 'ok')) === 0)) {
    const first = arrayOf(member(ordered[0], 'errors'))[0]
    const said = [stringOf(member(first, 'kind')), stringOf(member(first, 'error'))].filter((part) => part).join(': ')
    fail(reading, 'remote.tool_failed', 'No request got an answer that counts.', said)
  }
  return reading
}

/** The own generator's `steps.jsonl`: figures of every rate, the knee, accuracy at k. */
export const loadSteps: FormatParser = {
  id: 'headroom-load-steps',
  detect: (head) => (/^\s{0,20}\{.{0,4000}"headroom":"serving-load"/m.test(head) ? certain : notMine),
  parse: (text) => runsOf(cleanText(text)).map(readRun),
}
