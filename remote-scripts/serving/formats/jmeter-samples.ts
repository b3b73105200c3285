import { newReading, setFacts, skipRow, warn, type Reading } from '../../_kit/reading'
import { quote } from '../../_kit/text'
import { Distribution } from '../streams/distribution'
import { addDistribution, Load, warnAboutLoad } from './load'

/** One sample of a JTL file, whichever form it has. */
export interface Sample {
  /** Milliseconds since 1970; null when the file has none that is understood. */
  startMs: number | null
  elapsedMs: number
  /** Time to the first byte of the answer. */
  firstByteMs: number | null
  label: string | null
  success: boolean | null
  code: string | null
}

/** Of a request that got no answer (`Non HTTP response code: java.net…`) JMeter writes 0 as the time to the first byte. */
const neverAnswered = ({ firstByteMs, success, code }: Sample): boolean =>
  firstByteMs === 0 && success === false && code !== null && !/^\d{1,3}$/.test(code)

/** A row that sums up several samples (a remote test in the modes Statistical and Asynch batches): its time is that of all of them. */
export const isSum = (sampleCount: string | undefined): boolean => Number(sampleCount ?? 1) > 1
/** What cannot be told of a file some rows of which were left out. */
const countsOfAll = new Set(['serving.requests', 'serving.qps', 'serving.error_rate', 'serving.errors'])

/** A label that holds a number per request (a session id in a path) would give as many results as requests. */
const mostLabels = 100
const mostCodes = 50

/** Samples of one JTL, added up; memory does not grow with their number. */
export class Samples {
  readonly reading: Reading = newReading('serving', 'jmeter')
  private readonly total = new Load()
  private readonly firstBytes = new Distribution()
  private readonly byLabel = new Map<string, Load>()
  private readonly codes = new Set<string>()
  private manyLabels = false
  private sums = 0

  get count(): number {
    return this.total.requests
  }

  add(sample: Sample): void {
    this.reading.rows.understood += 1
    this.total.add(sample.startMs, sample.elapsedMs, sample.success)
    if (sample.firstByteMs !== null && !neverAnswered(sample)) this.firstBytes.add(sample.firstByteMs)
    if (sample.code !== null && sample.code !== '' && this.codes.size < mostCodes) this.codes.add(sample.code.slice(0, 240))
    if (sample.label === null) return
    const label = sample.label.slice(0, 240)
    const known = this.byLabel.get(label)
    if (known) known.add(sample.startMs, sample.elapsedMs, sample.success)
    else if (this.byLabel.size >= mostLabels) this.manyLabels = true
    else {
      const load = new Load({ distinct: 2 ** 14 })
      load.add(sample.startMs, sample.elapsedMs, sample.success)
      this.byLabel.set(label, load)
    }
  }

  /** A row that sums up several samples. */
  sum(text: string): void {
    this.sums += 1
    skipRow(this.reading, text, 'it sums up several samples: none of them has a time of its own')
  }

  /** Adds the figures to the reading. */
  finish(form: 'csv' | 'xml'): Reading {
    const { reading, total } = this
    setFacts(reading, {
      tool: 'jmeter',
      format: form,
      samples: total.requests,
      failed: total.judged === total.requests ? total.failed : null,
      labels: [...this.byLabel.keys()].map(quote),
      response_codes: [...this.codes].map(quote).sort(),
      duration_s: total.seconds,
    })
    total.addTo(reading, {})
    // A sampler that has no first byte writes 0 for it.
    if (this.firstBytes.max > 0) addDistribution(reading, 'serving.ttfb_', this.firstBytes, {})
    if (this.byLabel.size > 1) for (const [label, load] of this.byLabel) load.addTo(reading, { label: quote(label) })
    if (this.byLabel.size > 1)
      warn(reading, 'aggregate_mixes_endpoints', 'The figures without a label mix all labels; transactions count beside their requests.')
    if (this.sums > 0) {
      reading.measurements = reading.measurements.filter(({ metric }) => !countsOfAll.has(metric))
      warn(
        reading,
        'sums_left_out',
        `${this.sums} rows sum up several samples each and are left out; so are the counts and rates, which would lack theirs.`,
      )
    }
    if (this.manyLabels) warn(reading, 'many_labels', `There are more than ${mostLabels} labels: the others only count in the total.`)
    if (total.untimed > 0)
      warn(
        reading,
        'clock_unknown',
        `${total.untimed} samples have no start that is understood (milliseconds, or a date with the year in front): requests a second cannot be told.`,
      )
    if (total.requests > 0) warnAboutLoad(reading, total.requests, total.failed)
    return reading
  }
}
