import { describe, expect, it } from 'vitest'
import type { Facts } from '../../../preload/contract'
import { cellOf, times, type Story } from './indicators.fixture'

const serving = (launches: Story['launches'], more: Partial<Story> = {}): Story => ({ probe: 'serving', launches, ...more })

/** Latency (us) of a ramp of 2, 10 and 50 requests a second. */
const ramp = (factor: number): Story['launches'][number] =>
  [2, 50, 10].flatMap((rate) => [
    ['serving.latency_mean', factor * (100_000 + rate * 1000), { rate_target: rate }] as const,
    ['serving.latency_p95', factor * (150_000 + rate * 5000), { rate_target: rate }] as const,
    ['serving.latency_p99', factor * 400_000, { rate_target: rate }] as const,
  ])

describe('mean response latency', () => {
  it('is that of the lowest rate, its percentiles beside it', () => {
    const cell = cellOf([serving([1, 1.02, 0.98, 1.01, 0.99].map(ramp))], 'latency_mean')
    expect(cell).toMatchObject({
      status: 'met',
      value: 102_000,
      note: 'at 2 requests/s, the lowest rate',
      metrics: ['serving.latency_mean'],
    })
    expect(cell.interval).toMatchObject({ low: 0.98 * 102_000, high: 1.02 * 102_000, coverage: 0.9375 })
    expect(cell.parts.map(({ label, value }) => [label, value])).toEqual([
      ['p95', 160_000],
      ['p99', 400_000],
    ])
    expect(cell.runIds).toHaveLength(5)
  })

  it('misses its target, or leaves it open where the interval holds it', () => {
    expect(cellOf([serving(times(5, ramp(8)))], 'latency_mean').status).toBe('missed')
    const open = cellOf([serving([7.7, 7.8, 7.9, 8, 8.1].map(ramp))], 'latency_mean')
    expect(open).toMatchObject({ status: 'undecided', reasonCode: 'straddles' })
    expect(open.reason).toContain('from 785 ms to 826 ms')
    expect(cellOf([serving(times(4, ramp(1)))], 'latency_mean')).toMatchObject({ status: 'undecided', reasonCode: 'too_few_launches' })
    expect(cellOf([serving(times(4, ramp(1)))], 'latency_mean').reason).toContain('4 launches cannot decide')
  })

  it('takes the total of a file of several endpoints, and abstains without one', () => {
    const of = (...names: string[]): Story =>
      serving(
        times(
          5,
          names.map((name, place) => ['serving.latency_mean', 1000 * (place + 1), { name }] as const),
        ),
      )
    expect(cellOf([of('/a', 'Aggregated', '/b')], 'latency_mean').value).toBe(2000)
    expect(cellOf([of('/a')], 'latency_mean').value).toBe(1000)
    expect(cellOf([of('/a', '/b')], 'latency_mean')).toMatchObject({
      status: 'cannot_answer',
      reasonCode: 'several_endpoints',
      value: null,
    })
  })

  it('does not pool two entries of the plan', () => {
    const first = serving(times(5, [['serving.latency_mean', 1000]]), { more: { probeIndex: 1 } })
    const second = serving(times(5, [['serving.latency_mean', 9000]]), { more: { probeIndex: 0 } })
    expect(cellOf([first, second], 'latency_mean').value).toBe(9000)
  })
})

describe('the alert', () => {
  it('looks at the load below the knee, lists the other rates, and only warns', () => {
    const cell = cellOf([serving(times(5, ramp(1)), { facts: { knee_between: [10, 50] } })], 'alert_p95')
    expect(cell).toMatchObject({ value: 200_000, status: 'met', note: 'at 10 requests/s, the highest rate below the knee' })
    expect(cell.parts.map(({ label, value }) => `${label}: ${value}`)).toEqual([
      'p95 at 2 requests/s: 160000',
      'p95 at 10 requests/s: 200000',
      'p95 at 50 requests/s: 400000',
    ])
    expect(cellOf([serving(times(5, ramp(1)))], 'alert_p95')).toMatchObject({ value: 160_000, note: 'at 2 requests/s, the lowest rate' })
    expect(cellOf([serving(times(5, ramp(1.5)), { facts: { knee_between: [10, 50] } })], 'alert_p95').status).toBe('missed')
  })
})

describe('peak QPS', () => {
  const knee = (qps: number, targetUs = 800_000): Story['launches'][number] => [
    ['serving.knee_qps', qps, { statistic: 'p95', target_us: targetUs }],
  ]

  it('is the knee, with the target that it was looked for', () => {
    expect(cellOf([serving([51, 52, 55, 54, 53].map((qps) => knee(qps)))], 'peak_qps')).toMatchObject({
      status: 'met',
      value: 53,
      note: 'knee for p95 ≤ 800 ms',
    })
    expect(cellOf([serving(times(5, knee(50)))], 'peak_qps').status).toBe('missed')
  })

  it('is not missed where the target lies between the last rate that held and the first that did not', () => {
    const between = (rates: number[]) => ({ facts: { knee_between: rates } })
    const wide = cellOf([serving(times(5, knee(25)), between([25, 55]))], 'peak_qps')
    expect(wide).toMatchObject({ status: 'undecided', reasonCode: 'between_steps', value: 25 })
    expect(wide.reason).toContain('between 25 1/s and 55 1/s')
    // At 50 requests a second the latency was too long: no more than 50 can be carried, and the target is more than 50.
    expect(cellOf([serving(times(5, knee(25)), between([25, 50]))], 'peak_qps').status).toBe('missed')
    expect(cellOf([serving(times(5, knee(54)), between([55, 80]))], 'peak_qps').status).toBe('met')
  })

  it('says how many launches have one, since those without would have told another story', () => {
    const some = serving([knee(50), ramp(1), knee(52), ramp(1)], {
      factsOf: (launch) => (launch % 2 === 0 ? { knee: 'met' } : { knee: 'no step meets it' }),
    })
    expect(cellOf([some], 'peak_qps')).toMatchObject({
      value: 51,
      note: 'knee for p95 ≤ 800 ms; 2 of 4 launches have one, the others none: no step meets it',
    })
  })

  it('says why there is no knee, and does not mix knees of two targets', () => {
    const without = serving(times(5, ramp(1)), { facts: { knee: 'every step meets the p95 latency of 800 ms' } })
    expect(cellOf([without], 'peak_qps')).toMatchObject({
      status: 'cannot_answer',
      reason: 'The knee cannot be told: every step meets the p95 latency of 800 ms.',
    })
    expect(cellOf([serving([...times(3, knee(50)), ...times(3, knee(70, 400_000))])], 'peak_qps').reasonCode).toBe('launches_differ')
  })
})

describe('peak QPS where every rate meets the target', () => {
  const bound = (completed: number, rate = 100, targetUs = 800_000) => ({
    knee: 'every step meets the p95 latency of 800 ms',
    knee_at_least: { completed, rate, statistic: 'p95', target_us: targetUs },
  })

  it('is at least the highest completed rate: typed, no value, and judged by no target', () => {
    const cell = cellOf([serving(times(5, ramp(1)), { factsOf: (launch) => bound(97 + launch) })], 'peak_qps')
    expect(cell).toMatchObject({ status: 'cannot_answer', reasonCode: 'knee_above', value: null, values: [], atLeast: 99 })
    expect(cell.reason).toMatch(/^At least 99 1\/s \(highest rate tried: 100\/s\), n = 5: every step meets p95 ≤ 800 ms\./)
  })

  it('keeps a target from being missed by the launches that found their knee below it', () => {
    const knee = [['serving.knee_qps', 25, { statistic: 'p95', target_us: 800_000 }]] as const
    const story = (last: Story['launches'][number], facts: (launch: number) => Facts): Story =>
      serving([...times(5, [...knee]), last], { factsOf: facts })
    const found = { knee: 'met', knee_between: [25, 40] }
    expect(cellOf([story([...knee], () => found)], 'peak_qps').status).toBe('missed')
    expect(cellOf([story(ramp(1), (launch) => (launch < 5 ? found : bound(97)))], 'peak_qps')).toMatchObject({
      status: 'undecided',
      reasonCode: 'between_steps',
      value: 25,
    })
  })

  it('has no lower bound where a launch has none, or another target', () => {
    const some = serving(times(4, ramp(1)), { factsOf: (launch) => (launch === 0 ? { knee: 'no step meets it' } : bound(97)) })
    expect(cellOf([some], 'peak_qps')).toMatchObject({ reasonCode: 'no_knee' })
    expect(cellOf([some], 'peak_qps')).not.toHaveProperty('atLeast')
    const two = serving(times(4, ramp(1)), { factsOf: (launch) => bound(97, 100, launch === 0 ? 400_000 : 800_000) })
    expect(cellOf([two], 'peak_qps').reasonCode).toBe('no_knee')
  })
})

describe('accuracy@5', () => {
  const accuracy = (at5: number): Story['launches'][number] => [
    ['serving.accuracy', 0.7, { k: 1 }],
    ['serving.accuracy', at5, { k: 5 }],
  ]

  it('is judged by its prompts: as many as there are, not as many launches', () => {
    const few = cellOf([serving([accuracy(0.95)], { facts: { labelled_prompts: 100 } })], 'accuracy_at_5')
    expect(few).toMatchObject({ value: 0.95, status: 'undecided', reasonCode: 'straddles', note: '100 labelled prompts' })
    expect(few.parts).toEqual([{ label: 'accuracy@1', unit: '1', value: 0.7 }])
    expect(cellOf([serving([accuracy(0.95)], { facts: { labelled_prompts: 5000 } })], 'accuracy_at_5').status).toBe('met')
    expect(cellOf([serving(times(5, accuracy(0.8)), { facts: { labelled_prompts: 5000 } })], 'accuracy_at_5').status).toBe('missed')
  })

  it('is not answered by another k, nor by sets of different size', () => {
    const other = serving(times(5, [['serving.accuracy', 0.7, { k: 1 }] as const]))
    expect(cellOf([other], 'accuracy_at_5')).toMatchObject({ status: 'not_measured', reasonCode: 'other_k' })
    const sets = serving(times(2, accuracy(0.9)), { factsOf: (launch) => ({ labelled_prompts: 100 + launch }) })
    expect(cellOf([sets], 'accuracy_at_5').reasonCode).toBe('launches_differ')
  })
})
