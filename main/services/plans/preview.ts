import {
  defaultTelemetry,
  canRunIn,
  toProblem,
  type Arm,
  type Environment,
  type Plan,
  type PlanPreview,
  type Warning,
} from '../../../preload/contract'
import { fill, sharedMessages, type Language, type SharedMessages } from '../../../preload/contract/messages'
import { expandPlan } from '../../core/runs/design'
import type { Deps } from '../deps'
import { launchSeconds } from '../experiments/progress'
import { planLaunch } from '../experiments/launch-context'
import { captureInventory } from '../hosts/inventory'
import { insteadOf, lacksOf } from './can-run'

type HostPreview = PlanPreview['hosts'][number]
type Known = Pick<Environment, 'host' | 'inventory'>
export type PreviewDeps = Pick<Deps, 'pool' | 'probes' | 'kitFiles'>

const lookAtHost = async (
  deps: PreviewDeps,
  plan: Plan,
  host: string,
  signal?: AbortSignal,
): Promise<{ preview: HostPreview; known: Known | null }> => {
  const spec = plan.hosts[host] ?? {}
  let target = host
  try {
    target = deps.pool.describe(spec)
    const remote = await deps.pool.get(spec, signal)
    const { inventory } = await captureInventory(deps, remote, spec, signal)
    const lacks = lacksOf(deps.probes, plan, host, inventory)
    return { preview: { host, target, reachable: true, problem: null, lacks }, known: { host, inventory } }
  } catch (error) {
    return { preview: { host, target, reachable: false, problem: toProblem(error), lacks: [] }, known: null }
  }
}

const interfaceWarnings = (plan: Plan, known: Known[], { notes }: SharedMessages): Warning[] =>
  Object.entries(plan.fabrics).flatMap(([fabric, spec]) =>
    known.flatMap(({ host, inventory }) => {
      const name = spec.interfaces?.[host]
      const hca = spec.hcas?.[host]
      const warnings: Warning[] = []
      const found = inventory.interfaces.find((one) => one.name === name)
      if (name && !found) {
        const has = inventory.interfaces.map((one) => one.name).join(', ')
        warnings.push({ code: 'plan.no_interface', message: fill(notes.no_interface, { host, name, fabric, has }) })
      } else if (found && !found.up)
        warnings.push({ code: 'plan.interface_down', message: fill(notes.interface_down, { host, name: found.name, fabric }) })
      if (hca && !inventory.hcas.some((one) => one.name === hca.split(':')[0])) {
        const has = inventory.hcas.map((one) => one.name).join(', ') || notes.none
        warnings.push({ code: 'plan.no_hca', message: fill(notes.no_hca, { host, hca, fabric, has }) })
      }
      return warnings
    }),
  )

/** Telemetry is no condition of a launch, so a host that cannot have it is told in a warning. */
const telemetryWarnings = ({ probes }: Pick<Deps, 'probes'>, { telemetry }: Plan, known: Known[], lang: Language): Warning[] => {
  const watcher = [...probes.values()].find((probe) => probe.beside)
  if (telemetry === 'off' || !watcher) return []
  return known.flatMap(({ host, inventory }) => {
    const { canRun, why } = canRunIn(watcher.preflight(inventory, null), lang)
    return canRun
      ? []
      : [{ code: 'plan.no_telemetry', message: fill(sharedMessages[lang].notes.no_telemetry, { host, why: why.join(' ') }) }]
  })
}

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
        const { jobs, watch } = planLaunch(deps, plan, { probeIndex, arm }, known)
        const commands = [...jobs, ...(watch?.jobs ?? [])].map((job) => ({
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
export const previewPlan = async (deps: PreviewDeps, plan: Plan, lang: Language, signal?: AbortSignal): Promise<PlanPreview> => {
  const looks = await Promise.all(Object.keys(plan.hosts).map((host) => lookAtHost(deps, plan, host, signal)))
  const known = looks.flatMap((look) => (look.known ? [look.known] : []))
  const targets = new Map(looks.map(({ preview }) => [preview.host, preview.target]))
  const warnings = [...interfaceWarnings(plan, known, sharedMessages[lang]), ...telemetryWarnings(deps, plan, known, lang)]
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
    instead: insteadOf(deps.probes, plan, new Map(known.map(({ host, inventory }) => [host, inventory])), lang),
    telemetry: plan.telemetry ?? defaultTelemetry,
    warnings,
  }
}
