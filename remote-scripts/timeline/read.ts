import type { Dimensions, Facts, Measurement, ParseResult, Problem, Warning } from '../../preload/contract'
import { ncclTransport } from '../_kit/nccl-transport'
import { mergeResults, textOf } from '../_kit/outcome'
import type { RunOutput, RunReading, StreamFormat } from '../_kit/probe'
import { ranksProblem } from '../_kit/rank-files'
import { combineTorch, torchFormats, torchStreams } from './torch'
import { nsysFormats, nsysStreams } from './nsys'
import { longestNames } from './longest-names'
import type { TimelineParams } from './params'
import { timelineSummary } from './summary-format'

type Output = RunOutput<TimelineParams>
type Role = Output['roles'][number]

const throughStream = (format: StreamFormat | undefined, bytes: Uint8Array): ParseResult[] => {
  const reader = format?.open()
  reader?.push(bytes)
  return reader?.end() ?? []
}

/** Adds what tells one rank or host from another; a fact `rank` of the trace itself stays. */
const placed = (results: ParseResult[], where: Dimensions): ParseResult[] =>
  results.map((result) => ({
    ...result,
    measurements: result.measurements.map((one) => ({ ...one, dimensions: { ...one.dimensions, ...where } })),
  }))

interface Rank {
  rank: number
  results: ParseResult[]
}

const rankOf = (name: string): number => Number(/^rank(\d{1,6})\.(?:trace\.json|summary\.jsonl)$/.exec(name)?.[1] ?? NaN)

/** The traces of all ranks, or what they were added up to. */
const ranksOf = (roles: readonly Role[]): Rank[] =>
  roles
    .flatMap((role) =>
      [...role.files].flatMap(([name, bytes]): Rank[] => {
        const rank = rankOf(name)
        if (!Number.isInteger(rank)) return []
        const read = name.endsWith('.jsonl') ? timelineSummary.parse(textOf(role, name) ?? '') : throughStream(torchStreams[0], bytes)
        return [{ rank, results: read.map((result) => ({ ...result, facts: { ...result.facts, rank } })) }]
      }),
    )
    .sort((a, b) => a.rank - b.rank)

/** What is of one trace alone, or too long, is no fact of the launch. */
const launchFacts = (results: ParseResult[], several: boolean): ParseResult[] =>
  results.map((result) => ({
    ...result,
    facts: Object.fromEntries(Object.entries(result.facts).filter(([key]) => key !== 'collectives' && !(several && key === 'rank'))),
  }))

const torchResults = (roles: readonly Role[]): { results: ParseResult[]; facts: Facts } => {
  const ranks = ranksOf(roles)
  const several = ranks.length > 1
  const single = ranks.flatMap(({ results }) => results)
  const combined = several ? combineTorch(single) : []
  const operators = roles.flatMap((role) => torchFormats[0]?.parse(textOf(role, 'rank0.operators.txt') ?? '') ?? [])
  const own = ranks.flatMap(({ rank, results }) => (several ? placed(results, { rank }) : results))
  const ofRank0 = several ? placed(operators, { rank: 0 }) : operators
  return {
    results: launchFacts([...own, ...ofRank0, ...combined], several),
    facts: { ranks: ranks.length, ...Object.assign({}, ...combined.map(({ facts }) => facts)), tool: 'torch-profiler' },
  }
}

const nsysOfHost = (role: Role): ParseResult[] => {
  const summary = textOf(role, 'nsys.summary.jsonl')
  if (summary !== undefined) return timelineSummary.parse(summary)
  const stats = textOf(role, 'nsys.stats.csv')
  const trace = role.files.get('nsys.trace.csv')
  const sums = stats === undefined ? [] : (nsysFormats[0]?.parse(stats) ?? [])
  // Kernels and copies are in both: of the trace only what the reports do not have is taken.
  const perDevice = trace === undefined ? [] : throughStream(nsysStreams[0], trace)
  return [
    ...sums,
    ...perDevice.map((result) => ({ ...result, measurements: result.measurements.filter(({ dimensions }) => 'device' in dimensions) })),
  ]
}

const nsysResults = (roles: readonly Role[]): { results: ParseResult[]; facts: Facts } => ({
  results: roles.flatMap((role) => (roles.length > 1 ? placed(nsysOfHost(role), { host: role.host }) : nsysOfHost(role))),
  facts: { tool: 'nsys', hosts: roles.length },
})

const leftWarnings = (roles: readonly Role[]): Warning[] =>
  roles.flatMap(({ host, facts }) =>
    facts['trace_left_bytes'] === undefined
      ? []
      : [
          {
            code: 'trace_left_on_host',
            message: `The event trace on ${host} has ${facts['trace_left_bytes']} bytes, more than trace_limit_mib, and there is no Python with sqlite3 to add it up: busy, idle and overlapping times are missing.`,
          },
        ],
  )

const placeOf = (dimensions: Dimensions): string =>
  ['host', 'rank', 'device'].flatMap((name) => (dimensions[name] === undefined ? [] : [`${name} ${dimensions[name]}`])).join(', ')

/** Devices whose gaps are longer in all than their kernels and copies. */
const launchBound = (measurements: readonly Measurement[]): Warning[] => {
  const idle = measurements.filter(({ metric, value }) => metric === 'timeline.idle_share' && value > 0.5)
  const [worst] = idle.toSorted((a, b) => b.value - a.value)
  if (!worst) return []
  const message = `Launch bound: between its first and last kernel ${placeOf(worst.dimensions)} is idle for ${(worst.value * 100).toFixed(0)} % of the time, longer than its kernels run${idle.length > 1 ? ` (and ${idle.length - 1} more like it)` : ''}. The host launches too slowly, or waits for data.`
  return [{ code: 'launch_bound', message }]
}

/** What the profiler left behind about itself. */
const captureFacts = (roles: readonly Role[]): Facts => {
  const sizes = roles.map(({ facts }) => Number(facts['recording_bytes'] ?? NaN)).filter(Number.isFinite)
  const captures = roles.flatMap((role) =>
    [...role.files.keys()].filter((name) => /^rank\d{1,6}\.capture\.json$/.test(name)).map((name) => textOf(role, name) ?? ''),
  )
  const traced = captures.map((text) => Number(/"trace_bytes": (\d{1,15})/.exec(text)?.[1] ?? NaN)).filter(Number.isFinite)
  const all = [...sizes, ...traced]
  return {
    ...(all.length > 0 ? { largest_trace_bytes: Math.max(...all) } : {}),
    ...(captures.length > 0 ? { aggregated_on_host: captures.some((text) => text.includes('"aggregated_on_host": true')) } : {}),
  }
}

/** What one launch of the timeline probe measured. */
export const readTimeline = ({ params, roles }: Output): RunReading => {
  const isNsys = roles.some(
    (role) => [...role.files.keys()].some((name) => name.startsWith('nsys.')) || role.facts['recording_bytes'] !== undefined,
  )
  const { results, facts } = isNsys ? nsysResults(roles) : torchResults(roles)
  const merged = mergeResults(results)
  const measurements: Measurement[] = longestNames(merged.measurements, params.top)
  const nothing: Problem | null =
    measurements.length === 0 ? { code: 'parse.no_rows', message: 'The profiler left nothing that could be read.' } : null
  const hidden = merged.measurements.length - measurements.length
  const limited: Warning[] =
    hidden > 0
      ? [
          {
            code: 'names_limited',
            message: `${hidden} figures of shorter kernels, ranges and calls are not listed (params.top is ${params.top}); the files of the run have them.`,
          },
        ]
      : []
  const log = roles.map((role) => textOf(role, 'stdout') ?? '').join('\n')
  return {
    tool: merged.tool ?? { name: isNsys ? 'nsys' : 'torch-profiler', version: null },
    facts: { ...merged.facts, ...facts, ...captureFacts(roles), via: isNsys ? 'nsys' : 'torch' },
    measurements,
    series: [],
    warnings: [...merged.warnings, ...leftWarnings(roles), ...launchBound(measurements), ...limited],
    problem: ranksProblem(roles, (role) => `The profiled command (${role.role})`) ?? merged.problem ?? nothing,
    transportLog: ncclTransport(log),
    expectedBytes: null,
  }
}
