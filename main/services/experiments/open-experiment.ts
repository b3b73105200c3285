import {
  AppError,
  appError,
  type Environment,
  type Experiment,
  type HostSpec,
  type Inventory,
  type Plan,
  type Run,
} from '../../../preload/contract'
import { expandPlan } from '../../core/runs/design'
import type { Deps } from '../deps'
import { captureInventory } from '../hosts/inventory'
import { planProblems } from '../plans/plan-yaml'

interface Captured {
  target: string
  inventory: Inventory
  raw: Uint8Array
}

/** A session that breaks is worth a second try; a host that was never reached is the user's to know at once. */
const captureHost = async (deps: Deps, spec: HostSpec, signal: AbortSignal | undefined, tries = 2): Promise<Captured> => {
  try {
    const remote = await deps.pool.get(spec, signal)
    return { target: remote.target, ...(await captureInventory(deps, remote, spec, signal)) }
  } catch (error) {
    if (tries > 1 && error instanceof AppError && error.code === 'ssh.connection_lost') return captureHost(deps, spec, signal, tries - 1)
    throw error
  }
}

const captureAll = (deps: Deps, experimentId: string, plan: Plan, signal?: AbortSignal): Promise<Environment[]> =>
  Promise.all(
    Object.entries(plan.hosts).map(async ([host, spec]) => {
      const { target, inventory, raw } = await captureHost(deps, spec, signal)
      const artifact = await deps.artifacts.put('inventory.txt', raw)
      return { experimentId, host, target, capturedAt: deps.clock.nowIso(), inventory, artifactSha256: artifact.sha256 }
    }),
  )

const emptyRun = {
  problem: null,
  transport: null,
  facts: {},
  warnings: [],
  commands: [],
  kitSha256: null,
  startedAt: null,
  endedAt: null,
  artifacts: [],
}

/** Everything that must hold before the first launch: a valid plan, reachable hosts, their state on record. Throws input.*, ssh.*. */
export const openExperiment = async (deps: Deps, plan: Plan, signal?: AbortSignal): Promise<Experiment & { plan: Plan }> => {
  const [problem] = planProblems(deps, plan)
  if (problem) throw appError(problem.code, problem.message)
  const id = deps.ids.next('exp')
  const environments = await captureAll(deps, id, plan, signal)
  const simulated = environments.some((environment) => environment.inventory.simulated)
  const { launches } = expandPlan(plan)
  const experiment = {
    id,
    name: plan.name ?? plan.question.slice(0, 120),
    question: plan.question,
    status: 'running' as const,
    plan,
    createdAt: deps.clock.nowIso(),
    endedAt: null,
    simulated,
    programVersion: deps.version,
    counts: { total: launches.length, done: 0, failed: 0, refused: 0, cancelled: 0 },
  }
  const runs = launches.map((launch, position): Run => {
    const use = plan.probes[launch.probeIndex]
    return {
      ...emptyRun,
      id: `${deps.ids.next('run')}-${position}`,
      experimentId: id,
      probe: use?.probe ?? '',
      probeVersion: deps.probes.get(use?.probe ?? '')?.version ?? '',
      probeIndex: launch.probeIndex,
      hosts: use?.hosts ?? [],
      arm: launch.arm,
      block: launch.block,
      repeat: launch.repeat,
      warmup: launch.warmup,
      position,
      attempt: 1,
      status: 'pending',
      simulated,
    }
  })
  deps.store.createExperiment(experiment, runs)
  for (const environment of environments) deps.store.saveEnvironment(environment)
  deps.events.emit('experiment.changed', { id })
  return experiment
}
