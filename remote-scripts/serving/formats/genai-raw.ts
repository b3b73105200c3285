import type { ParseResult } from '../../../preload/contract'
import { certain, notMine } from '../../_kit/detect'
import { member, numberOf, stringOf, type Json } from '../../_kit/json'
import type { StreamFormat, StreamReader } from '../../_kit/probe'
import { add, fail, newReading, setFacts, skipRow, warn, type Reading } from '../../_kit/reading'
import { Distribution } from '../streams/distribution'
import { NestedObjects, type NestedObject } from '../streams/nested-objects'
import { requestIn } from './genai-answer'
import { addDistribution, Load, warnAboutLoad } from './load'

/** A request holds its prompt and every piece of its answer. */
const longestRequest = 16 * 2 ** 20
const mostExperiments = 1000
/** What an experiment holds constant. */
const loadModes = new Set(['concurrency', 'request_rate'])

/** One experiment (a concurrency or a rate) of a raw profile, added up. */
class Experiment {
  readonly reading: Reading = newReading('serving', 'genai-perf')
  private readonly load = new Load()
  private readonly firsts = new Distribution()
  private readonly noted: Json
  private unanswered = 0

  /** Times are kept relative to the first one: nanoseconds since 1970 fit no number. */
  private base: bigint | null = null

  constructor(text: string | null) {
    this.noted = text === null ? null : parsed(text)
  }

  get requests(): number {
    return this.load.requests + this.reading.rows.skipped
  }

  request({ text, cut }: NestedObject): void {
    const request = text === null ? null : requestIn(text)
    if (request === null) {
      skipRow(this.reading, (text ?? '').slice(0, 400), cut ? 'the file ends within it' : 'it is no request with its times')
      return
    }
    this.reading.rows.understood += 1
    if (request === 'none') {
      this.unanswered += 1
      return
    }
    this.base ??= request.startNs
    const milliseconds = (ns: bigint): number => Number(ns) / 1e6
    this.load.add(milliseconds(request.startNs - this.base), milliseconds(request.endNs - request.startNs), true)
    if (request.firstNs !== null) this.firsts.add(milliseconds(request.firstNs - request.startNs))
  }

  /** `cut`: the file breaks off in this experiment. */
  finish(cut: boolean): Reading {
    const { reading, load } = this
    const sent = load.requests + this.unanswered
    if (cut) {
      warn(reading, 'truncated', 'The file breaks off.')
      fail(reading, 'parse.truncated', 'The file breaks off.')
    }
    const mode = stringOf(member(this.noted, 'mode'))
    setFacts(reading, {
      tool: 'genai-perf',
      records: sent,
      failed: this.unanswered,
      duration_s: load.seconds,
      percentile_method: 'nearest_rank',
      ...(mode !== null && loadModes.has(mode) ? { [mode]: numberOf(member(this.noted, 'value')) } : {}),
    })
    if (sent === 0) fail(reading, 'parse.no_rows', 'The file holds no request.')
    else {
      add(reading, 'serving.requests', '1', sent, {})
      add(reading, 'serving.qps', '1/s', load.seconds === null ? null : load.requests / load.seconds, {})
      add(reading, 'serving.error_rate', '1', this.unanswered / sent, {})
      if (this.unanswered > 0) add(reading, 'serving.errors', '1', this.unanswered, {})
      addDistribution(reading, 'serving.latency_', load.times, {})
      addDistribution(reading, 'serving.ttft_', this.firsts, {})
      warnAboutLoad(reading, sent, this.unanswered)
    }
    return reading
  }
}

const parsed = (text: string): Json => {
  try {
    return JSON.parse(text) as Json
  } catch {
    return null
  }
}

class GenaiRaw implements StreamReader {
  private readonly decoder = new TextDecoder()
  private readonly done: Experiment[] = []
  private readonly objects = new NestedObjects(new Set(['experiment', 'requests']), longestRequest, (object) => this.object(object))

  push(piece: Uint8Array): void {
    this.objects.push(this.decoder.decode(piece, { stream: true }))
  }

  end(): ParseResult[] {
    this.objects.push(this.decoder.decode())
    this.objects.finish()
    const filled = this.done.filter((experiment) => experiment.requests > 0)
    return filled.map((experiment, index) => experiment.finish(index === filled.length - 1 && !this.objects.closed))
  }

  private object(object: NestedObject): void {
    if (object.key === 'experiment') {
      if (this.done.length < mostExperiments) this.done.push(new Experiment(object.text))
      return
    }
    if (this.done.length === 0) this.done.push(new Experiment(null))
    this.done.at(-1)?.request(object)
  }
}

/** GenAI-Perf's (Perf Analyzer's) raw `profile_export.json`: every request with the times of its answers, nanoseconds as it defines them. */
export const genaiRaw: StreamFormat = {
  id: 'genai-raw-json',
  detect: (head) =>
    /"experiments"\s{0,20}:\s{0,20}\[/.test(head) && /"(?:response_timestamps|request_inputs)"\s{0,8}:/.test(head) ? certain : notMine,
  open: () => new GenaiRaw(),
}
