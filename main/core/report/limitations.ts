import { disturbancesOf } from '../../../preload/contract'
import { keepsDisturbed } from '../analysis/disturbed'
import type { Comparison, Environment, Experiment, Inventory, LimitationCode, Plan, ReportModel, Run } from '../../../preload/contract'

type Limitation = ReportModel['limitations'][number]

/** Arms below this many launches are called few: their intervals are several times the spread. */
const fewLaunches = 6

const limitation = (code: LimitationCode, params: Limitation['params'] = {}): Limitation => ({ code, params })
const counted = (code: LimitationCode, runs: readonly Run[]): Limitation[] =>
  runs.length > 0 ? [limitation(code, { count: runs.length })] : []
const listed = (items: readonly string[]): string => [...new Set(items)].join(', ')

/** Flagged by telemetry, or by a comparison for clocks far below those of the arm. */
const disturbedLimits = (experiment: Experiment, done: readonly Run[], comparisons: readonly Comparison[]): Limitation[] => {
  const flagged = done.filter((run) => disturbancesOf(run.facts).length > 0)
  if (keepsDisturbed(experiment.plan)) return counted('disturbed_runs_kept', flagged)
  const excluded = new Set(
    comparisons.flatMap((comparison) => comparison.excluded.flatMap(({ runId, disturbed }) => (disturbed ? [runId] : []))),
  )
  return counted(
    'disturbed_runs',
    done.filter((run) => flagged.includes(run) || excluded.has(run.id)),
  )
}

const launchLimits = (comparisons: readonly Comparison[]): Limitation[] => {
  const counts = comparisons.flatMap(({ rows }) => rows.filter(({ headline }) => headline).flatMap(({ arms }) => arms.map(({ n }) => n)))
  const least = Math.min(...counts)
  return least < fewLaunches ? [limitation('few_launches', { n: least })] : []
}

/** `eth0 on a` for every link of a fabric in use whose driver reports no rate. */
const linksWithoutRate = (plan: Plan, inventories: ReadonlyMap<string, Inventory>): string[] => {
  const hosts = [...new Set(plan.probes.flatMap((use) => use.hosts))]
  return Object.values(plan.fabrics).flatMap((spec) =>
    hosts.flatMap((host): string[] => {
      const inventory = inventories.get(host)
      const hca = spec.kind === 'ethernet' ? undefined : spec.hcas?.[host]
      const name = hca ?? spec.interfaces?.[host]
      if (!inventory || name === undefined) return []
      const [device, port] = name.split(':')
      const rate = hca
        ? inventory.hcas.find((candidate) => candidate.name === device && (port === undefined || candidate.port === Number(port)))?.rateGbps
        : inventory.interfaces.find((link) => link.name === name)?.rateGbps
      return rate ? [] : [`${name} on ${host}`]
    }),
  )
}

const proofLimits = (done: readonly Run[]): Limitation[] => {
  const claimed = done.filter((run) => typeof run.transport?.claimed === 'string')
  // Evidence lines of counters begin with the host; anything else is quoted from a log.
  const byCounters = claimed.filter(
    ({ transport }) => transport?.proof === 'counters' && transport.evidence.every((line) => line.startsWith('host ')),
  )
  const probes = listed(byCounters.map(({ probe }) => probe))
  return [
    ...(probes ? [limitation('transport_by_counters_only', { probes })] : []),
    ...counted(
      'transport_unproved',
      claimed.filter(({ transport }) => transport?.proof === 'none'),
    ),
  ]
}

const hostLimits = (done: readonly Run[], inventories: ReadonlyMap<string, Inventory>): Limitation[] => {
  const sets = new Set(done.filter(({ hosts }) => hosts.length > 1).map(({ hosts }) => [...hosts].sort().join(', ')))
  const unlocked = [...inventories].filter(([, { cpu, gpus }]) => gpus.length > 0 || cpu.governor !== 'performance').map(([host]) => host)
  return [
    ...(sets.size === 1 ? [limitation('single_host_pair', { hosts: listed([...sets]) })] : []),
    ...(unlocked.length > 0 ? [limitation('clocks_not_locked', { hosts: listed(unlocked) })] : []),
  ]
}

/** The limitations that hold for an experiment, gravest first. */
export const limitationsOf = (
  experiment: Experiment,
  runs: readonly Run[],
  environments: readonly Environment[],
  comparisons: readonly Comparison[],
): Limitation[] => {
  const measured = runs.filter((run) => !run.warmup)
  const done = measured.filter(({ status }) => status === 'done')
  const inventories = new Map(environments.map(({ host, inventory }) => [host, inventory]))
  const links = experiment.plan ? listed(linksWithoutRate(experiment.plan, inventories)) : ''
  const simulated = experiment.simulated || runs.some((run) => run.simulated)
  return [
    ...(simulated ? [limitation('simulated')] : []),
    ...counted('imported', experiment.plan ? [] : done),
    ...launchLimits(comparisons),
    ...counted(
      'refused_runs',
      measured.filter(({ status }) => status === 'refused'),
    ),
    ...counted(
      'failed_runs',
      measured.filter(({ status }) => status === 'failed'),
    ),
    ...disturbedLimits(experiment, done, comparisons),
    ...counted(
      'retried_runs',
      done.filter(({ attempt }) => attempt > 1),
    ),
    ...proofLimits(done),
    ...(links ? [limitation('line_rate_unknown', { links })] : []),
    ...hostLimits(done, inventories),
  ]
}
