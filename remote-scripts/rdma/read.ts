import type { Measurement, ParseResult } from '../../preload/contract'
import type { RunOutput, RunReading } from '../_kit/probe'
import { mergeResults, pairProblem, textOf } from '../_kit/outcome'
import { perftestText } from './formats/perftest-text'
import { kindOf, rdmaTests, type RdmaParams } from './params'

/** Outputs of the single tests; client.sh puts a line before each. */
export const splitTests = (text: string): string[] => text.split(/^# headroom test [^\n]*\n/m).filter((part) => part.trim() !== '')

/** Payload of the tests that have a result: size x messages; with a duration half of rate x time, since perftest leaves out its margins. */
const payloadBytes = (measurements: Measurement[], params: RdmaParams): number | null => {
  let bytes = 0
  for (const { metric, value, dimensions } of measurements) {
    const size = typeof dimensions['size_bytes'] === 'number' ? dimensions['size_bytes'] : 0
    if (metric === 'rdma.bw_average')
      bytes += params.duration === undefined ? size * params.iterations * params.qps : (value * 1e9 * params.duration) / 2
    else if (metric === 'rdma.lat_typical' && params.duration === undefined) bytes += size * params.iterations
  }
  return bytes > 0 ? Math.floor(bytes) : null
}

const linkLayerLines = (text: string): string[] =>
  [...new Set([...text.matchAll(/^.*(?:Link type|Device)\s*:.*$/gm)].map((match) => match[0].trim().slice(0, 200)))].slice(0, 8)

/** What perftest's own header says: the device, and `IB` or `RoCE` for its link; null when no header was printed. */
const transportLog = (results: ParseResult[], text: string): RunReading['transportLog'] => {
  const observed = results.flatMap(({ facts }) => {
    const [device, link] = [facts['device'], facts['link_type']]
    return typeof device === 'string' && typeof link === 'string' ? [device, link === 'Ethernet' ? 'RoCE' : link] : []
  })
  return observed.length > 0 ? { observed: [...new Set(observed)], lines: linkLayerLines(text) } : null
}

/** What one launch of the rdma probe measured. */
export const readRdma = ({ params, roles }: RunOutput<RdmaParams>): RunReading => {
  const client = roles.find((role) => role.role === 'client')
  const server = roles.find((role) => role.role === 'server')
  const text = textOf(client, 'perftest.txt') ?? ''
  const results = splitTests(text).flatMap((part) => perftestText.parse(part))
  const merged = mergeResults(results)
  const expected = rdmaTests(params).length
  const short = results.length < expected && merged.problem === null
  const tests = rdmaTests(params)
  return {
    tool: { name: 'perftest', version: null },
    facts: { ...merged.facts, tests: tests.length, bandwidth_tests: tests.filter((test) => kindOf(test.operation) === 'bw').length },
    measurements: merged.measurements,
    series: [],
    warnings: merged.warnings,
    problem:
      pairProblem(client, server) ??
      merged.problem ??
      (short ? { code: 'parse.no_rows', message: `Only ${results.length} of ${expected} tests left a result.` } : null),
    transportLog: transportLog(results, text),
    expectedBytes: payloadBytes(merged.measurements, params),
    path: 'hca',
  }
}
