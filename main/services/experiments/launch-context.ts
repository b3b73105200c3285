import type { Arm, Environment, Plan, Run } from '../../../preload/contract'
import { appError } from '../../../preload/contract'
import type { LaunchContext, ProbeDefinition, RoleJob } from '../../../remote-scripts/_kit/probe'
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
}

/** Everything a launch will do, from plan, arm and what is known of the hosts; pure. Throws input.invalid, remote.*. */
export const planLaunch = (
  deps: Pick<Deps, 'probes'>,
  plan: Plan,
  run: Pick<Run, 'probeIndex' | 'arm'>,
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
    fabric: fabricOf(plan, run.arm),
    hosts: use.hosts.map((name) => ({
      name,
      python: plan.hosts[name]?.python ?? null,
      inventory: environments.find((environment) => environment.host === name)?.inventory ?? null,
    })),
  }
  return { probe, context, jobs: probe.jobs(context) }
}
