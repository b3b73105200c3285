import { describe, expect, it } from 'vitest'
import type { ParseResult } from '../../../../preload/contract'
import { chromeTrace } from './chrome-trace'

const read = (text: string, pieceLength = 65_536): ParseResult[] => {
  const bytes = new TextEncoder().encode(text)
  const reader = chromeTrace.open()
  for (let at = 0; at < bytes.length; at += pieceLength) reader.push(bytes.subarray(at, at + pieceLength))
  return reader.end()
}

const kernel = (ts: number, dur: number | string, more = ''): string =>
  `{"ph":"X","cat":"kernel","name":"k","pid":0,"tid":7,"ts":${ts},"dur":${dur},"args":{"device":0${more}}}`
const op = (name: string): string => `{"ph":"X","cat":"cpu_op","name":"${name}","pid":1,"tid":1,"ts":5,"dur":1,"args":{}}`
const traceOf = (...events: string[]): string => `{"schemaVersion":1,"record_shapes":1,"traceEvents":[${events.join(',')}]}`

const valueOf = (results: readonly ParseResult[], metric: string, dimensions: Record<string, unknown> = {}): number | undefined =>
  results
    .flatMap((result) => result.measurements)
    .find(
      (entry) =>
        entry.metric === `timeline.${metric}` && Object.entries(dimensions).every(([key, value]) => entry.dimensions[key] === value),
    )?.value

describe('a trace', () => {
  it('reads the same in pieces of one byte', () => {
    const text = traceOf(op('a \\" } ]'), kernel(10.5, 3.25), kernel(12, 4))
    expect(read(text, 1)).toEqual(read(text))
    expect(valueOf(read(text, 1), 'kernel_busy_time')).toBe(5.5)
  })

  it('takes events larger than it holds as rows not read, and goes on behind them', () => {
    const giant = kernel(1, 2, `,"x":"${'y'.repeat(5 * 2 ** 20)}"`)
    const results = read(traceOf(op('a'), giant, op('b')))
    expect(results[0]).toMatchObject({ rows: { understood: 2, skipped: 1 }, facts: { events: 3 } })
    expect(valueOf(results, 'event_count', { category: 'cpu_op' })).toBe(2)
    expect(valueOf(results, 'kernel_busy_time')).toBeUndefined()
  })

  it('passes over members of any size and depth', () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
    const results = read(`{"metadata":{"a":${deep},"b":"${'\\"}'.repeat(2 ** 20)}"},${traceOf(kernel(1, 2)).slice(1)}`, 10_007)
    expect(valueOf(results, 'kernel_count', { kernel: 'k' })).toBe(1)
  })

  it('loses only what a broken event belongs to: a quote too many in an operator leaves the kernels', () => {
    const results = read(traceOf(kernel(1, 2), op('a "quoted" name'), kernel(5, 2)))
    expect(results[0]).toMatchObject({ rows: { understood: 2, skipped: 1 }, problem: { code: 'parse.truncated' } })
    expect(valueOf(results, 'kernel_total_time')).toBe(4)
    expect(valueOf(results, 'event_count', { category: 'cpu_op' })).toBeUndefined()
    expect(valueOf(results, 'event_count', { category: 'kernel' })).toBe(2)
  })

  it('without a duration of one kernel gives its count but no time that it belongs to', () => {
    const results = read(traceOf(kernel(1, 2), kernel(5, 'NaN')))
    expect(results[0]).toMatchObject({ rows: { understood: 1, skipped: 1 } })
    expect(valueOf(results, 'kernel_count', { kernel: 'k' })).toBe(2)
    expect(valueOf(results, 'kernel_total_time')).toBeUndefined()
    expect(valueOf(results, 'kernel_busy_time')).toBeUndefined()
  })

  it('that breaks off gives steps and facts, but no sums', () => {
    const step = '{"ph":"X","cat":"user_annotation","name":"ProfilerStep#4","pid":1,"tid":1,"ts":1,"dur":70,"args":{}}'
    const results = read(traceOf(step, kernel(1, 2)).slice(0, -2))
    expect(results[0]).toMatchObject({ problem: { code: 'parse.truncated' }, facts: { kernels: 1, profiler_steps: 1 } })
    expect(results[0]?.measurements).toEqual([{ metric: 'timeline.step_time', unit: 'us', value: 70, dimensions: { step: 4 } }])
  })

  it('keeps dates to the nanosecond', () => {
    const results = read(
      traceOf(
        kernel(0, 0).replace('"ts":0', '"ts":"1682725898236567.125"').replace('"dur":0', '"dur":0.875'),
        kernel(0, 0).replace('"ts":0', '"ts":1682725898236567.625').replace('"dur":0', '"dur":1'),
      ),
    )
    expect(valueOf(results, 'kernel_busy_time')).toBe(1.5)
  })

  it('of another program is refused, and not taken for certain', () => {
    const browser =
      '{"traceEvents":[{"args":{"name":"x"},"cat":"__metadata","name":"thread_name","ph":"M","pid":1,"tid":1,"ts":0},{"args":{},"cat":"devtools.timeline","dur":7,"name":"RunTask","ph":"X","pid":1,"tid":1,"ts":5}],"metadata":{"source":"DevTools"}}'
    expect(chromeTrace.detect(browser)).toBeLessThan(0.9)
    const results = read(browser)
    expect(results[0]).toMatchObject({ problem: { code: 'parse.unrecognised' }, measurements: [], rows: { understood: 0, skipped: 2 } })
    expect(chromeTrace.detect('{"benchmark":[1,2,3]}')).toBe(0)
  })

  it('that is hostile costs neither time nor memory', () => {
    const started = performance.now()
    const many = Array.from(
      { length: 60_000 },
      (_, index) => `{"ph":"X","cat":"c${index}","name":"n${index}","pid":${index},"ts":1,"dur":1}`,
    )
    for (const text of [
      '{'.repeat(2 ** 20),
      `{"ph":"X","args":[`.repeat(60_000),
      `[${'{"ph":'.repeat(200_000)}`,
      `{"traceEvents":[${' '.repeat(20 * 2 ** 20)}`,
      `{"a"${' '.repeat(20 * 2 ** 20)}`,
      traceOf(...many),
      traceOf(...many.map((event) => event.replace(/"cat":"c\d+"/, '"cat":"kernel"'))),
    ])
      for (const result of read(text)) expect(result.measurements.length).toBeLessThan(60_000)
    expect(performance.now() - started).toBeLessThan(20_000)
  })
})
