import type { ParseResult } from '../../../preload/contract'
import { certain, likely, notMine } from '../../_kit/detect'
import { parseCount } from '../../_kit/numbers'
import type { StreamFormat, StreamReader } from '../../_kit/probe'
import { fail, skipRow, warn } from '../../_kit/reading'
import { XmlScanner } from '../streams/xml-scanner'
import { clockMs } from './clock'
import { isSum, Samples } from './jmeter-samples'

const root = 'testResults'
const sampleNames = new Set(['httpSample', 'sample'])

class JmeterXml implements StreamReader {
  private readonly done: ParseResult[] = []
  private readonly decoder = new TextDecoder()
  private readonly scanner = new XmlScanner({
    wants: (name) => sampleNames.has(name),
    open: (name, attributes) => this.open(name, attributes),
    close: (name) => this.close(name),
  })
  private samples = new Samples()
  private started = false
  /** How many samples the scanner is inside of: those within another are its parts, not requests of their own. */
  private depth = 0
  private parts = 0

  push(piece: Uint8Array): void {
    this.scanner.push(this.decoder.decode(piece, { stream: true }))
  }

  end(): ParseResult[] {
    this.scanner.push(this.decoder.decode())
    this.scanner.end()
    if (this.started) this.finish(false)
    return this.done
  }

  private open(name: string, attributes: ReadonlyMap<string, string>): void {
    if (name === root) {
      if (this.started) this.finish(false)
      this.started = true
      this.samples.reading.tool.version = null
      return
    }
    if (!sampleNames.has(name) || !attributes.has('t')) return
    this.started = true
    this.depth += 1
    if (this.depth > 1) this.parts += 1
    else this.sample(attributes)
  }

  private close(name: string): void {
    if (name === root && this.started) this.finish(true)
    else if (sampleNames.has(name) && this.depth > 0) this.depth -= 1
  }

  private sample(attributes: ReadonlyMap<string, string>): void {
    const elapsedMs = parseCount(attributes.get('t'))
    const success = attributes.get('s')
    if (elapsedMs === null)
      return skipRow(this.samples.reading, `t="${attributes.get('t') ?? ''}"`, 'its time is not a number of milliseconds')
    if (isSum(attributes.get('sc'))) return this.samples.sum(`t="${attributes.get('t') ?? ''}" sc="${attributes.get('sc') ?? ''}"`)
    this.samples.add({
      startMs: clockMs(attributes.get('ts')),
      elapsedMs,
      firstByteMs: parseCount(attributes.get('lt')),
      label: attributes.get('lb') ?? null,
      success: success === 'true' ? true : success === 'false' ? false : null,
      code: attributes.get('rc') ?? null,
    })
  }

  private finish(closed: boolean): void {
    const { samples } = this
    const reading = samples.finish('xml')
    if (this.parts > 0) {
      reading.facts['sub_samples'] = this.parts
      warn(reading, 'sub_samples', `${this.parts} samples are parts of others (redirects, embedded files) and are not counted again.`)
    }
    if (!closed || this.depth > 0) {
      warn(reading, 'truncated', 'The file was not closed by the test.')
      fail(reading, 'parse.truncated', 'The file was not closed: the test was stopped, or the file breaks off.')
    } else if (samples.count === 0 && reading.rows.skipped === 0) fail(reading, 'parse.no_rows', 'The file holds no samples.')
    this.done.push(reading)
    this.samples = new Samples()
    this.started = false
    this.depth = 0
    this.parts = 0
  }
}

/** JMeter's XML results: attributes of `sample` and `httpSample`; times are milliseconds as JMeter defines them. */
export const jmeterXml: StreamFormat = {
  id: 'jmeter-xml',
  detect(head) {
    if (/<testResults\b[^<>]{0,200}>/.test(head)) return certain
    return /<(?:httpSample|sample) [^<>]{0,200}\bt="\d/.test(head) && /\bts="\d/.test(head) ? likely : notMine
  },
  open: () => new JmeterXml(),
}
