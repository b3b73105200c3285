import type { Arm, Plan, Problem } from '../../../preload/contract'
import { armKey, planArms, runsIn } from './arms'

const maxArms = 256
const maxLaunches = 100_000

const invalid = (message: string, params?: Problem['params']): Problem => ({
  code: 'input.invalid',
  message,
  ...(params ? { params } : {}),
})
const quoted = (names: readonly unknown[]): string => names.map((name) => `"${String(name)}"`).join(', ')
const duplicates = (values: readonly unknown[]): string[] => {
  const texts = values.map(String)
  return [...new Set(texts.filter((text, index) => texts.indexOf(text) !== index))]
}

const hostProblems = (plan: Plan): Problem[] => {
  const names = Object.keys(plan.hosts)
  if (names.length === 0) return [invalid('hosts: the plan names no host.')]
  return names.flatMap((name): Problem[] => {
    const spec = plan.hosts[name]
    if (spec?.ssh !== undefined && spec.local) return [invalid(`hosts.${name}: has both ssh and local; keep one.`)]
    if (spec?.ssh === undefined && !spec?.local) return [invalid(`hosts.${name}: needs "ssh: ALIAS" or "local: true".`)]
    return []
  })
}

const factorProblems = (plan: Plan): Problem[] => {
  const repeated = Object.entries(plan.factors).flatMap(([factor, levels]): Problem[] => {
    const twice = duplicates(levels)
    return twice.length > 0 ? [invalid(`factors.${factor}: ${quoted(twice)} is listed twice.`)] : []
  })
  const levels = plan.factors.fabric ?? []
  const unknown = levels.filter((level) => !Object.hasOwn(plan.fabrics, String(level)))
  if (unknown.length === 0) return repeated
  return [...repeated, invalid(`factors.fabric: ${quoted(unknown)} is not among fabrics (${quoted(Object.keys(plan.fabrics)) || 'none'}).`)]
}

const oneArmProblems = (plan: Plan, arm: Arm, index: number, keys: string): Problem[] => {
  const problems: Problem[] = []
  if (Object.keys(arm).sort().join(', ') !== keys) {
    problems.push(
      invalid(
        `arms[${index}]: has the factors ${Object.keys(arm).sort().join(', ') || 'none'}, the first arm has ${keys || 'none'}; all must have the same.`,
      ),
    )
  }
  const declared = Object.keys(plan.factors).length > 0
  for (const [factor, level] of Object.entries(arm)) {
    const levels = plan.factors[factor]
    if (declared && !levels) problems.push(invalid(`arms[${index}]: "${factor}" is not among factors.`))
    if (levels && !levels.includes(level)) problems.push(invalid(`arms[${index}]: "${String(level)}" is not a level of factors.${factor}.`))
  }
  if (arm.fabric !== undefined && !Object.hasOwn(plan.fabrics, String(arm.fabric))) {
    problems.push(invalid(`arms[${index}]: fabric "${String(arm.fabric)}" is not among fabrics.`))
  }
  return problems
}

const armProblems = (plan: Plan): Problem[] => {
  const arms = plan.arms
  if (!arms) return []
  const keys = Object.keys(arms[0] ?? {})
    .sort()
    .join(', ')
  const texts = arms.map(armKey)
  const repeated = texts.flatMap((text, index) =>
    texts.indexOf(text) === index ? [] : [invalid(`arms[${index}]: is the same as an earlier arm.`)],
  )
  return [...arms.flatMap((arm, index) => oneArmProblems(plan, arm, index, keys)), ...repeated]
}

const fabricHostProblems = (plan: Plan): Problem[] =>
  Object.entries(plan.fabrics).flatMap(([name, spec]) =>
    (['interfaces', 'hcas', 'addresses'] as const).flatMap((field) => {
      const unknown = Object.keys(spec[field] ?? {}).filter((host) => !Object.hasOwn(plan.hosts, host))
      return unknown.length > 0 ? [invalid(`fabrics.${name}.${field}: ${quoted(unknown)} is not among hosts.`)] : []
    }),
  )

const knownLevels = (plan: Plan, factor: string): unknown[] =>
  plan.arms ? plan.arms.flatMap((arm) => (arm[factor] === undefined ? [] : [arm[factor]])) : (plan.factors[factor] ?? [])

const probeProblems = (plan: Plan): Problem[] =>
  plan.probes.flatMap((use, index) => {
    const where = `probes[${index}] (${use.probe})`
    const problems: Problem[] = []
    const unknown = use.hosts.filter((host) => !Object.hasOwn(plan.hosts, host))
    if (unknown.length > 0) problems.push(invalid(`${where}: ${quoted(unknown)} is not among hosts.`))
    const twice = duplicates(use.hosts)
    if (twice.length > 0) problems.push(invalid(`${where}: ${quoted(twice)} is listed twice in hosts.`))
    for (const [factor, levels] of Object.entries(use.when ?? {})) {
      const known = knownLevels(plan, factor)
      if (known.length === 0) problems.push(invalid(`${where}: when names "${factor}", which is not a factor.`))
      const strange = known.length === 0 ? [] : levels.filter((level) => !known.includes(level))
      if (strange.length > 0) problems.push(invalid(`${where}: when.${factor} names ${quoted(strange)}, which is not a level of it.`))
    }
    return problems
  })

/** Hosts of multi-host probes that a fabric in use says nothing about: traffic there could take any path. */
const bindingProblems = (plan: Plan, arms: Arm[]): Problem[] =>
  Object.entries(plan.fabrics).flatMap(([name, spec]) => {
    const inUse = arms.filter((arm) => String(arm.fabric) === name)
    const hosts = plan.probes.filter((use) => use.hosts.length > 1 && inUse.some((arm) => runsIn(use, arm))).flatMap((use) => use.hosts)
    const bound = (host: string): boolean =>
      spec.interfaces?.[host] !== undefined ||
      (spec.kind === 'ethernet' ? spec.addresses?.[host] !== undefined : spec.hcas?.[host] !== undefined)
    const missing = [...new Set(hosts)].filter((host) => Object.hasOwn(plan.hosts, host) && !bound(host))
    if (missing.length === 0) return []
    const what = spec.kind === 'ethernet' ? 'no interface' : 'neither interface nor HCA'
    return [
      invalid(`fabrics.${name}: names ${what} for ${quoted(missing)}, which the probes use.`, { fabric: name, hosts: missing.join(', ') }),
    ]
  })

const armCount = (plan: Plan): number =>
  plan.arms ? plan.arms.length : Object.values(plan.factors).reduce((product, levels) => product * levels.length, 1)

const sizeProblems = (plan: Plan): Problem[] => {
  const arms = armCount(plan)
  if (arms > maxArms)
    return [invalid(`The factors make ${arms} arms; at most ${maxArms} are possible. Name the ones you need under "arms".`)]
  const launches = arms * plan.probes.length * (plan.repeats + plan.warmup)
  return launches > maxLaunches ? [invalid(`The plan makes up to ${launches} launches; at most ${maxLaunches} are possible.`)] : []
}

const emptyProblems = (plan: Plan, arms: Arm[]): Problem[] =>
  plan.probes.flatMap((use, index) =>
    arms.some((arm) => runsIn(use, arm)) ? [] : [invalid(`probes[${index}] (${use.probe}): its "when" leaves no arm to run in.`)],
  )

/** Everything the schema cannot say: names that refer to nothing, contradictory arms, hosts that a fabric forgets. All at once; empty means sound. */
export const validatePlan = (plan: Plan): Problem[] => {
  const tooBig = sizeProblems(plan)
  const arms = tooBig.length > 0 ? [] : planArms(plan)
  return [
    ...hostProblems(plan),
    ...factorProblems(plan),
    ...armProblems(plan),
    ...fabricHostProblems(plan),
    ...probeProblems(plan),
    ...tooBig,
    ...(tooBig.length > 0 ? [] : [...bindingProblems(plan, arms), ...emptyProblems(plan, arms)]),
  ]
}
