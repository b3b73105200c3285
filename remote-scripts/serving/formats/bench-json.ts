import type { ParseResult } from '../../../preload/contract'
import { certain, notMine } from '../../_kit/detect'
import type { StreamFormat, StreamReader } from '../../_kit/probe'
import { fail, newReading, setFacts, warn, type Reading } from '../../_kit/reading'
import { JsonObjects, numberIn, parsedIn, textIn, type JsonObject } from '../streams/json-objects'
import { addCounts, addRate, BenchTimes, warnAboutRate } from './bench-figures'
import { addDetails, failuresOf } from './bench-details'
import { fewRequests } from './load'

/** `--save-detailed` writes an entry per request and token; only the short lists are kept. */
const detailCharacters = new Map([
  ['errors', 16 * 2 ** 20],
  ['ttfts', 16 * 2 ** 20],
])
const timeKey = /^(mean|median|max|min|p\d{1,2}(?:\.\d{1,4})?)_(ttft|tpot|itl|e2el|e2e_latency)_ms$/

const isResult = ({ members }: JsonObject): boolean =>
  members.has('request_throughput') &&
  (members.has('completed') || members.has('duration')) &&
  members.get('request_throughput')?.charAt(0) !== '{'

const toolOf = (object: JsonObject): string => {
  const has = (...keys: string[]): boolean => keys.some((key) => object.members.has(key))
  const sglang =
    has(
      'mean_e2e_latency_ms',
      'median_e2e_latency_ms',
      'total_output_tokens_retokenized',
      'sharegpt_output_len',
      'output_throughput_retokenized',
    ) ||
    (textIn(object, 'backend')?.startsWith('sglang') === true && !has('model_id', 'tokenizer_id'))
  if (sglang) return 'sglang bench_serving'
  return has('endpoint_type', 'label', 'failed', 'rtfx', 'max_concurrent_requests') ? 'vllm bench serve' : 'vllm benchmark_serving'
}

/** `inf` is how the clients say that all requests were sent at once. */
const rateOf = (object: JsonObject): string | number | null =>
  numberIn(object, 'request_rate') ?? textIn(object, 'request_rate') ?? (object.members.get('request_rate') === 'Infinity' ? 'inf' : null)

const readFacts = (reading: Reading, object: JsonObject): void => {
  const number = (key: string): number | null => numberIn(object, key)
  const offered = rateOf(object)
  setFacts(reading, {
    tool: reading.tool.name,
    backend: textIn(object, 'backend'),
    model: textIn(object, 'model_id'),
    label: textIn(object, 'label'),
    dataset: textIn(object, 'dataset_name'),
    date: textIn(object, 'date'),
    num_prompts: number('num_prompts'),
    request_rate: offered,
    offered_rate: typeof offered === 'number' ? offered : null,
    burstiness: number('burstiness'),
    max_concurrency: number('max_concurrency'),
    max_concurrent_requests: number('max_concurrent_requests'),
    duration_s: number('duration'),
    input_tokens: number('total_input_tokens'),
    output_tokens: number('total_output_tokens') ?? number('total_generated_tokens'),
    output_tokens_per_s: number('output_throughput'),
    total_tokens_per_s: number('total_token_throughput') ?? number('total_throughput'),
    mean_tpot_ms: number('mean_tpot_ms'),
    goodput: number('request_goodput'),
  })
}

const readResult = (object: JsonObject): ParseResult => {
  const reading = newReading('serving', toolOf(object))
  readFacts(reading, object)
  const times = new BenchTimes()
  for (const key of object.members.keys()) {
    const [, word, family] = timeKey.exec(key) ?? []
    if (word !== undefined && family !== undefined) times.add(family, word, numberIn(object, key))
  }
  const completed = numberIn(object, 'completed')
  const errors = parsedIn(object, 'errors')
  const failed = numberIn(object, 'failed') ?? failuresOf(errors)
  const qps = numberIn(object, 'request_throughput')
  if (failed !== null) reading.facts['failed'] = failed
  addCounts(reading, { completed, failed, qps })
  addRate(reading, 'serving.output_tokens_per_s', numberIn(object, 'output_throughput'))
  addRate(reading, 'serving.total_tokens_per_s', numberIn(object, 'total_token_throughput') ?? numberIn(object, 'total_throughput'))
  addRate(reading, 'serving.goodput', numberIn(object, 'request_goodput'))
  times.addTo(reading)
  addDetails(reading, errors, parsedIn(object, 'ttfts'), times, numberIn(object, 'mean_ttft_ms'))
  reading.rows.understood = 1
  const prompts = numberIn(object, 'num_prompts')
  if (failed === null && completed !== null && prompts !== null && prompts > completed)
    warn(reading, 'fewer_completed', `${prompts} requests were asked for and ${completed} completed; the file does not say why.`)
  if (completed !== null && completed < fewRequests) warn(reading, 'few_requests', `${completed} requests are few for percentiles.`)
  warnAboutRate(reading, numberIn(object, 'request_rate'), qps)
  if (!object.whole) {
    warn(reading, 'truncated', 'The result breaks off.')
    fail(
      reading,
      'parse.truncated',
      object.damaged ? 'The result is damaged: it is not the JSON that the tool writes.' : 'The result breaks off.',
    )
  }
  return reading
}

class BenchJson implements StreamReader {
  private readonly decoder = new TextDecoder()
  private readonly done: ParseResult[] = []
  private readonly objects = new JsonObjects(
    (key) => detailCharacters.get(key) ?? 0,
    (object) => {
      if (isResult(object)) this.done.push(readResult(object))
    },
  )

  push(piece: Uint8Array): void {
    this.objects.push(this.decoder.decode(piece, { stream: true }))
  }

  end(): ParseResult[] {
    this.objects.push(this.decoder.decode())
    this.objects.end()
    return this.done
  }
}

/** Results of vllm's and sglang's serving benchmarks: a JSON file, JSON lines (one per run), also with the details of every request. */
export const benchJson: StreamFormat = {
  id: 'serving-bench-json',
  detect: (head) =>
    /"request_throughput"\s{0,20}:\s{0,20}-?[\dNI]/.test(head) && /"(?:completed|duration)"\s{0,20}:\s{0,20}-?\d/.test(head)
      ? certain
      : notMine,
  open: () => new BenchJson(),
}
