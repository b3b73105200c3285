import type { Facts, ParseResult, Problem } from '../../preload/contract'
import type { RunOutput, RunReading } from '../_kit/probe'
import { mergeResults, pairProblem, textOf } from '../_kit/outcome'
import { iperf3Json } from './formats/iperf3-json'
import { pingpongJson, pingpongSeries } from './formats/pingpong'
import { netMeasurements } from './net-counts'
import type { TcpParams } from './params'
import { tracedMeasurements } from './traced'

const bytesAt = (end: unknown, name: string): number => {
  if (typeof end !== 'object' || end === null || !Object.hasOwn(end, name)) return 0
  const sum = (end as Record<string, unknown>)[name]
  const bytes = typeof sum === 'object' && sum !== null && 'bytes' in sum ? sum.bytes : 0
  return typeof bytes === 'number' && Number.isFinite(bytes) && bytes > 0 ? bytes : 0
}

/** Payload bytes that iperf3 counted in its measured time, both directions; null when its JSON does not tell. */
export const payloadBytes = (text: string): number | null => {
  try {
    const document = JSON.parse(text) as unknown
    if (typeof document !== 'object' || document === null || !('end' in document)) return null
    const bytes =
      Math.max(bytesAt(document.end, 'sum_sent'), bytesAt(document.end, 'sum_received')) +
      bytesAt(document.end, 'sum_received_bidir_reverse')
    return bytes > 0 ? bytes : null
  } catch (error) {
    // iperf3 may print two documents or break off; the format's parser says so, here it only means "unknown".
    if (error instanceof SyntaxError) return null
    throw error
  }
}

const missing = (what: string): Problem => ({ code: 'parse.no_rows', message: `${what} left no result.` })

/** What net_counts.sh could not read at one end, and why; by fact. */
const unreadKeys = ['traced', 'not_traced', 'qdisc_not_read'] as const
const netFacts = (role: RunOutput<TcpParams>['roles'][number] | undefined): Facts =>
  Object.fromEntries(
    unreadKeys.flatMap((key) => {
      const text = role?.facts[key]
      return role && text ? [[`${role.role}_${key}`, text.slice(0, 500)] as const] : []
    }),
  )

/** What one launch of the tcp probe measured. */
export const readTcp = ({ params, roles }: RunOutput<TcpParams>): RunReading => {
  const client = roles.find((role) => role.role === 'client')
  const iperf = textOf(client, 'iperf3.json')
  const pingpong = textOf(client, 'pingpong.json')
  const results: ParseResult[] = [...(iperf ? iperf3Json.parse(iperf) : []), ...(pingpong ? pingpongJson.parse(pingpong) : [])]
  const merged = mergeResults(results)
  const absent = !iperf ? missing('iperf3') : params.latency && !pingpong ? missing('The ping-pong') : null
  const server = roles.find((role) => role.role === 'server')
  return {
    tool: merged.tool ?? { name: 'iperf3', version: null },
    facts: {
      ...merged.facts,
      client_address: client?.facts['address'] ?? null,
      server_address: server?.facts['address'] ?? null,
      ...netFacts(client),
      ...netFacts(server),
    },
    measurements: [...merged.measurements, ...[client, server].flatMap((role) => [...netMeasurements(role), ...tracedMeasurements(role)])],
    series: pingpong ? pingpongSeries(pingpong) : [],
    warnings: merged.warnings,
    problem: pairProblem(client, server) ?? merged.problem ?? absent,
    transportLog: null,
    expectedBytes: iperf ? payloadBytes(iperf) : null,
    path: 'interface',
  }
}
