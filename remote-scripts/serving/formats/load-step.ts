import type { Dimensions } from '../../../preload/contract'
import { arrayOf, member, numberOf, stringOf, type Json } from '../../_kit/json'
import { add, type Reading } from '../../_kit/reading'
import { redactSecrets } from '../../_kit/secrets'
import { quote } from '../../_kit/text'
import type { KneeStep } from '../knee'
import { fewRequests } from './load'

/** Little's law may be off by so much before a step is no steady state. */
const littleTolerance = 0.05
/** Lateness that an open loop may have: beyond it, bursts are sent that nobody asked for. */
const lagLimitUs = 5000
const busyShare = 0.9
/** From this share of time-outs on, a 99th percentile of the rest is none of all. */
const censoredShare = 0.01
const families = [
  ['latency_us', 'serving.latency_'],
  ['ttft_us', 'serving.ttft_'],
  ['itl_us', 'serving.itl_'],
  ['tpot_us', 'serving.tpot_'],
  ['lag_us', 'serving.lag_'],
] as const
const statistics = ['mean', 'min', 'max', 'p50', 'p90', 'p95', 'p99'] as const

const addWarning = (reading: Reading, code: string, message: string): void => {
  if (!reading.warnings.some((known) => known.code === code && known.message === message)) reading.warnings.push({ code, message })
}

const count = (step: Json, name: string): number => numberOf(member(step, name)) ?? 0
const short = (value: number): string => String(Number(value.toPrecision(4)))
const ms = (us: number): string => `${short(us / 1000)} ms`

/** Counts of failed requests by kind, and what each said. */
export const addErrors = (reading: Reading, errors: Json[], dimensions: Dimensions): void => {
  for (const entry of errors) {
    const kind = stringOf(member(entry, 'kind'))
    const error = quote(redactSecrets(stringOf(member(entry, 'error')) ?? ''))
    if (kind === null) continue
    add(reading, 'serving.errors', '1', numberOf(member(entry, 'count')), { ...dimensions, kind, ...(error === '' ? {} : { error }) })
    const evidence = quote(redactSecrets(stringOf(member(entry, 'evidence')) ?? ''))
    if (evidence !== '') addWarning(reading, 'error_answer', `${error}: "${evidence}"`)
  }
}

/** L against lambda W; null where nothing was in flight. */
const littleGap = (step: Json): { gap: number; inFlight: number; product: number } | null => {
  const inFlight = numberOf(member(step, 'in_flight_mean'))
  const rate = numberOf(member(step, 'arrival_rate'))
  const timeUs = numberOf(member(step, 'time_in_system_us'))
  if (inFlight === null || rate === null || timeUs === null) return null
  const product = (rate * timeUs) / 1e6
  const larger = Math.max(inFlight, product)
  return larger > 0 ? { gap: Math.abs(inFlight - product) / larger, inFlight, product } : null
}

const addFigures = (reading: Reading, step: Json, dimensions: Dimensions): void => {
  const seconds = count(step, 'seconds')
  const requests = count(step, 'requests')
  const ok = count(step, 'ok')
  add(reading, 'serving.qps', '1/s', numberOf(member(step, 'completed_rate')), dimensions)
  add(reading, 'serving.arrival_rate', '1/s', numberOf(member(step, 'arrival_rate')), dimensions)
  add(reading, 'serving.requests', '1', requests, dimensions)
  if (requests > 0) add(reading, 'serving.error_rate', '1', (requests - ok) / requests, dimensions)
  add(reading, 'serving.in_flight_mean', '1', numberOf(member(step, 'in_flight_mean')), dimensions)
  add(reading, 'serving.in_flight_max', '1', numberOf(member(step, 'in_flight_max')), dimensions)
  add(reading, 'serving.connections', '1', numberOf(member(step, 'connections_opened')), dimensions)
  add(reading, 'serving.generator_cpu', '1', numberOf(member(step, 'generator_cpu_share')), dimensions)
  const tokens = count(step, 'tokens_in_window')
  if (tokens > 0 && seconds > 0) add(reading, 'serving.output_tokens_per_s', '1/s', tokens / seconds, dimensions)
  for (const [family, prefix] of families)
    for (const statistic of statistics) add(reading, `${prefix}${statistic}`, 'us', numberOf(member(step, family, statistic)), dimensions)
}

const warnAboutStep = (reading: Reading, step: Json, rate: number, alertUs: number | null): void => {
  const at = `At ${short(rate)} requests a second`
  const p95 = numberOf(member(step, 'latency_us', 'p95'))
  const lag = numberOf(member(step, 'lag_us', 'p99'))
  const little = littleGap(step)
  const ok = count(step, 'ok')
  if (little) add(reading, 'serving.little_gap', '1', little.gap, { rate_target: rate })
  if (little && little.gap > littleTolerance)
    addWarning(
      reading,
      'little_law',
      `${at}, ${short(little.inFlight)} requests were in flight, and rate times latency is ${short(little.product)}: ${short(little.gap * 100)} % apart. The step is no steady state: it is too short, or the endpoint is overloaded.`,
    )
  const timeouts = arrayOf(member(step, 'errors'))
    .filter((entry) => stringOf(member(entry, 'kind')) === 'timeout')
    .reduce<number>((sum, entry) => sum + count(entry, 'count'), 0)
  if (timeouts > censoredShare * count(step, 'requests'))
    addWarning(
      reading,
      'latency_censored',
      `${at}, ${timeouts} of ${count(step, 'requests')} requests reached the time limit. The latencies are those of the others: all of them would be higher.`,
    )
  if (alertUs !== null && p95 !== null && p95 > alertUs)
    addWarning(reading, 'latency_alert', `${at}, the p95 latency of ${ms(p95)} is above the alert line of ${ms(alertUs)}.`)
  if (lag !== null && lag > lagLimitUs)
    addWarning(
      reading,
      'generator_late',
      `${at}, one request in a hundred was sent ${ms(lag)} late or more: this host is busy, or the rate is too high for one core.`,
    )
  if (count(step, 'generator_cpu_share') > busyShare)
    addWarning(reading, 'generator_busy', `${at}, the generator needed its whole core: what it adds to the latencies is not known.`)
  if (member(step, 'warmup', 'enough') === false)
    addWarning(reading, 'warmup_short', `${at}, the warm-up ended before as many requests were through as were in flight.`)
  if (ok < fewRequests) addWarning(reading, 'few_requests', `${at}, ${ok} requests are few for percentiles.`)
}

/** Adds one step of the own generator; null when the line does not say its rate. */
export const addStep = (reading: Reading, step: Json, statistic: string, alertUs: number | null): KneeStep | null => {
  const rate = numberOf(member(step, 'rate_target'))
  const requests = count(step, 'requests')
  if (rate === null || rate <= 0) return null
  const dimensions = { rate_target: rate }
  const errors = arrayOf(member(step, 'errors'))
  addFigures(reading, step, dimensions)
  addErrors(reading, errors, dimensions)
  warnAboutStep(reading, step, rate, alertUs)
  const failed = requests - count(step, 'ok')
  if (failed > 0) addWarning(reading, 'errors_present', `At ${short(rate)} requests a second, ${failed} of ${requests} requests failed.`)
  return {
    rateTarget: rate,
    arrivalRate: count(step, 'arrival_rate'),
    completedRate: count(step, 'completed_rate'),
    requests,
    errorShare: requests > 0 ? failed / requests : 0,
    latencyUs: numberOf(member(step, 'latency_us', statistic)),
    lagP99Us: numberOf(member(step, 'lag_us', 'p99')),
    notSent: errors
      .filter((entry) => stringOf(member(entry, 'kind')) === 'client_limit')
      .reduce<number>((sum, entry) => sum + count(entry, 'count'), 0),
  }
}
