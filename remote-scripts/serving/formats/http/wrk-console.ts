import type { ParseResult } from '../../../../preload/contract'
import { certain, notMine } from '../../../_kit/detect'
import { parseCount, parseNumber } from '../../../_kit/numbers'
import type { FormatParser } from '../../../_kit/probe'
import { fail, warn } from '../../../_kit/reading'
import { cleanText, maxLineLength } from '../../../_kit/text'
import { HttpRun } from './http-load'
import { printedTimeUs } from './printed-time'

const begin = /^\s{0,12}Running \S{1,16} test @ \S{1,2000}/
const threads = /^\s{0,16}(\d{1,6}) threads and (\d{1,7}) connections/
const calibration = /^\s{0,16}Thread calibration: /
const stats =
  /^\s{0,16}Latency\s{1,16}([\d.]{1,16}[a-z]{1,2})\s{1,16}[\d.]{1,16}[a-z]{1,2}\s{1,16}([\d.]{1,16}[a-z]{1,2})\s{1,16}[\d.]{1,8}%/
const distribution = /^\s{0,16}Latency Distribution(.{0,200})$/
const share = /^\s{0,16}(\d{1,3}(?:\.\d{1,4})?)%\s{1,16}([\d.]{1,16}[a-z]{1,2})\s*$/
const total = /^\s{0,16}(\d{1,15}) requests in ([\d.]{1,16}[a-z]), /
const sockets = /^\s{0,16}Socket errors: connect (\d{1,12}), read (\d{1,12}), write (\d{1,12}), timeout (\d{1,12})/
const refused = /^\s{0,16}Non-2xx or 3xx responses: (\d{1,15})/
const rate = /^\s{0,16}Requests\/sec:\s{1,16}([\d.]{1,24})/
const patterns = [begin, threads, calibration, stats, distribution, share, total, sockets, refused, rate]

class WrkRun {
  private readonly run = new HttpRun('wrk')
  private inShares = false
  private rejected: number | null = null
  private socketErrors = 0

  line(text: string): void {
    const { run } = this
    const [, threadCount, connections] = threads.exec(text) ?? []
    if (threadCount !== undefined) run.facts({ threads: parseCount(threadCount), connections: parseCount(connections) })
    // Only the fork that holds a rate calibrates.
    if (calibration.test(text)) run.reading.tool.name = 'wrk2'
    const [, mean, max] = stats.exec(text) ?? []
    if (mean !== undefined && max !== undefined) {
      run.time('mean', printedTimeUs(mean))
      run.time('max', printedTimeUs(max))
    }
    const title = distribution.exec(text)?.[1]
    // Behind the times from when a request was due, wrk2 can print those from when it was sent.
    if (title !== undefined) this.inShares = !title.includes('Uncorrected')
    const [, percent, time] = this.inShares ? (share.exec(text) ?? []) : []
    if (percent !== undefined && time !== undefined) run.percentile(percent, printedTimeUs(time))
    this.counts(text)
  }

  private counts(text: string): void {
    const { run } = this
    const [, requests, duration] = total.exec(text) ?? []
    if (requests !== undefined) {
      run.requests = parseCount(requests)
      const us = printedTimeUs(duration ?? '')
      run.facts({ duration_s: us === null ? null : us / 1e6 })
    }
    const [, ...failures] = sockets.exec(text) ?? []
    failures.forEach((count, index) => {
      run.error(`socket ${['connect', 'read', 'write', 'timeout'][index] ?? ''}`, Number(count))
      this.socketErrors += Number(count)
    })
    this.rejected = parseCount(refused.exec(text)?.[1]) ?? this.rejected
    run.qps = parseNumber(rate.exec(text)?.[1]) ?? run.qps
  }

  finish(): ParseResult {
    const { run, rejected } = this
    const { reading } = run
    if (rejected !== null) run.error('not 2xx or 3xx', rejected)
    if (this.socketErrors > 0)
      warn(
        reading,
        'socket_errors',
        `${this.socketErrors} socket errors are counted beside the requests: which share of the requests failed cannot be told.`,
      )
    else run.failed = rejected
    reading.facts['tool'] = reading.tool.name
    const result = run.finish()
    if (run.qps !== null) return result
    warn(result, 'truncated', 'The text breaks off before the rate.')
    fail(result, 'parse.truncated', 'The test had not ended, or its text breaks off.')
    return result
  }
}

/** What wrk and wrk2 print; each time has its unit behind it. */
export const wrkConsole: FormatParser = {
  id: 'wrk-console',
  detect(head) {
    const lines = head.split('\n').filter((line) => line.length < maxLineLength)
    return lines.some((line) => begin.test(line)) && lines.some((line) => threads.test(line)) ? certain : notMine
  },
  keepsLine: (line) => line.length < maxLineLength && patterns.some((pattern) => pattern.test(line)),
  parse(text): ParseResult[] {
    const runs: WrkRun[] = []
    // The last line of a text without a final line end may be cut.
    for (const line of cleanText(text).split('\n').slice(0, -1)) {
      if (line.length >= maxLineLength) continue
      if (begin.test(line)) runs.push(new WrkRun())
      else runs.at(-1)?.line(line)
    }
    return runs.map((run) => run.finish())
  },
}
