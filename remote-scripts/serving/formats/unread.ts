import type { FormatParser } from '../../_kit/probe'
import { unreadFormat } from '../../_kit/unread'

const otherClient = (id: string, tool: string, mark: RegExp): FormatParser =>
  unreadFormat({
    id,
    probe: 'serving',
    tool,
    mark,
    advice: `This is a report of ${tool}, which is not read: load the same endpoint with \`vllm bench serve --save-result\`, \`python -m sglang.bench_serving\` or the probe \`serving\`.`,
  })

/** Outputs of load tests and of servers that hold no figures of a whole test, and what does. */
export const unreadLoads = [
  unreadFormat({
    id: 'k6-points',
    probe: 'serving',
    tool: 'k6',
    mark: /^metric_name,timestamp,metric_value,|^\{"(?:type":"Metric","data":\{"name":"|metric":"[a-z_]{2,60}","type":"(?:Metric|Point)",)/,
    advice: 'These are single points of k6 (`--out json`, `--out csv`), which are not read: give the summary that k6 prints at its end.',
  }),
  unreadFormat({
    id: 'hey-requests',
    probe: 'serving',
    tool: 'hey',
    mark: /^response-time,DNS\+dialup,DNS,Request-write,/,
    advice: 'This is the list of requests of `hey -o csv`, which is not read: give the summary that hey prints without `-o csv`.',
  }),
  unreadFormat({
    id: 'trtllm-bench',
    probe: 'serving',
    tool: 'trtllm-bench',
    mark: /^=\s{0,4}(?:PERFORMANCE OVERVIEW|PYTORCH BACKEND|ENGINE DETAILS)\s*$/,
    advice:
      'This is the report of `trtllm-bench`, which is not read: serve the engine with `trtllm-serve` and give what its `benchmark_serving` prints or saves.',
  }),
  otherClient(
    'guidellm',
    'guidellm',
    /^\s{0,8}(?:Benchmarks (?:Info|Stats|Metadata):|ℹ (?:Run Summary Info|Request Latency Statistics|Server Throughput Statistics)\b)/,
  ),
  otherClient('evalscope-perf', 'evalscope perf', /(?:^|\s)Benchmarking summary:\s*$/),
  otherClient(
    'llmperf',
    'llmperf',
    /"results_(?:ttft_s|inter_token_latency_s|end_to_end_latency_s)_quantiles_p25"|^Results for token benchmark for /,
  ),
  unreadFormat({
    id: 'sglang-one-batch',
    probe: 'serving',
    tool: 'sglang bench_one_batch',
    mark: /^\s{0,8}(?:Prefill|Total)\. latency: {1,3}[\d.]{1,16} s, throughput: {1,8}[\d.]{1,24} token\/s/,
    advice:
      'These are times of single steps of one batch, without a server and without requests, which are not read: `python -m sglang.bench_serving` tells those of requests.',
  }),
  unreadFormat({
    id: 'vllm-server-log',
    probe: 'serving',
    tool: 'vllm serve',
    mark: /Avg prompt throughput: [\d.]{1,16} tokens\/s, Avg generation throughput: [\d.]{1,16} tokens\/s, Running: \d{1,9} reqs/,
    advice:
      "This is a server's own log: it tells rates of ten seconds each and the time of no request. Give what the client of the test prints or saves (`vllm bench serve --save-result`).",
  }),
  unreadFormat({
    id: 'sglang-server-log',
    probe: 'serving',
    tool: 'sglang',
    mark: /(?:Prefill|Decode) batch[.,].{0,200}#(?:new-seq|running-req): \d/,
    advice:
      "This is a server's own log: it tells of batches and the time of no request. Give what the client of the test prints or saves (`python -m sglang.bench_serving --output-file`).",
  }),
  unreadFormat({
    id: 'openai-error',
    probe: 'serving',
    tool: 'OpenAI-compatible endpoint',
    mark: /\bError code: [45]\d\d - \{|(?:^|[^\\])\{"(?:object":\s?"error","message|error":\s?\{"(?:message|type|code|object))"/,
    advice: 'This is an error that the endpoint answered, no measurement: what went wrong stands in its message.',
  }),
]
