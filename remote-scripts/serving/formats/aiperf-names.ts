import { convert, timeScale } from '../../_kit/numbers'

/** A metric of AIPerf and GenAI-Perf: what it is here. */
export type AiperfMetric =
  | { kind: 'time'; prefix: string }
  | { kind: 'rate'; metric: string }
  | { kind: 'count'; what: 'completed' | 'failed' }
  | { kind: 'duration' }

/** By the tag of JSON files; the CSV's names become tags by `tagOf`. AIPerf's inter-token latency is a mean per request. */
export const aiperfMetrics: ReadonlyMap<string, AiperfMetric> = new Map<string, AiperfMetric>([
  ['request_latency', { kind: 'time', prefix: 'serving.latency_' }],
  ['time_to_first_token', { kind: 'time', prefix: 'serving.ttft_' }],
  ['inter_token_latency', { kind: 'time', prefix: 'serving.itl_' }],
  ['request_throughput', { kind: 'rate', metric: 'serving.qps' }],
  ['output_token_throughput', { kind: 'rate', metric: 'serving.output_tokens_per_s' }],
  ['total_token_throughput', { kind: 'rate', metric: 'serving.total_tokens_per_s' }],
  ['goodput', { kind: 'rate', metric: 'serving.goodput' }],
  ['request_goodput', { kind: 'rate', metric: 'serving.goodput' }],
  ['request_count', { kind: 'count', what: 'completed' }],
  ['error_request_count', { kind: 'count', what: 'failed' }],
  ['benchmark_duration', { kind: 'duration' }],
])

/** `Time to First Token` -> `time_to_first_token`. */
export const tagOf = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_')

/** Microseconds of a figure in the printed unit; null when that is no unit of time. */
export const inMicroseconds = (value: number, unit: string | null): number | null => {
  const scale = unit === null ? null : timeScale(unit)
  return scale === null ? null : convert(String(value), scale)
}

/** `requests/sec`, `tokens/sec`, `per sec`, `per_sec`: rates whose second is written out. */
export const isPerSecond = (unit: string | null): boolean => unit !== null && /(?:\/|per[ _])s(?:ec(?:ond)?)?$/i.test(unit)
