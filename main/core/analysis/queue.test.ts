import { describe, expect, it } from 'vitest'
import { seededPrng } from '../random/prng'
import { finiteQueue, kingmanWait, queueLength } from './queue'

interface Simulated {
  starvation: number
  blocking: number
  throughput: number
  length: number
  wait: number
}

/** Events one by one: arrivals that find `capacity` items are lost. Times come from `interval` and `service`. */
const simulate = (interval: () => number, service: () => number, capacity: number, served: number): Simulated => {
  let [now, inside, idle, area, done, lost, arrived, waited] = [0, 0, 0, 0, 0, 0, 0, 0]
  let nextArrival = interval()
  let nextEnd = Number.POSITIVE_INFINITY
  const since: number[] = []
  while (done < served) {
    const next = Math.min(nextArrival, nextEnd)
    area += inside * (next - now)
    if (inside === 0) idle += next - now
    now = next
    if (next === nextEnd) {
      inside -= 1
      done += 1
      nextEnd = inside > 0 ? now + service() : Number.POSITIVE_INFINITY
      if (inside > 0) waited += now - (since.shift() ?? now)
      continue
    }
    arrived += 1
    nextArrival = now + interval()
    if (inside === capacity) {
      lost += 1
      continue
    }
    inside += 1
    if (inside > 1) since.push(now)
    else nextEnd = now + service()
  }
  return { starvation: idle / now, blocking: lost / arrived, throughput: done / now, length: area / now, wait: waited / done }
}

describe('M/M/1/K', () => {
  it.each([
    [0.5, 1, 3],
    [0.9, 1, 9],
    [1, 1, 5],
    [1.3, 1, 5],
    [200, 100, 17],
    [40, 100, 1],
  ])('arrivals %d, service %d, capacity %d agree with a simulation event by event', (arrival, service, capacity) => {
    const random = seededPrng(capacity * 1000 + arrival)
    const exponential = (rate: number): number => -Math.log(1 - random.unit()) / rate
    const seen = simulate(
      () => exponential(arrival),
      () => exponential(service),
      capacity,
      300_000,
    )
    const state = finiteQueue(arrival, service, capacity)
    expect(Math.abs((state?.starvation ?? 1) - seen.starvation)).toBeLessThan(0.01)
    expect(Math.abs((state?.blocking ?? 1) - seen.blocking)).toBeLessThan(0.01)
    expect((state?.throughput ?? 0) / seen.throughput).toBeCloseTo(1, 1.7)
    expect((state?.length ?? 0) / seen.length).toBeCloseTo(1, 1.3)
  })

  it('is the closed form, and does not fall over far from balance or with giant buffers', () => {
    const [r, k] = [0.8, 4]
    const state = finiteQueue(r, 1, k)
    expect(state?.starvation).toBeCloseTo((1 - r) / (1 - r ** (k + 1)), 12)
    expect(state?.blocking).toBeCloseTo(((1 - r) * r ** k) / (1 - r ** (k + 1)), 12)
    expect(finiteQueue(3, 3, 9)).toMatchObject({ starvation: 0.1, blocking: 0.1, length: 4.5 })
    expect(finiteQueue(1e6, 1, 100_000)).toMatchObject({ starvation: 0, throughput: 1 })
    expect(finiteQueue(1, 1e6, 100_000)?.throughput).toBeCloseTo(1, 6)
    // What is served is what arrives and is not turned away.
    for (const [arrival, capacity] of [
      [0.3, 2],
      [2.5, 7],
    ] as const) {
      const found = finiteQueue(arrival, 1, capacity)
      expect(found?.throughput).toBeCloseTo(arrival * (1 - (found?.blocking ?? 0)), 12)
    }
  })

  it('is refused for what is no queue', () => {
    for (const [arrival, service, capacity] of [
      [0, 1, 3],
      [1, -1, 3],
      [1, Number.NaN, 3],
      [1, 1, 0],
      [1, 1, 2.5],
    ] as const)
      expect(finiteQueue(arrival, service, capacity)).toBeNull()
  })
})

describe('without a limit', () => {
  it('there is a length only while service is faster', () => {
    expect(queueLength(0.5, 1)).toBe(1)
    expect(queueLength(0.9, 1)).toBeCloseTo(9, 9)
    expect(queueLength(1, 1)).toBeNull()
    expect(queueLength(2, 1)).toBeNull()
  })

  it('Kingman is exact for M/M/1, near for burstier arrivals, and refused from balance on', () => {
    // By Little: the queue without the one in service, over the arrival rate.
    expect(kingmanWait(0.8, 1, 1, 1)).toBeCloseTo(((queueLength(0.8, 1) ?? 0) - 0.8) / 0.8, 9)
    expect(kingmanWait(1, 1, 1, 1)).toBeNull()
    const random = seededPrng(5)
    const exponential = (rate: number): number => -Math.log(1 - random.unit()) / rate
    // Two rates in turn: 10 % long pauses. ca2 = E[x^2]/E[x]^2 - 1 of the mixture.
    const [quick, slow, share] = [4, 0.25, 0.1]
    const mean = (1 - share) / quick + share / slow
    const ca2 = (2 * ((1 - share) / quick ** 2 + share / slow ** 2)) / mean ** 2 - 1
    const service = 1 / (0.9 * mean)
    const seen = simulate(
      () => exponential(random.unit() < share ? slow : quick),
      () => exponential(service),
      1e6,
      400_000,
    )
    expect(seen.wait / (kingmanWait(1 / mean, service, ca2, 1) ?? 0)).toBeGreaterThan(0.75)
    expect(seen.wait / (kingmanWait(1 / mean, service, ca2, 1) ?? 0)).toBeLessThan(1.1)
  })
})
