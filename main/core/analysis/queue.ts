/** Steady state of a queue. Rates are per the same unit of time; lengths are in items. */
export interface QueueState {
  /** Share of time in which the server has nothing to do. */
  starvation: number
  /** Share of arrivals that find the queue full; here: of time in which production pauses. */
  blocking: number
  /** Items served per unit of time. */
  throughput: number
  /** Mean number of items waiting and in service. */
  length: number
}

const isRate = (value: number): boolean => Number.isFinite(value) && value > 0

/**
 * M/M/1/K: exponential arrivals at rate `arrival`, exponential service at rate `service`, at most `capacity` items waiting and in service.
 * P_n = (1-r) r^n / (1-r^(K+1)) with r = arrival/service; all alike, 1/(K+1), at r = 1. Throughput = service (1 - P_0).
 * Null for rates that are none and a capacity below 1. (Kleinrock, Queueing Systems 1, 3.6)
 */
export const finiteQueue = (arrival: number, service: number, capacity: number): QueueState | null => {
  if (!isRate(arrival) || !isRate(service) || !Number.isInteger(capacity) || capacity < 1 || capacity > 1e6) return null
  const r = arrival / service
  // Weights r^n, from the larger end, so that neither end overflows.
  const down = r <= 1 ? r : 1 / r
  let [sum, moment, weight] = [0, 0, 1]
  for (let index = 0; index <= capacity; index += 1) {
    sum += weight
    moment += weight * index
    weight *= down
  }
  const last = down ** capacity / sum
  const [starvation, blocking] = r <= 1 ? [1 / sum, last] : [last, 1 / sum]
  const length = r <= 1 ? moment / sum : capacity - moment / sum
  return { starvation, blocking, throughput: service * (1 - starvation), length }
}

/** M/M/1, no limit: mean items in the system, arrival/(service - arrival). Null from arrival = service on, where there is no steady state. */
export const queueLength = (arrival: number, service: number): number | null =>
  isRate(arrival) && isRate(service) && arrival < service ? arrival / (service - arrival) : null

/**
 * Kingman's approximation of the mean wait before service of a G/G/1 queue, r/(1-r) (ca2+cs2)/2 / service, in the rates' unit of time; `ca2`, `cs2`:
 * squared coefficients of variation. An upper bound in heavy traffic, exact for M/M/1. Null from arrival = service on.
 */
export const kingmanWait = (arrival: number, service: number, ca2: number, cs2: number): number | null => {
  if (!isRate(arrival) || !isRate(service) || arrival >= service || !(ca2 >= 0) || !(cs2 >= 0)) return null
  const r = arrival / service
  return ((r / (1 - r)) * ((ca2 + cs2) / 2)) / service
}
