import { toProblem, type Arm, type CanRun, type Environment, type Plan, type PlanPreview, type Warning } from '../../../preload/contract'
import { expandPlan } from '../../core/runs/design'
import type { Deps } from '../deps'
import { launchSeconds } from '../experiments/progress'
import { planLaunch } from '../experiments/launch-context'
import { captureInventory } from '../hosts/inventory'
import { launchParams } from './params'

type HostPreview = PlanPreview['hosts'][number]
type Known = Pick<Environment, 'host' | 'inventory'>
export type PreviewDeps = Pick<Deps, 'pool' | 'probes' | 'kitFiles'>

const preflightOf = (deps: Pick<Deps, 'probes'>, plan: Plan, host: string, inventory: Environment['inventory']): CanRun[] =>
  plan.probes
    .filter((use) => use.hosts.includes(host))
    .flatMap((use) => {
      const probe = deps.probes.get(use.probe)
      return probe ? [probe.preflight(inventory, launchParams(probe, use, {}).params)] : []
    })

const lookAtHost = async (
  deps: PreviewDeps,
  plan: Plan,
  host: string,
  signal?: AbortSignal,
): Promise<{ preview: HostPreview; known: Known | null; preflight: CanRun[] }> => {
  const spec = plan.hosts[host] ?? {}
  let target = host
  try {
    target = deps.pool.describe(spec)
    const remote = await deps.pool.get(spec, signal)
    const { inventory } = await captureInventory(deps, remote, spec, signal)
    const preflight = preflightOf(deps, plan, host, inventory)
    const lacks = preflight.filter((one) => !one.canRun).map(({ probe, why, fix }) => ({ probe, why, fix }))
    return { preview: { host, target, reachable: true, problem: null, lacks }, known: { host, inventory }, preflight }
  } catch (error) {
    return { preview: { host, target, reachable: false, problem: toProblem(error), lacks: [] }, known: null, preflight: [] }
  }
}

const interfaceWarnings = (plan: Plan, known: Known[]): Warning[] =>
  Object.entries(plan.fabrics).flatMap(([fabric, spec]) =>
    known.flatMap(({ host, inventory }) => {
      const name = spec.interfaces?.[host]
      const hca = spec.hcas?.[host]
      const warnings: Warning[] = []
      const found = inventory.interfaces.find((one) => one.name === name)
      if (name && !found) {
        warnings.push({
          code: 'plan.no_interface',
          message: `${host} has no interface "${name}" (fabric ${fabric}); it has: ${inventory.interfaces.map((one) => one.name).join(', ')}.`,
        })
      } else if (found && !found.up)
        warnings.push({ code: 'plan.interface_down', message: `Interface ${name} on ${host} (fabric ${fabric}) is down.` })
      if (hca && !inventory.hcas.some((one) => one.name === hca.split(':')[0])) {
        warnings.push({
          code: 'plan.no_hca',
          message: `${host} has no HCA "${hca}" (fabric ${fabric}); it has: ${inventory.hcas.map((one) => one.name).join(', ') || 'none'}.`,
        })
      }
      return warnings
    }),
  )

const commandsOf = (
  deps: PreviewDeps,
  plan: Plan,
  arms: Arm[],
  known: Known[],
  targets: ReadonlyMap<string, string>,
  warnings: Warning[],
): PlanPreview['commands'] =>
  plan.probes.flatMap((use, probeIndex) =>
    arms.flatMap((arm) => {
      try {
        const { jobs } = planLaunch(deps, plan, { probeIndex, arm }, known)
        const commands = jobs.map((job) => ({
          role: job.role,
          host: job.host,
          target: targets.get(job.host) ?? job.host,
          command: job.display,
        }))
        return [{ probe: use.probe, arm, commands }]
      } catch (error) {
        const { code, message } = toProblem(error)
        warnings.push({ code, message: `${use.probe} in ${JSON.stringify(arm)}: ${message}` })
        return []
      }
    }),
  )

/**
 * The exact commands, the order, the expected duration, and what each host lacks. Hosts are asked read-only questions;
 * nothing is written on them or in the store. Unreachable hosts are reported, not thrown.
 */
export const previewPlan = async (deps: PreviewDeps, plan: Plan, signal?: AbortSignal): Promise<PlanPreview> => {
  const looks = await Promise.all(Object.keys(plan.hosts).map((host) => lookAtHost(deps, plan, host, signal)))
  const known = looks.flatMap((look) => (look.known ? [look.known] : []))
  const targets = new Map(looks.map(({ preview }) => [preview.host, preview.target]))
  const warnings = interfaceWarnings(plan, known)
  const { arms, launches } = expandPlan(plan)
  const order = launches.map((launch, position) => ({
    position,
    block: launch.block,
    repeat: launch.repeat,
    warmup: launch.warmup,
    probe: plan.probes[launch.probeIndex]?.probe ?? '',
    arm: launch.arm,
    expectedSeconds: launchSeconds(deps, plan, [], launch),
  }))
  return {
    question: plan.question,
    arms,
    launches: launches.length,
    warmups: launches.filter((launch) => launch.warmup).length,
    expectedSeconds: order.reduce((sum, launch) => sum + launch.expectedSeconds, 0),
    order,
    commands: commandsOf(deps, plan, arms, known, targets, warnings),
    hosts: looks.map((look) => look.preview),
    warnings,
  }
}
