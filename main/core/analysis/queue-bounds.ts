import type { FactValue } from '../../../preload/contract'
import { fill, type SharedMessages } from '../../../preload/contract/messages'
import { formatSignificant } from '../metrics/format'
import type { Bound, BoundProvider, BoundQuery } from './bounds'
import { finiteQueue } from './queue'

/** What a launch says of one setting of its data loader (fact `queue_model`); rates in batches a second. */
interface Terms {
  workers: number
  prefetch: number
  batch: number
  arrival: number
  service: number
  loadCv2: number
  stepCv2: number
}

/** Squared variations within which times are taken for exponential; 1 is. */
const exponential = { least: 0.5, most: 2 }

const settingNames = ['workers', 'prefetch', 'batch', 'pinned'] as const

const termsOf = (entry: Record<string, unknown>): Terms | null => {
  const number = (name: string): number => {
    const value = entry[name]
    return typeof value === 'number' && Number.isFinite(value) ? value : Number.NaN
  }
  const terms = {
    workers: number('workers'),
    prefetch: number('prefetch'),
    batch: number('batch'),
    arrival: number('arrival_per_s'),
    service: number('service_per_s'),
    loadCv2: number('load_cv2'),
    stepCv2: number('step_cv2'),
  }
  return Object.values(terms).some(Number.isNaN) || terms.arrival <= 0 || terms.service <= 0 ? null : terms
}

/** The terms of the setting that is asked for; a factor of the plan is in the arm instead of the dimensions. */
const findTerms = (fact: FactValue | undefined, { dimensions, arm }: BoundQuery): Terms | null => {
  if (typeof fact !== 'object' || fact === null || Array.isArray(fact)) return null
  for (const entry of Object.values(fact)) {
    if (typeof entry !== 'object' || entry === null) continue
    if (settingNames.every((name) => String(entry[name]) === String(dimensions[name] ?? arm[name]))) return termsOf(entry)
  }
  return null
}

interface Prediction {
  /** Batches a second, and the share of time in which the step waits. */
  throughput: number
  starvation: number
  source: string
}

const isExponential = (value: number): boolean => value >= exponential.least && value <= exponential.most

const predict = (terms: Terms, { notes }: SharedMessages): Prediction => {
  const { workers, prefetch, arrival, service, loadCv2, stepCv2 } = terms
  const shown = (value: number): string => formatSignificant(value, 3)
  const rates = { arrival: shown(arrival), service: shown(service) }
  if (workers === 0) {
    const throughput = 1 / (1 / arrival + 1 / service)
    return { throughput, starvation: throughput / arrival, source: fill(notes.queue_serial, rates) }
  }
  const capacity = workers * prefetch + 1
  const queue = isExponential(loadCv2) && isExponential(stepCv2) ? finiteQueue(arrival, service, capacity) : null
  if (queue) return { ...queue, source: fill(notes.queue_model, { ...rates, capacity }) }
  const throughput = Math.min(arrival, service)
  const variation = { capacity, loadCv2: shown(loadCv2), stepCv2: shown(stepCv2) }
  return { throughput, starvation: 1 - throughput / service, source: fill(notes.queue_refused, { ...rates, ...variation }) }
}

/**
 * What the queueing model says of a data loader, from the rates that the launch measured of loading and of stepping alone. M/M/1/K with K = workers x prefetch + 1
 * where both times vary about as exponential ones do; elsewhere it is refused, and the slower of the two rates stands. Without workers the two take turns.
 */
export const queueBounds =
  (messages: SharedMessages): BoundProvider =>
  (query): Bound | null => {
    if (query.metric !== 'dataloader.samples_per_s' && query.metric !== 'dataloader.wait_share') return null
    const terms = findTerms(query.facts['queue_model'], query)
    if (!terms) return null
    const { throughput, starvation, source } = predict(terms, messages)
    return { value: query.metric === 'dataloader.wait_share' ? starvation : throughput * terms.batch, source }
  }
