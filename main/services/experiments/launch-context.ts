import type { Arm, Environment, Plan, Run } from '../../../preload/contract'
import { appError, canRunIn, defaultTelemetry } from '../../../preload/contract'
import type { Beside, LaunchContext, ProbeDefinition, RoleJob } from '../../../remote-scripts/_kit/probe'
import type { Deps } from '../deps'
import { launchParams } from '../plans/params'

const fabricOf = (plan: Plan, arm: Arm): LaunchContext<unknown>['fabric'] => {
  const name = arm.fabric
  if (name === undefined) return null
  const spec = plan.fabrics[String(name)]
  return spec ? { name: String(name), spec } : null
}

export interface PlannedLaunch {
  probe: ProbeDefinition
  context: LaunchContext<unknown>
  jobs: RoleJob[]
  /** What watches the hosts meanwhile; null: the plan turns it off, or the probe is the watcher itself. */
  watch: { jobs: RoleJob[]; read: Beside['read'] } | null
}

const watchOf = (
  { probes }: Pick<Deps, 'probes'>,
  plan: Plan,
  probe: ProbeDefinition,
  hosts: LaunchContext<unknown>['hosts'],
): PlannedLaunch['watch'] => {
  const telemetry = plan.telemetry ?? defaultTelemetry
  const watcher = [...probes.values()].find((one) => one.beside)
  if (telemetry === 'off' || !watcher?.beside || watcher.id === probe.id) return null
  const { jobs, read } = watcher.beside
  return { jobs: jobs({ probe: probe.id, hosts, hz: telemetry.hz, bpftrace: telemetry.bpftrace ?? false }), read }
}

/**
 * A lack that the preflight names may be mended until the launch, so others are tried; but what a simulated host does not play would
 * run all the same, and its figures would be of the computer that simulates. Throws input.invalid.
 */
export const refuseUnplayed = ({ probe, context: { hosts, params } }: PlannedLaunch): void => {
  for (const { name, inventory } of hosts) {
    const check = inventory?.simulated ? canRunIn(probe.preflight(inventory, params), 'en') : null
    if (check?.unplayed)
      throw appError('input.invalid', `${name} cannot run ${probe.id}: ${check.why.join(' ')} What helps: ${check.fix.join('; ')}.`)
  }
}

/** Everything a launch will do, from plan, arm and what is known of the hosts; pure. Throws input.invalid, remote.*. */
export const planLaunch = (
  deps: Pick<Deps, 'probes'>,
  plan: Plan,
  run: Pick<Run, 'probeIndex' | 'arm'> & Partial<Pick<Run, 'repeat'>>,
  environments: Pick<Environment, 'host' | 'inventory'>[],
): PlannedLaunch => {
  const use = plan.probes[run.probeIndex]
  const probe = use && deps.probes.get(use.probe)
  if (!use || !probe)
    throw appError('input.invalid', `The plan names a probe that this version does not have: ${use?.probe ?? run.probeIndex}.`)
  const { params, problems } = launchParams(probe, use, run.arm)
  if (problems[0]) throw appError('input.invalid', problems[0].message)
  const context: LaunchContext<unknown> = {
    params,
    arm: run.arm,
    ...(run.repeat === undefined ? {} : { repeat: run.repeat }),
    fabric: fabricOf(plan, run.arm),
    hosts: use.hosts.map((name) => ({
      name,
      python: plan.hosts[name]?.python ?? null,
      inventory: environments.find((environment) => environment.host === name)?.inventory ?? null,
    })),
  }
  return { probe, context, jobs: probe.jobs(context), watch: watchOf(deps, plan, probe, context.hosts) }
}
