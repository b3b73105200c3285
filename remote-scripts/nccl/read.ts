import type { Facts, Measurement, ParseResult, Problem } from '../../preload/contract'
import type { RunOutput, RunReading } from '../_kit/probe'
import { ncclTransport } from '../_kit/nccl-transport'
import { mergeResults, textOf } from '../_kit/outcome'
import { mergeRanks, rankNotes, ranksProblem, rankTexts } from '../_kit/rank-files'
import { ncclTestsJson } from './formats/nccl-tests-json'
import { ncclTestsText } from './formats/nccl-tests-text'
import { torchCollectives, torchSeries } from './formats/torch-collectives'
import { programs, type NcclParams } from './params'

type Output = RunOutput<NcclParams>

/**
 * Bytes that at least one host must move in one direction for one call, as a share of the total size, however the ranks are placed:
 * the known lower bounds of the collectives with hosts in the place of ranks. all_to_all: `ranksPerHost` buffers of that size leave a host.
 */
export const hostFactor = (collective: string, hosts: number, ranksPerHost: number): number => {
  const others = (hosts - 1) / hosts
  switch (collective) {
    case 'all_reduce':
      return 2 * others
    case 'all_gather':
    case 'reduce_scatter':
      return others
    case 'all_to_all':
    case 'alltoall':
      return ranksPerHost * others
    case 'broadcast':
      return 1
    default:
      return 0
  }
}

/** Payload of the measured iterations alone; null with one host, where nothing crosses a fabric. */
const payloadBytes = (measurements: Measurement[], facts: Facts, { params, roles }: Output, hosts: number): number | null => {
  if (hosts < 2) return null
  const ranks = typeof facts['ranks'] === 'number' ? facts['ranks'] : roles.length
  const bytes = measurements
    .filter(({ metric }) => metric === 'nccl.time')
    .reduce((sum, { dimensions }) => {
      const size = typeof dimensions['size_bytes'] === 'number' ? dimensions['size_bytes'] : 0
      return sum + size * params.iterations * hostFactor(String(dimensions['collective']), hosts, ranks / hosts)
    }, 0)
  return bytes > 0 ? Math.floor(bytes) : null
}

const launcherResults = (output: Output): { results: ParseResult[]; log: string } => {
  const role = output.roles.find((one) => one.role === 'launcher')
  const texts = output.params.collectives.map((collective) => textOf(role, `${programs[collective]}.txt`) ?? '')
  const results = output.params.collectives.flatMap((collective, index) => {
    const text = ncclTestsText.parse(texts[index] ?? '')
    const json = ncclTestsJson.parse(textOf(role, `${programs[collective]}.json`) ?? '')
    // The JSON has more digits and the spread of iterations; the text has the log, and is whole after a crash.
    const usable = json.length > 0 && json.every((result) => result.problem === null && result.measurements.length > 0)
    if (!usable) return text
    return json.map((result) => ({
      ...result,
      facts: { ...Object.assign({}, ...text.map(({ facts }) => facts)), ...withoutNulls(result.facts) },
    }))
  })
  return { results, log: texts.join('\n') }
}

const withoutNulls = (facts: Facts): Facts => Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== null))

/** gloo knows sockets only; NCCL was told to use verbs where the fabric binds HCAs, and may not fall back to sockets unseen. */
const pathOf = (fabric: Output['fabric'], gloo: boolean): Pick<RunReading, 'path'> => {
  if (gloo) return { path: 'interface' }
  return Object.keys(fabric?.spec.hcas ?? {}).length > 0 ? { path: 'hca' } : {}
}

/** What one launch of the nccl probe measured. */
export const readNccl = (output: Output): RunReading => {
  const launched = output.roles.some((role) => role.role === 'launcher')
  const bench = launched ? '' : mergeRanks(rankTexts(output.roles))
  const launcher = launched ? launcherResults(output) : null
  const merged = mergeResults(launcher ? launcher.results : torchCollectives.parse(bench))
  const nodes = merged.facts['nodes']
  const hosts = launched ? (typeof nodes === 'number' ? nodes : 1) : output.roles.length
  const log = launcher ? launcher.log : output.roles.map((role) => textOf(role, 'stdout') ?? '').join('\n')
  const nothing: Problem | null =
    merged.measurements.length === 0 ? { code: 'parse.no_rows', message: 'The launch left no measurement.' } : null
  const interfaces = output.roles.flatMap((role) => (role.facts['interface'] ? [`${role.host}:${role.facts['interface']}`] : []))
  return {
    tool: merged.tool ?? { name: launched ? 'nccl-tests' : 'torch-collectives', version: null },
    facts: { ...merged.facts, via: launched ? 'nccl-tests' : 'torch', ...(interfaces.length > 0 ? { sockets: interfaces } : {}) },
    measurements: merged.measurements,
    series: torchSeries(bench),
    warnings: [...merged.warnings, ...rankNotes(output.roles)],
    problem:
      ranksProblem(output.roles, (role) => (role.role === 'launcher' ? 'nccl-tests' : `The ranks (${role.role})`)) ??
      merged.problem ??
      nothing,
    transportLog: ncclTransport(log),
    expectedBytes: payloadBytes(merged.measurements, merged.facts, output, hosts),
    ...pathOf(output.fabric, merged.facts['backend'] === 'gloo'),
  }
}
