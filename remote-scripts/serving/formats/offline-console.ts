import type { ParseResult } from '../../../preload/contract'
import { certain, notMine } from '../../_kit/detect'
import { parseCount, parseNumber } from '../../_kit/numbers'
import type { FormatParser } from '../../_kit/probe'
import { fail, setFacts, warn, type Reading } from '../../_kit/reading'
import { cleanText } from '../../_kit/text'
import { addBatchLatency, addThroughput, newBatchLatency, newThroughput } from './offline'

/** Before 2024 the rate of tokens had no word before it; it is the same sum of prompts and answers. */
const throughput = /^Throughput: ([\d.]{1,24}) requests\/s, ([\d.]{1,24}) (?:total )?tokens\/s(?:, ([\d.]{1,24}) output tokens\/s)?\s*$/
const mean = /^Avg latency: ([\d.]{1,24}) seconds\s*$/
const share = /^(\d{1,2}(?:\.\d)?)% percentile latency: ([\d.]{1,24}) seconds\s*$/
const tokens = /^Total num (prompt|output) tokens: {1,4}(\d{1,15})\s*$/
const line = /^(?:Throughput: |Avg latency: |\d{1,2}(?:\.\d)?% percentile latency: |Total num )/

class OfflineLog {
  readonly results: Reading[] = []
  private latency: Reading | null = null
  private rate: Reading | null = null

  read(text: string): void {
    const [, requests, total, output] = throughput.exec(text) ?? []
    if (requests !== undefined) {
      this.rate = this.begin(newThroughput())
      const [requestsPerS, totalTokensPerS, outputTokensPerS] = [requests, total, output].map((token) => parseNumber(token))
      addThroughput(this.rate, {
        requestsPerS: requestsPerS ?? null,
        totalTokensPerS: totalTokensPerS ?? null,
        outputTokensPerS: outputTokensPerS ?? null,
      })
      this.rate.rows.understood = 1
    }
    const [, kind, count] = tokens.exec(text) ?? []
    if (kind !== undefined && this.rate) setFacts(this.rate, { [kind === 'prompt' ? 'input_tokens' : 'output_tokens']: parseCount(count) })
    this.times(text)
  }

  private times(text: string): void {
    const average = mean.exec(text)?.[1]
    if (average !== undefined) {
      this.latency = this.begin(newBatchLatency())
      addBatchLatency(this.latency, parseNumber(average))
      this.latency.rows.understood = 1
    }
    const [, percent, seconds] = share.exec(text) ?? []
    if (percent === undefined || seconds === undefined) return
    this.latency ??= this.begin(newBatchLatency())
    addBatchLatency(this.latency, parseNumber(seconds), Number(percent))
    this.latency.rows.understood += 1
  }

  private begin(reading: Reading): Reading {
    this.results.push(reading)
    return reading
  }
}

/** What `vllm bench throughput` and `vllm bench latency` (`benchmark_throughput.py`, `benchmark_latency.py`) print at their end. */
export const offlineConsole: FormatParser = {
  id: 'vllm-offline-console',
  detect: (head) =>
    head.split('\n').some((text) => line.test(text) && (throughput.test(text) || mean.test(text) || share.test(text))) ? certain : notMine,
  keepsLine: (text) => line.test(text),
  parse(text): ParseResult[] {
    const lines = cleanText(text).split('\n')
    const log = new OfflineLog()
    // The last line of a text without a final line end may be cut.
    const cut = lines.pop() ?? ''
    for (const one of lines) if (line.test(one)) log.read(one)
    const last = log.results.at(-1)
    if (last && line.test(cut)) {
      warn(last, 'truncated', 'The text ends within a line.')
      fail(last, 'parse.truncated', 'The text ends within a line; the lines before it were read.', cut)
    }
    return log.results
  },
}
