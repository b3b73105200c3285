import type { Arm, Plan, ProbeUse, Problem } from '../../../preload/contract'
import type { ProbeDefinition } from '../../../remote-scripts/_kit/probe'
import type { Deps } from '../deps'

const paramNames = (probe: ProbeDefinition): ReadonlySet<string> => {
  const shape = (probe.params as { shape?: Record<string, unknown> }).shape
  return new Set(Object.keys(shape ?? {}))
}

/** A factor named like one of the probe's parameters sets that parameter in the arm. */
const withFactors = (probe: ProbeDefinition, use: ProbeUse, arm: Arm): Record<string, unknown> => {
  const names = paramNames(probe)
  return { ...use.params, ...Object.fromEntries(Object.entries(arm).filter(([factor]) => names.has(factor))) }
}

/** The parameters of one launch, defaults filled in; null with problems when they are out of range. */
export const launchParams = (probe: ProbeDefinition, use: ProbeUse, arm: Arm): { params: unknown; problems: Problem[] } => {
  const parsed = probe.params.safeParse(withFactors(probe, use, arm))
  if (parsed.success) return { params: parsed.data, problems: [] }
  return {
    params: null,
    problems: parsed.error.issues.map((issue) => ({
      code: 'input.invalid',
      message: `probe ${probe.id}: ${issue.path.map(String).join('.') || 'params'}: ${issue.message}`,
    })),
  }
}

/** Every level once, the other factors at their first: enough to see each parameter value, without the full cross. */
const sampleArms = (plan: Plan): Arm[] => {
  if (plan.arms) return plan.arms
  const base = Object.fromEntries(Object.entries(plan.factors).map(([factor, levels]) => [factor, levels[0]])) as Arm
  return [base, ...Object.entries(plan.factors).flatMap(([factor, levels]) => levels.map((level) => ({ ...base, [factor]: level })))]
}

export const paramProblems = ({ probes }: Pick<Deps, 'probes'>, plan: Plan): Problem[] => {
  const problems = plan.probes.flatMap((use): Problem[] => {
    const probe = probes.get(use.probe)
    if (!probe)
      return [{ code: 'input.invalid', message: `There is no probe "${use.probe}"; there are: ${[...probes.keys()].join(', ')}.` }]
    const count = use.hosts.length
    const hosts: Problem[] =
      count >= probe.minHosts && count <= probe.maxHosts
        ? []
        : [{ code: 'input.invalid', message: `probe ${probe.id} takes ${probe.minHosts} to ${probe.maxHosts} hosts, not ${count}.` }]
    return [...hosts, ...sampleArms(plan).flatMap((arm) => launchParams(probe, use, arm).problems)]
  })
  return problems.filter((problem, index) => problems.findIndex((other) => other.message === problem.message) === index)
}
