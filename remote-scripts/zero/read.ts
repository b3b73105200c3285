import type { Problem } from '../../preload/contract'
import { stateBytesOf, trafficBytes, type ZeroStage } from '../../preload/contract/zero'
import { ncclTransport } from '../_kit/nccl-transport'
import { mergeResults, textOf } from '../_kit/outcome'
import type { RunOutput, RunReading } from '../_kit/probe'
import { mergeRanks, rankNotes, ranksProblem, rankTexts } from '../_kit/rank-files'
import { zeroBench, zeroSeries } from './formats/zero-bench'
import type { ZeroParams } from './params'

type Output = RunOutput<ZeroParams>

/**
 * Payload of the measured steps that at least one host must move in one direction, however its ranks are placed: the stage's traffic with hosts in
 * the place of ranks. null with one host, and for an engine whose traffic is its own affair.
 */
const payloadBytes = (facts: RunReading['facts'], { params, roles }: Output): number | null => {
  const bytes = stateBytesOf(String(facts['dtype']))
  const parameters = facts['parameters']
  if (roles.length < 2 || params.engine !== 'own' || bytes === null || typeof parameters !== 'number') return null
  return Math.floor(params.steps * trafficBytes(params.zero_stage as ZeroStage, parameters, roles.length, params.grad_accum, bytes))
}

/** gloo knows sockets only; NCCL was told to use verbs where the fabric binds HCAs, and may not fall back to sockets unseen. */
const pathOf = (fabric: Output['fabric'], gloo: boolean): Pick<RunReading, 'path'> => {
  if (gloo) return { path: 'interface' }
  return Object.keys(fabric?.spec.hcas ?? {}).length > 0 ? { path: 'hca' } : {}
}

/** What one launch of the zero probe measured. */
export const readZero = (output: Output): RunReading => {
  const bench = mergeRanks(rankTexts(output.roles))
  const merged = mergeResults(zeroBench.parse(bench))
  const log = output.roles.map((role) => textOf(role, 'stdout') ?? '').join('\n')
  const nothing: Problem | null =
    merged.measurements.length === 0 ? { code: 'parse.no_rows', message: 'The launch left no measurement.' } : null
  const interfaces = output.roles.flatMap((role) => (role.facts['interface'] ? [`${role.host}:${role.facts['interface']}`] : []))
  return {
    tool: merged.tool ?? { name: 'zero-bench', version: null },
    facts: { ...merged.facts, ...(interfaces.length > 0 ? { sockets: interfaces } : {}) },
    measurements: merged.measurements,
    series: zeroSeries(bench),
    warnings: [...merged.warnings, ...rankNotes(output.roles)],
    problem: ranksProblem(output.roles) ?? merged.problem ?? nothing,
    transportLog: ncclTransport(log),
    expectedBytes: payloadBytes(merged.facts, output),
    ...pathOf(output.fabric, merged.facts['backend'] === 'gloo'),
  }
}
