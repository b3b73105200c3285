import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aiperfRecords, aiperfSummaryCsv, aiperfSummaryJson, type AiperfStatistics } from '../../lab/printers/aiperf'
import { sglangBenchLine, vllmBenchConsole, vllmBenchJson, type BenchResult } from '../../lab/printers/bench-serving'
import { jmeterCsv, jmeterXml, type JmeterSample } from '../../lab/printers/jmeter'
import { locustFailures, locustHistory, locustStats, type LocustEntry } from '../../lab/printers/locust'
import type { Dimensions, ParseResult } from '../../../preload/contract'
import { formats } from '../../corpus/formats'

const numRuns = 200

const parse = (format: string, text: string): ParseResult[] => {
  const found = formats.get(format)
  if (!found) throw new Error(`no format ${format}`)
  expect(found.detect(text)).toBeGreaterThanOrEqual(0.6)
  return found.parse(text)
}

/** The one value of a metric with exactly these dimensions; NaN when there is none. */
const valueOf = (result: ParseResult | undefined, metric: string, dimensions: Dimensions = {}): number =>
  result?.measurements.find(
    (entry) =>
      entry.metric === metric &&
      Object.keys(entry.dimensions).length === Object.keys(dimensions).length &&
      Object.entries(dimensions).every(([key, value]) => entry.dimensions[key] === value),
  )?.value ?? NaN

const near = (actual: number, expected: number): void => {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(Math.abs(expected) * 1e-12)
}

const time = fc.double({ min: 0.01, max: 1e5, noNaN: true })
const benchTimes = fc.record({ mean: time, median: time, deviation: time, p99: time })
const bench: fc.Arbitrary<BenchResult> = fc.record({
  completed: fc.integer({ min: 1, max: 100_000 }),
  failed: fc.integer({ min: 0, max: 1000 }),
  durationS: fc.double({ min: 0.5, max: 5000, noNaN: true }),
  inputTokens: fc.integer({ min: 1, max: 1e8 }),
  outputTokens: fc.integer({ min: 1, max: 1e8 }),
  offeredPerS: fc.option(fc.double({ min: 0.1, max: 1000, noNaN: true })),
  maxConcurrency: fc.option(fc.integer({ min: 1, max: 4096 })),
  ttftMs: benchTimes,
  tpotMs: benchTimes,
  itlMs: benchTimes,
  latencyMs: benchTimes,
})

const families = [
  ['serving.ttft_', 'ttftMs'],
  ['serving.tpot_', 'tpotMs'],
  ['serving.itl_', 'itlMs'],
  ['serving.latency_', 'latencyMs'],
] as const

const expectTimes = (result: ParseResult | undefined, known: BenchResult, printed: (value: number) => number): void => {
  for (const [prefix, field] of families) {
    near(valueOf(result, `${prefix}mean`), printed(known[field].mean) * 1000)
    near(valueOf(result, `${prefix}p50`), printed(known[field].median) * 1000)
    near(valueOf(result, `${prefix}p99`), printed(known[field].p99) * 1000)
  }
}

describe('serving benchmarks: the numbers that are printed come back', () => {
  it('vllm JSON', () => {
    fc.assert(
      fc.property(bench, (known) => {
        const [result] = parse('serving-bench-json', vllmBenchJson(known, 'lab/tiny'))
        const sent = known.completed + known.failed
        expect(valueOf(result, 'serving.requests')).toBe(sent)
        near(valueOf(result, 'serving.error_rate'), known.failed / sent)
        near(valueOf(result, 'serving.qps'), known.completed / known.durationS)
        near(valueOf(result, 'serving.output_tokens_per_s'), known.outputTokens / known.durationS)
        expectTimes(result, known, (value) => value)
        expect(result?.facts).toMatchObject({ tool: 'vllm bench serve', failed: known.failed, request_rate: known.offeredPerS ?? 'inf' })
        expect(result?.problem).toBeNull()
      }),
      { numRuns },
    )
  })

  it('sglang JSON lines', () => {
    fc.assert(
      fc.property(fc.array(bench, { minLength: 1, maxLength: 4 }), (runs) => {
        const results = parse('serving-bench-json', runs.map(sglangBenchLine).join(''))
        expect(results).toHaveLength(runs.length)
        runs.forEach((known, index) => {
          expectTimes(results[index], known, (value) => value)
          expect(results[index]?.facts).toMatchObject({ tool: 'sglang bench_serving', offered_rate: known.offeredPerS })
        })
      }),
      { numRuns },
    )
  })

  it('vllm console, to its two decimals', () => {
    fc.assert(
      fc.property(bench, (known) => {
        const [result] = parse('serving-bench-console', vllmBenchConsole(known))
        const twoDecimals = (value: number): number => Number(value.toFixed(2))
        expect(valueOf(result, 'serving.qps')).toBe(twoDecimals(known.completed / known.durationS))
        expect(valueOf(result, 'serving.requests')).toBe(known.completed + known.failed)
        expectTimes(result, known, twoDecimals)
        expect(result?.rows.skipped).toBe(0)
        expect(result?.problem).toBeNull()
      }),
      { numRuns },
    )
  })
})

const text = fc.string({
  unit: fc.constantFrom('a', 'Z', '/', ' ', ',', '"', "'", '&', '<', '>', ';', 'é', '\n'),
  minLength: 1,
  maxLength: 12,
})
const sample: fc.Arbitrary<JmeterSample> = fc.record({
  startMs: fc.integer({ min: 1_790_000_000_000, max: 1_790_000_600_000 }),
  elapsedMs: fc.integer({ min: 0, max: 60_000 }),
  firstByteMs: fc.integer({ min: 0, max: 60_000 }),
  connectMs: fc.integer({ min: 0, max: 100 }),
  label: fc.constantFrom('chat', 'a & b', 'x, "y"'),
  code: fc.constantFrom('200', '404', '503'),
  message: text,
  success: fc.boolean(),
  failure: text,
  thread: text.map((name) => name.trim()),
})

const nearestRank = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.max(1, Math.ceil(share * values.length)) - 1] ?? NaN

const expectLoad = (result: ParseResult | undefined, samples: readonly JmeterSample[], dimensions: Dimensions): void => {
  const elapsed = samples.map(({ elapsedMs }) => elapsedMs)
  const failed = samples.filter(({ success }) => !success).length
  expect(valueOf(result, 'serving.requests', dimensions)).toBe(samples.length)
  near(valueOf(result, 'serving.error_rate', dimensions), failed / samples.length)
  near(valueOf(result, 'serving.latency_mean', dimensions), (elapsed.reduce((sum, value) => sum + value, 0) * 1000) / elapsed.length)
  for (const [name, share] of [
    ['p50', 0.5],
    ['p90', 0.9],
    ['p95', 0.95],
    ['p99', 0.99],
  ] as const)
    expect(valueOf(result, `serving.latency_${name}`, dimensions)).toBe(nearestRank(elapsed, share) * 1000)
  const seconds =
    (Math.max(...samples.map(({ startMs, elapsedMs }) => startMs + elapsedMs)) - Math.min(...samples.map(({ startMs }) => startMs))) / 1000
  if (seconds > 0) near(valueOf(result, 'serving.qps', dimensions), samples.length / seconds)
}

describe('JMeter: counts, means and percentiles of known samples', () => {
  const samples = fc.array(sample, { minLength: 1, maxLength: 60 })
  const forms: [string, string, (known: JmeterSample[]) => string][] = [
    ['CSV', 'jmeter-csv', (known) => jmeterCsv(known)],
    ['XML', 'jmeter-xml', jmeterXml],
  ]

  it.each(forms)('%s', (_, format, print) => {
    fc.assert(
      fc.property(samples, (known) => {
        const [result, ...more] = parse(format, print(known))
        expect(more).toEqual([])
        expectLoad(result, known, {})
        const labels = [...new Set(known.map(({ label }) => label))]
        if (labels.length > 1)
          for (const label of labels)
            expectLoad(
              result,
              known.filter((one) => one.label === label),
              { label },
            )
        expect(result?.rows).toEqual({ understood: known.length, skipped: 0 })
        expect(result?.problem).toBeNull()
      }),
      { numRuns },
    )
  })
})

const entry = (name: fc.Arbitrary<string>): fc.Arbitrary<LocustEntry> =>
  fc
    .record({
      method: fc.constantFrom('GET', 'POST'),
      name,
      requests: fc.integer({ min: 0, max: 1e6 }),
      failed: fc.double({ min: 0, max: 1, noNaN: true }),
      meanMs: time,
      minMs: time,
      maxMs: time,
      perS: fc.integer({ min: 0, max: 1e9 }).map((millionths) => millionths / 1e6),
      failuresPerS: fc.integer({ min: 0, max: 1e6 }).map((millionths) => millionths / 1e6),
      percentilesMs: fc.array(fc.integer({ min: 1, max: 60_000 }), { minLength: 11, maxLength: 11 }),
    })
    .map(({ failed, ...rest }) => ({ ...rest, failures: Math.floor(failed * rest.requests) }))

const expectEntry = (result: ParseResult | undefined, known: LocustEntry): void => {
  const dimensions = { name: known.name, method: known.method }
  const value = (metric: string): number => valueOf(result, `serving.${metric}`, dimensions)
  expect(value('requests')).toBe(known.requests)
  near(value('qps'), known.perS)
  if (known.requests === 0) {
    expect(value('latency_p50')).toBeNaN()
    return
  }
  near(value('error_rate'), known.failures / known.requests)
  near(value('latency_mean'), known.meanMs * 1000)
  near(value('latency_max'), known.maxMs * 1000)
  expect(['p50', 'p75', 'p90', 'p95', 'p98', 'p99', 'p999'].map((name) => value(`latency_${name}`))).toEqual(
    [0, 2, 4, 5, 6, 7, 8].map((index) => (known.percentilesMs[index] ?? NaN) * 1000),
  )
}

describe('locust: the numbers that are printed come back', () => {
  const names = fc.uniqueArray(fc.integer({ min: 0, max: 999 }), { minLength: 1, maxLength: 6 })
  const entries = names.chain((ids) => fc.tuple(...ids.map((id) => entry(fc.constant(`/v1/"item", ${id}`)))))

  it('stats', () => {
    fc.assert(
      fc.property(entries, (known) => {
        const [result] = parse('locust-csv', locustStats(known))
        for (const one of known) expectEntry(result, one)
        expect(result?.rows).toEqual({ understood: known.length, skipped: 0 })
      }),
      { numRuns },
    )
  })

  it('history: the last second', () => {
    fc.assert(
      fc.property(entries, entries, (first, last) => {
        const [result] = parse('locust-csv', locustHistory(1_790_000_000, 8, [first, last]))
        for (const one of last) expectEntry(result, one)
        expect(result?.facts['rows']).toBe(first.length + last.length)
      }),
      { numRuns },
    )
  })

  it('failures', () => {
    const failure = fc.record({
      method: fc.constant('GET'),
      name: fc.constant('/a'),
      error: text.map((one) => `E ${one.trim()}.`),
      occurrences: fc.nat(1e9),
    })
    fc.assert(
      fc.property(fc.array(failure, { minLength: 1, maxLength: 10 }), (known) => {
        const [result] = parse('locust-csv', locustFailures(known))
        expect(result?.measurements.map(({ value, dimensions }) => [value, dimensions['error']])).toEqual(
          known.map(({ occurrences, error }) => [occurrences, error]),
        )
      }),
      { numRuns },
    )
  })
})

describe('AIPerf: the numbers that are printed come back', () => {
  const measured = fc.record({ latencyMs: time, firstTokenMs: time, interTokenMs: time, outputTokens: fc.integer({ min: 1, max: 4096 }) })

  it('records', () => {
    const request = fc.record({
      startMs: fc.integer({ min: 0, max: 60_000 }),
      phase: fc.constantFrom('profiling' as const, 'warmup' as const),
      measured: fc.option(measured),
    })
    fc.assert(
      fc.property(fc.array(request, { minLength: 1, maxLength: 40 }), (requests) => {
        const base = 1_790_000_000_000_000_000n
        const known = requests.map(({ startMs, phase, measured: figures }) => ({
          startNs: base + BigInt(startMs) * 1_000_000n,
          endNs: base + BigInt(startMs) * 1_000_000n + BigInt(Math.round((figures?.latencyMs ?? 1) * 1e6)),
          phase,
          measured: figures,
          error: figures ? null : { code: 500, type: 'HTTPError', message: 'busy' },
        }))
        const [result] = parse('aiperf-records', aiperfRecords(known))
        const counted = known.filter(({ phase }) => phase === 'profiling')
        const good = counted.flatMap(({ measured: figures }) => figures ?? [])
        expect(result?.rows).toEqual({ understood: known.length, skipped: 0 })
        if (counted.length === 0) {
          expect(result?.problem?.code).toBe('parse.no_rows')
          return
        }
        expect(valueOf(result, 'serving.requests')).toBe(counted.length)
        near(valueOf(result, 'serving.error_rate'), (counted.length - good.length) / counted.length)
        if (good.length === 0) return
        near(
          valueOf(result, 'serving.latency_p95'),
          nearestRank(
            good.map(({ latencyMs }) => latencyMs),
            0.95,
          ) * 1000,
        )
        near(
          valueOf(result, 'serving.ttft_p50'),
          nearestRank(
            good.map(({ firstTokenMs }) => firstTokenMs),
            0.5,
          ) * 1000,
        )
        const sum = good.reduce((total, { interTokenMs }) => total + interTokenMs, 0)
        near(valueOf(result, 'serving.itl_mean') / 1000, sum / good.length)
      }),
      { numRuns },
    )
  })

  it('summaries as JSON and, to two decimals, as CSV', () => {
    const rest = fc.record({ min: time, max: time, p50: time, p90: time, p95: time, p99: time, std: time })
    const figures = fc.tuple(fc.array(fc.tuple(time, rest), { minLength: 3, maxLength: 3 }), time, fc.integer({ min: 1, max: 1e6 }))
    const names = [
      ['request_latency', 'Request Latency', 'serving.latency_'],
      ['time_to_first_token', 'Time to First Token', 'serving.ttft_'],
      ['inter_token_latency', 'Inter Token Latency', 'serving.itl_'],
    ] as const
    fc.assert(
      fc.property(figures, ([spread, rate, count]) => {
        const metrics: AiperfStatistics[] = [
          ...names.map(([tag, header], index) => ({
            tag,
            header,
            unit: 'ms',
            avg: spread[index]?.[0] ?? 0,
            rest: spread[index]?.[1] ?? null,
          })),
          { tag: 'request_throughput', header: 'Request Throughput', unit: 'requests/sec', avg: rate, rest: null },
          { tag: 'request_count', header: 'Request Count', unit: 'requests', avg: count, rest: null },
        ]
        const check = (result: ParseResult | undefined, printed: (value: number) => number): void => {
          names.forEach(([, , prefix], index) => {
            const [avg = NaN, others] = spread[index] ?? []
            near(valueOf(result, `${prefix}mean`), printed(avg) * 1000)
            near(valueOf(result, `${prefix}p99`), printed(others?.p99 ?? NaN) * 1000)
            near(valueOf(result, `${prefix}min`), printed(others?.min ?? NaN) * 1000)
          })
          near(valueOf(result, 'serving.qps'), printed(rate))
          expect(valueOf(result, 'serving.requests')).toBe(count)
          expect(result?.problem).toBeNull()
        }
        check(parse('aiperf-summary-json', aiperfSummaryJson(metrics))[0], (value) => value)
        check(parse('aiperf-summary-csv', aiperfSummaryCsv(metrics))[0], (value) => Number(value.toFixed(2)))
      }),
      { numRuns },
    )
  })
})
