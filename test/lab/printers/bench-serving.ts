/** What a serving benchmark found, in its own units. */
export interface BenchResult {
  completed: number
  failed: number
  durationS: number
  inputTokens: number
  outputTokens: number
  /** null: all requests at once. */
  offeredPerS: number | null
  maxConcurrency: number | null
  ttftMs: BenchTimes
  tpotMs: BenchTimes
  itlMs: BenchTimes
  latencyMs: BenchTimes
}

export interface BenchTimes {
  mean: number
  median: number
  deviation: number
  p99: number
}

const rates = (result: BenchResult): { requests: number; output: number; total: number } => ({
  requests: result.completed / result.durationS,
  output: result.outputTokens / result.durationS,
  total: (result.inputTokens + result.outputTokens) / result.durationS,
})

const times = (name: string, given: BenchTimes): Record<string, number> => ({
  [`mean_${name}_ms`]: given.mean,
  [`median_${name}_ms`]: given.median,
  [`std_${name}_ms`]: given.deviation,
  [`p99_${name}_ms`]: given.p99,
})

/** `vllm bench serve --save-result`: one line, without a line end. */
export const vllmBenchJson = (result: BenchResult, model: string): string => {
  const rate = rates(result)
  return pythonJson({
    date: '20260203-040506',
    endpoint_type: 'openai',
    backend: 'openai',
    label: null,
    model_id: model,
    tokenizer_id: model,
    num_prompts: result.completed + result.failed,
    request_rate: result.offeredPerS ?? 'inf',
    burstiness: 1,
    max_concurrency: result.maxConcurrency,
    duration: result.durationS,
    completed: result.completed,
    failed: result.failed,
    total_input_tokens: result.inputTokens,
    total_output_tokens: result.outputTokens,
    request_throughput: rate.requests,
    request_goodput: null,
    output_throughput: rate.output,
    total_token_throughput: rate.total,
    ...times('ttft', result.ttftMs),
    ...times('tpot', result.tpotMs),
    ...times('itl', result.itlMs),
    ...times('e2el', result.latencyMs),
  })
}

/** A line of sglang's `--output-file`. */
export const sglangBenchLine = (result: BenchResult): string => {
  const rate = rates(result)
  return `${pythonJson({
    backend: 'sglang',
    dataset_name: 'random',
    request_rate: result.offeredPerS ?? Infinity,
    max_concurrency: result.maxConcurrency,
    sharegpt_output_len: null,
    random_input_len: 1024,
    random_output_len: 1024,
    random_range_ratio: 0,
    duration: result.durationS,
    completed: result.completed,
    total_input_tokens: result.inputTokens,
    total_output_tokens: result.outputTokens,
    total_output_tokens_retokenized: result.outputTokens,
    request_throughput: rate.requests,
    input_throughput: result.inputTokens / result.durationS,
    output_throughput: rate.output,
    ...times('e2e_latency', result.latencyMs),
    ...times('ttft', result.ttftMs),
    ...times('tpot', result.tpotMs),
    ...times('itl', result.itlMs),
    accept_length: null,
  })}\n`
}

/** Python's json writes `Infinity` where JSON has no word. */
const pythonJson = (value: Record<string, string | number | null>): string =>
  `{${Object.entries(value)
    .map(([key, one]) => `"${key}": ${one === Infinity ? 'Infinity' : JSON.stringify(one)}`)
    .join(', ')}}`

const line = (name: string, value: string | number): string => `${name.padEnd(40)} ${String(value).padEnd(10)}`
const centred = (text: string, sign: string): string => {
  const left = Math.floor((50 - text.length) / 2)
  return sign.repeat(left) + text + sign.repeat(50 - text.length - left)
}
const section = (title: string, name: string, given: BenchTimes): string[] => [
  centred(title, '-'),
  line(`Mean ${name} (ms):`, given.mean.toFixed(2)),
  line(`Median ${name} (ms):`, given.median.toFixed(2)),
  line(`P99 ${name} (ms):`, given.p99.toFixed(2)),
]

/** The block that vllm prints at its end. */
export const vllmBenchConsole = (result: BenchResult): string => {
  const rate = rates(result)
  return `${[
    centred(' Serving Benchmark Result ', '='),
    line('Successful requests:', result.completed),
    line('Failed requests:', result.failed),
    ...(result.maxConcurrency === null ? [] : [line('Maximum request concurrency:', result.maxConcurrency)]),
    ...(result.offeredPerS === null ? [] : [line('Request rate configured (RPS):', result.offeredPerS.toFixed(2))]),
    line('Benchmark duration (s):', result.durationS.toFixed(2)),
    line('Total input tokens:', result.inputTokens),
    line('Total generated tokens:', result.outputTokens),
    line('Request throughput (req/s):', rate.requests.toFixed(2)),
    line('Output token throughput (tok/s):', rate.output.toFixed(2)),
    line('Total token throughput (tok/s):', rate.total.toFixed(2)),
    ...section('Time to First Token', 'TTFT', result.ttftMs),
    ...section('Time per Output Token (excl. 1st token)', 'TPOT', result.tpotMs),
    ...section('Inter-token Latency', 'ITL', result.itlMs),
    ...section('End-to-end Latency', 'E2EL', result.latencyMs),
    '='.repeat(50),
  ].join('\n')}\n`
}
