import { convert, parseCount, timeScale, type Scale } from './numbers'
import { fail, skipRow, warn, type Reading } from './reading'
import { maxLineLength, quote } from './text'

/** One test of a qperf output. */
export interface QperfTest {
  /** `tcp_bw`, `rc_rdma_write_lat`; `conf` and other blocks without figures are left out. */
  name: string
  lines: string[]
  /** The text ends within its last line. */
  cut: boolean
  /** Other tests of the text print their message size. */
  sized: boolean
}

/** Indented where a document quotes it. */
const heading = /^ {0,12}(\w{2,40}):\s*$/
const figureLine = /^ +(\w+) +=\s+([\d.,]+)(?: +([A-Za-z/]{1,16}))?(?: +\(([\d,]{1,26})\))?\s*$/
const sizeName = 'msg_size'

/** Decimal prefixes, as qperf divides by 1000; `-ub` prints bits, `-uu` no prefix. */
const rates: ReadonlyMap<string, Scale> = new Map(
  ['', 'K', 'M', 'G', 'T'].flatMap((prefix, index): [string, Scale][] => [
    [prefix === '' ? 'bytes/sec' : `${prefix}B/sec`, { unit: 'GB/s', power: 3 * index - 9, factor: 1 }],
    [prefix === '' ? 'bits/sec' : `${prefix}b/sec`, { unit: 'GB/s', power: 3 * index - 9, factor: 1 / 8 }],
    [`${prefix}/sec`, { unit: '1/s', power: 3 * index, factor: 1 }],
  ]),
)
const sizes: ReadonlyMap<string, number> = new Map([
  ['bytes', 1],
  ['KiB', 2 ** 10],
  ['MiB', 2 ** 20],
  ['GiB', 2 ** 30],
])

/** qperf writes thousands with a comma (`1,234`), never a decimal one. */
const plain = (printed: string): string => (/^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(printed) ? printed.replace(/,/g, '') : printed)

/** Tests of a text in order, those whose name `isMine` takes. */
export const qperfTests = (text: string, isMine: (name: string) => boolean): QperfTest[] => {
  const lines = text.split('\n')
  const openEnd = lines.at(-1) !== ''
  const all: QperfTest[] = []
  for (const line of lines) {
    const name = line.length < 200 ? heading.exec(line)?.[1] : undefined
    if (name !== undefined) all.push({ name, lines: [], cut: false, sized: false })
    else all.at(-1)?.lines.push(line.length > maxLineLength ? '' : line)
  }
  const last = all.at(-1)
  if (last) last.cut = openEnd
  const own = all.filter(({ name }) => isMine(name))
  const sized = own.some((test) => test.lines.some((line) => figureLine.exec(line)?.[1] === sizeName))
  return own.map((test) => ({ ...test, sized }))
}

/** True for a text that holds a test of such a name with a figure below it. */
export const hasQperfTest = (head: string, isMine: (name: string) => boolean): boolean =>
  [...head.matchAll(/^ {0,12}(\w{2,40}):\s*\n +\w{1,40} +=/gm)].some((match) => isMine(match[1] ?? ''))

/** The message size in bytes, as printed where qperf rounds it; undefined: not printed; null: it cannot be told. */
const messageSize = (test: QperfTest): number | string | null | undefined => {
  const found = test.lines.flatMap((line, index) => {
    const match = figureLine.exec(line)
    return match?.[1] === sizeName ? [{ match, index }] : []
  })
  const [only] = found
  if (!only) return test.sized ? null : undefined
  // Figures come first: behind a size they are those of another test.
  const late = test.lines.findLastIndex((line) => /^ +(?:latency|bw|send_bw|recv_bw|msg_rate) /.test(line))
  if (found.length > 1 || late > only.index) return null
  const exact = only.match[4] === undefined ? null : parseCount(plain(only.match[4]))
  const factor = sizes.get(only.match[3] ?? '')
  const count = parseCount(plain(only.match[2] ?? ''))
  if (exact !== null) return exact
  return factor === undefined || count === null ? `${only.match[2] ?? ''} ${only.match[3] ?? ''}`.trim() : count * factor
}

/** How one figure of a test is used; `size`: bytes of a message, or qperf's rounded words for them. */
export type QperfFigure = (name: string, value: number, unit: Scale['unit'], size: number | string | undefined) => void

const rateName = 'msg_rate'

/** A message rate beside a bandwidth stands where the two and the message size agree: else it may be another test's. */
const ratesAgree = (test: QperfTest, size: number | string | null | undefined): boolean => {
  const figure = (...names: string[]): number | null => {
    const match = test.lines.map((line) => figureLine.exec(line)).find((one) => one !== null && names.includes(one[1] ?? ''))
    const scale = rates.get(match?.[3] ?? '')
    return match && scale ? convert(plain(match[2] ?? ''), scale) : null
  }
  const [bandwidth, rate] = [figure('bw', 'recv_bw'), figure(rateName)]
  return bandwidth !== null && rate !== null && typeof size === 'number' && Math.abs(rate * size - bandwidth * 1e9) < 0.02 * bandwidth * 1e9
}

/** Reads the figures of one test; `wanted` are their names. */
export const readQperfTest = (reading: Reading, test: QperfTest, wanted: ReadonlySet<string>, use: QperfFigure): void => {
  const size = messageSize(test)
  const names = test.lines.flatMap((line) => figureLine.exec(line)?.[1] ?? [])
  // One bandwidth, or one of each end: both are of two tests.
  const isMixed = names.includes('bw') && (names.includes('send_bw') || names.includes('recv_bw'))
  test.lines.forEach((line, index) => {
    const match = figureLine.exec(line)
    const name = match?.[1]
    if (!match || name === undefined || !wanted.has(name)) return
    // No test prints a line twice: some are another test's, and which cannot be told.
    if (isMixed || new Set(names).size < names.length) return skipRow(reading, line, 'the test has a figure twice')
    if (test.cut && index === test.lines.length - 1) return skipRow(reading, line, 'the text ends in it')
    if (size === null) return skipRow(reading, line, 'the message size of this test is missing')
    const scale = name === 'latency' ? timeScale(match[3] ?? '') : (rates.get(match[3] ?? '') ?? null)
    const fits = scale && (name === 'latency' || (scale.unit === '1/s') === (name === 'msg_rate'))
    const value = scale && fits ? convert(plain(match[2] ?? ''), scale) : null
    if (value === null || !scale) return skipRow(reading, line, 'its unit or figure is not known')
    if (name === rateName && wanted.size > 1 && !ratesAgree(test, size)) return
    reading.rows.understood += 1
    use(name, value, scale.unit, size)
  })
  if (reading.measurements.length === 0) noteMissing(reading, test)
}

const failure = /\b(?:fail|cannot|unable|refused|timed out|no such|not supported|bad |error)/i

/** qperf prints its errors as bare sentences under the name of the test. */
const noteMissing = (reading: Reading, test: QperfTest): void => {
  const sentence = test.lines.find((line) => /^\S/.test(line) && failure.test(line))
  if (sentence !== undefined) fail(reading, 'remote.tool_failed', `qperf reported: ${quote(sentence)}`, sentence)
  else if (reading.rows.skipped > 0) fail(reading, 'parse.no_rows', 'No figure of this test could be read.', test.lines[0])
  else {
    warn(reading, 'truncated', 'The output breaks off.')
    fail(reading, 'parse.truncated', 'The output breaks off.', test.lines.at(-1))
  }
}
