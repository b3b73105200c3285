/** One request as AIPerf records it. */
export interface AiperfRequest {
  startNs: bigint
  endNs: bigint
  phase: 'warmup' | 'profiling'
  /** null: it failed with `error`. */
  measured: { latencyMs: number; firstTokenMs: number; interTokenMs: number; outputTokens: number } | null
  error: { code: number; type: string; message: string } | null
}

/** `profile_export.jsonl`. */
export const aiperfRecords = (requests: readonly AiperfRequest[]): string =>
  requests
    .map(({ startNs, endNs, phase, measured, error }, index) => {
      const metadata = `{"session_num":${index},"x_request_id":"request-${index}","conversation_id":"c-${index}","turn_index":0,"request_start_ns":${startNs},"request_ack_ns":null,"request_end_ns":${endNs},"worker_id":"worker_1","record_processor_id":"record_processor_1","benchmark_phase":"${phase}","was_cancelled":false,"cancellation_time_ns":null}`
      const metrics = measured
        ? {
            time_to_first_token: { value: measured.firstTokenMs, unit: 'ms' },
            request_latency: { value: measured.latencyMs, unit: 'ms' },
            output_sequence_length: { value: measured.outputTokens, unit: 'tokens' },
            inter_token_latency: { value: measured.interTokenMs, unit: 'ms' },
          }
        : { error_isl: { value: 550, unit: 'tokens' } }
      return `{"metadata":${metadata},"metrics":${JSON.stringify(metrics)},"error":${JSON.stringify(error)}}\n`
    })
    .join('')

export interface AiperfStatistics {
  tag: string
  header: string
  unit: string
  avg: number
  /** Metrics that have a distribution. */
  rest: { min: number; max: number; p50: number; p90: number; p95: number; p99: number; std: number } | null
}

/** `profile_export_aiperf.json`. */
export const aiperfSummaryJson = (metrics: readonly AiperfStatistics[]): string =>
  `${JSON.stringify(
    {
      schema_version: '1.2',
      aiperf_version: '0.5.0',
      ...Object.fromEntries(metrics.map(({ tag, unit, avg, rest }) => [tag, { unit, avg, ...rest }])),
      input_config: { endpoint: { model_names: ['lab/tiny'] } },
      was_cancelled: false,
      error_summary: [],
    },
    null,
    2,
  )}\n`

const named = ({ header, unit }: AiperfStatistics): string => (unit === 'requests' ? header : `${header} (${unit})`)

/** `profile_export_aiperf.csv`: metrics with a distribution, then single values; two decimals. */
export const aiperfSummaryCsv = (metrics: readonly AiperfStatistics[]): string => {
  const spread = metrics.flatMap((metric) => {
    if (!metric.rest) return []
    const { min, max, p50, p90, p95, p99, std } = metric.rest
    return [`${named(metric)},${[metric.avg, min, max, p50, p90, p95, p99, std].map((value) => value.toFixed(2)).join(',')}`]
  })
  const single = metrics.filter(({ rest }) => !rest).map((metric) => `${named(metric)},${metric.avg.toFixed(2)}`)
  return ['Metric,avg,min,max,p50,p90,p95,p99,std', ...spread, '', 'Metric,Value', ...single].map((row) => `${row}\r\n`).join('')
}
