import {
  disturbancesOf,
  type ArtifactRef,
  type Measurement,
  type Problem,
  type Run,
  type RunStatus,
  type Series,
  type Warning,
} from '../../../preload/contract'
import { fill, sharedMessages } from '../../../preload/contract/messages'
import type { BesideReading, RunReading } from '../../../remote-scripts/_kit/probe'
import { proveTransport } from '../../core/runs/transport'
import type { Deps } from '../deps'
import type { PlannedLaunch } from './launch-context'
import type { CollectedRole } from './roles'

/** Larger files are kept, but not handed to the probe. */
const mostReadBytes = 64 * 1024 * 1024

export interface SettledRun {
  run: Run
  measurements: Measurement[]
  series: Series[]
}

const storeArtifacts = async (deps: Pick<Deps, 'artifacts'>, roles: CollectedRole[]): Promise<ArtifactRef[]> => {
  const references: ArtifactRef[] = []
  for (const { job, collected, streamed } of roles) {
    references.push(...streamed)
    for (const file of collected.files) references.push(await deps.artifacts.put(`${job.role}/${file.name}`, file.bytes))
    const counters = { before: collected.countersBefore, after: collected.countersAfter }
    references.push(
      await deps.artifacts.put(`${job.role}/counters.json`, new TextEncoder().encode(`${JSON.stringify(counters, null, 1)}\n`)),
    )
  }
  return references
}

const jobProblem = (roles: CollectedRole[]): Problem | null => {
  const inOrder = [...roles].sort((a, b) => Number(b.job.main) - Number(a.job.main))
  for (const { job, collected } of inOrder) {
    const { status } = collected
    if (status.problem && (job.main || status.state !== 'done'))
      return { ...status.problem, message: `${job.role} on ${job.host}: ${status.problem.message}` }
    if (job.main && status.state === 'lost')
      return { code: 'remote.lost', message: `${job.role} on ${job.host} vanished without an exit code.` }
    if (job.main && status.state === 'absent')
      return { code: 'remote.lost', message: `The job folder of ${job.role} on ${job.host} is gone.` }
  }
  return null
}

/** What the probe reads of a role: its files' bytes by name, those of streamed files from the store. */
const filesOf = async (deps: Pick<Deps, 'artifacts'>, role: CollectedRole): Promise<Map<string, Uint8Array>> => {
  const files = new Map(role.collected.files.map((file) => [file.name, file.bytes]))
  for (const reference of role.streamed.filter(({ bytes }) => bytes <= mostReadBytes))
    files.set(reference.name.slice(role.job.role.length + 1), await deps.artifacts.read(reference.sha256))
  return files
}

const collectWarnings = (roles: CollectedRole[]): Warning[] =>
  roles.flatMap(({ collected, streamed }) => [
    ...(collected.warnings ?? []),
    ...streamed
      .filter(({ bytes }) => bytes > mostReadBytes)
      .map(({ name, bytes }) => ({
        code: 'collect.not_read',
        message: `${name} (${bytes} bytes) is kept whole, but is too large for the probe to read`,
      })),
  ])

type OutputRoles = Parameters<PlannedLaunch['probe']['read']>[0]['roles']

/** The roles as a probe reads them. */
const outputOf = (deps: Pick<Deps, 'artifacts'>, roles: CollectedRole[]): Promise<OutputRoles> =>
  Promise.all(
    roles.map(async (role) => ({
      role: role.job.role,
      host: role.job.host,
      exitCode: role.collected.status.exitCode,
      files: await filesOf(deps, role),
      facts: role.collected.status.facts,
    })),
  )

const read = async (deps: Pick<Deps, 'artifacts'>, planned: PlannedLaunch, roles: CollectedRole[]): Promise<RunReading> =>
  planned.probe.read({
    params: planned.context.params,
    arm: planned.context.arm,
    fabric: planned.context.fabric,
    roles: await outputOf(deps, roles),
  })

export interface CollectedWatchers {
  roles: CollectedRole[]
  warnings: Warning[]
}

/** What the watchers saw, with a sentence for each thing that disturbed the launch. */
const readWatchers = async (
  deps: Pick<Deps, 'artifacts'>,
  { watch, probe, context }: PlannedLaunch,
  watched: CollectedWatchers,
): Promise<BesideReading> => {
  if (!watch || watched.roles.length === 0) return { measurements: [], series: [], facts: {}, warnings: watched.warnings }
  const reading = watch.read({
    roles: await outputOf(deps, watched.roles),
    machineOf: (name) => context.hosts.find((host) => host.name === name)?.inventory?.bootId || name,
    measuresOthers: typeof probe.measuresOthers === 'function' ? probe.measuresOthers(context.params) : (probe.measuresOthers ?? false),
  })
  const disturbed = disturbancesOf(reading.facts).map(({ kind, evidence }) => ({
    code: `disturbed.${kind}`,
    message: fill(sharedMessages.en.disturbances[kind], evidence),
  }))
  // Launches of several probes have the same figures of telemetry, which must not be pooled.
  const measurements = reading.measurements.map((one) => ({ ...one, dimensions: { ...one.dimensions, probe: probe.id } }))
  return { ...reading, measurements, warnings: [...watched.warnings, ...collectWarnings(watched.roles), ...reading.warnings, ...disturbed] }
}

/** One entry per host: a main role's counters where there is one, since a server's run on until it is stopped. */
const countersPerHost = (roles: CollectedRole[]): Parameters<typeof proveTransport>[0]['hosts'] => {
  const hosts = [...new Set(roles.map(({ job }) => job.host))]
  return hosts.map((host) => {
    const own = roles.filter(({ job }) => job.host === host)
    const chosen = own.find(({ job }) => job.main) ?? own[0]
    return { host, before: chosen?.collected.countersBefore ?? null, after: chosen?.collected.countersAfter ?? null }
  })
}

/** Raw bytes into the artifact store, then reading, transport proof and final status. The caller stores the result in one transaction. */
export const settleRun = async (
  deps: Deps,
  run: Run,
  planned: PlannedLaunch,
  roles: CollectedRole[],
  watched: CollectedWatchers,
): Promise<SettledRun> => {
  const artifacts = await storeArtifacts(deps, [...roles, ...watched.roles])
  const reading = await read(deps, planned, roles)
  const beside = await readWatchers(deps, planned, watched)
  const proof = proveTransport({
    fabric: planned.context.fabric,
    hosts: countersPerHost(roles),
    inventories: Object.fromEntries(planned.context.hosts.map((host) => [host.name, host.inventory])),
    log: reading.transportLog,
    expectedBytes: reading.expectedBytes,
    path: reading.path ?? null,
  })
  const failure = jobProblem(roles) ?? reading.problem
  const status: RunStatus = failure ? 'failed' : proof.problem ? 'refused' : 'done'
  return {
    run: {
      ...run,
      status,
      problem: failure ?? proof.problem,
      transport: proof.transport,
      facts: { ...reading.facts, ...beside.facts, tool: reading.tool.name, tool_version: reading.tool.version },
      warnings: [...collectWarnings(roles), ...reading.warnings, ...proof.warnings, ...beside.warnings],
      simulated: run.simulated || reading.simulated === true || roles.some(({ collected }) => collected.simulated),
      artifacts,
      endedAt: deps.clock.nowIso(),
    },
    measurements: [...reading.measurements, ...beside.measurements],
    series: [...reading.series, ...beside.series],
  }
}
