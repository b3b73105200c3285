import {
  appError,
  toProblem,
  type ArtifactRef,
  type HostSpec,
  type Plan,
  type Problem,
  type Run,
  type Warning,
} from '../../../preload/contract'
import type { RoleJob } from '../../../remote-scripts/_kit/probe'
import type { CollectedJob, JobSpec, JobStatus } from '../../ports/jobs'
import type { RemoteHost } from '../../ports/remote-host'
import type { Deps } from '../deps'
import { withHost } from '../hosts/with-host'
import { ArtifactSinks } from './artifact-sinks'

/** After one main role failed the others get this long to end by themselves: a peer's error is often the better message. */
const graceAfterFailureMs = 8_000

/** A server that reached its limit before its client would make a time-out look like a broken connection; it is stopped after the launch anyway. */
const helperGraceSeconds = 60

export interface RoleSetting {
  deps: Deps
  plan: Plan
  run: Run
  jobs: RoleJob[]
  /** Roles that watch the hosts meanwhile: what happens to them is told, and never decides anything. */
  watchers: RoleJob[]
  signal: AbortSignal
  onLog: (name: string, chunk: Uint8Array) => void
  onMessage: (message: string) => void
}

export const jobIdOf = (run: Pick<Run, 'id'>, role: string): string => `${run.id}-${role}`

const specOf = ({ plan }: RoleSetting, host: string): HostSpec => {
  const spec = plan.hosts[host]
  if (!spec) throw appError('input.invalid', `The plan has no host "${host}".`)
  return spec
}

export const onHost = <T>(
  setting: RoleSetting,
  host: string,
  use: (remote: RemoteHost) => Promise<T>,
  signal: AbortSignal | undefined = setting.signal,
): Promise<T> =>
  withHost(
    setting.deps,
    specOf(setting, host),
    {
      patienceMs: setting.plan.limits.reconnect_seconds * 1000,
      onRetry: (error, waitMs) =>
        setting.onMessage(`${host}: ${error.message} Trying again in ${(waitMs / 1000).toFixed(1)} s; the job on the host goes on.`),
    },
    signal,
    use,
  )

const ended = (status: JobStatus): boolean => status.state === 'done' || status.state === 'lost' || status.state === 'absent'

const resolveEnv = (job: RoleJob, published: ReadonlyMap<string, Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(job.env).map(([name, value]) => {
      if (typeof value === 'string') return [name, value]
      const fact = published.get(value.role)?.[value.fact]
      if (fact === undefined)
        throw appError('remote.tool_failed', `Role ${value.role} did not publish "${value.fact}", which ${job.role} needs.`)
      return [name, fact]
    }),
  )

/** Tells a watcher the jobs of the launch on its host. */
const besideEnv = ({ jobs, watchers, run }: RoleSetting, job: RoleJob): Record<string, string> =>
  watchers.includes(job)
    ? {
        HR_BESIDE: jobs
          .filter((other) => other.host === job.host)
          .map((other) => `${jobIdOf(run, other.role)}:${other.main ? 1 : 0}`)
          .join(' '),
      }
    : {}

const launchOne = async (setting: RoleSetting, job: RoleJob, published: ReadonlyMap<string, Record<string, string>>): Promise<void> => {
  const { deps, run, plan, watchers } = setting
  const spec: JobSpec = {
    jobId: jobIdOf(run, job.role),
    script: job.script,
    env: { ...resolveEnv(job, published), ...besideEnv(setting, job), HR_PYTHON: plan.hosts[job.host]?.python ?? '' },
    // A watcher needs none of it, and must not fail by it.
    setup: watchers.includes(job) ? '' : (plan.hosts[job.host]?.setup ?? ''),
    limitSeconds: plan.limits.run_seconds + (job.main ? 0 : helperGraceSeconds),
  }
  if (!deps.store.jobsOfRun(run.id).some((record) => record.role === job.role)) {
    deps.store.saveJob({ runId: run.id, role: job.role, host: job.host, jobId: spec.jobId, startedAt: deps.clock.nowIso() })
  }
  await onHost(setting, job.host, (remote) => deps.jobs.launch(remote, spec, setting.signal))
}

const waitReady = async (setting: RoleSetting, job: RoleJob): Promise<Record<string, string>> => {
  const { deps, run } = setting
  const status = await onHost(setting, job.host, (remote) =>
    deps.jobs.follow(remote, jobIdOf(run, job.role), { signal: setting.signal, until: (now) => now.ready || ended(now) }),
  )
  if (status.ready) return status.facts
  throw appError(
    status.problem?.code ?? 'remote.not_listening',
    status.problem?.message ?? `Role ${job.role} on ${job.host} ended before it was ready.`,
    {
      ...(status.problem?.evidence ? { evidence: status.problem.evidence } : {}),
    },
  )
}

/** A watcher that is not ready by then is left to itself, milliseconds. */
const watcherPatienceMs = 8_000

/** Starts the watchers and gives them time for their first row. What goes wrong is said, and the launch goes on without them. */
export const launchWatchers = async (setting: RoleSetting): Promise<void> => {
  const signal = AbortSignal.any([setting.signal, AbortSignal.timeout(watcherPatienceMs)])
  const patient = { ...setting, signal, plan: { ...setting.plan, limits: { ...setting.plan.limits, reconnect_seconds: 0 } } }
  await Promise.all(
    setting.watchers.map(async (job) => {
      try {
        await launchOne(patient, job, new Map())
        await waitReady(patient, job)
      } catch (error) {
        if (setting.signal.aborted) throw error
        setting.onMessage(`${job.role}: ${toProblem(error).message} The launch goes on without it.`)
      }
    }),
  )
}

/** Starts the roles in order, each after the role it waits for is ready. Idempotent: what already runs is left alone. */
export const launchRoles = async (setting: RoleSetting): Promise<void> => {
  const published = new Map<string, Record<string, string>>()
  for (const job of setting.jobs) {
    const before = setting.jobs.find((other) => other.role === job.after)
    if (before && !published.has(before.role)) published.set(before.role, await waitReady(setting, before))
    await launchOne(setting, job, published)
  }
}

const followRole = (setting: RoleSetting, job: RoleJob, signal: AbortSignal): Promise<JobStatus> =>
  onHost(
    setting,
    job.host,
    (remote) =>
      setting.deps.jobs.follow(remote, jobIdOf(setting.run, job.role), {
        signal,
        onLog: (name, chunk) => setting.onLog(`${job.role}/${name}`, chunk),
      }),
    signal,
  )

/** Follows every main role to its end; when one fails, the rest get a grace time and are then stopped. */
export const followMainRoles = async (setting: RoleSetting): Promise<void> => {
  const main = setting.jobs.filter((job) => job.main)
  const stopper = new AbortController()
  const stop = (): void => stopper.abort()
  setting.signal.addEventListener('abort', stop)
  let timer: NodeJS.Timeout | undefined
  const followed = main.map(async (job) => {
    const status = await followRole(setting, job, stopper.signal)
    if (status.state !== 'done' || status.exitCode !== 0) timer ??= setTimeout(stop, graceAfterFailureMs)
    return status
  })
  try {
    const settled = await Promise.allSettled(followed)
    const failure = settled.find((one) => one.status === 'rejected')
    // An abort that we caused ourselves after a failure is not news; the failed role's own status tells.
    if (failure && (setting.signal.aborted || !stopper.signal.aborted)) throw failure.reason
  } finally {
    clearTimeout(timer)
    setting.signal.removeEventListener('abort', stop)
  }
}

/** Ends whatever is left of the given roles on their hosts. Returns what could not be stopped, and why. */
export const stopRoles = async (setting: RoleSetting, jobs: RoleJob[], signal?: AbortSignal): Promise<Problem[]> => {
  const results = await Promise.allSettled(
    jobs.map((job) => onHost(setting, job.host, (remote) => setting.deps.jobs.cancel(remote, jobIdOf(setting.run, job.role)), signal)),
  )
  return results.flatMap((result, index) => {
    if (result.status === 'fulfilled') return []
    const job = jobs[index]
    const why = result.reason instanceof Error ? result.reason.message : String(result.reason)
    return [
      {
        code: 'remote.lost' as const,
        message: `Role ${job?.role} on ${job?.host} could not be stopped; it ends by itself at its time limit. ${why}`,
      },
    ]
  })
}

export interface CollectedRole {
  job: RoleJob
  collected: CollectedJob
  /** Large files, already in the artifact store; the others are in `collected.files`. */
  streamed: ArtifactRef[]
}

const collectRole = async (setting: RoleSetting, job: RoleJob): Promise<CollectedRole> => {
  const sinks = new ArtifactSinks(setting.deps.artifacts, job.role)
  try {
    const collected = await onHost(setting, job.host, (remote) =>
      setting.deps.jobs.collect(remote, jobIdOf(setting.run, job.role), setting.signal, { sinkFor: sinks.sinkFor }),
    )
    return { job, collected, streamed: await sinks.finish(collected.streamed ?? []) }
  } finally {
    await sinks.abort()
  }
}

export const collectRoles = (setting: RoleSetting): Promise<CollectedRole[]> =>
  Promise.all(setting.jobs.map((job) => collectRole(setting, job)))

/** What the watchers left; one that cannot be collected is told as a warning. */
export const collectWatchers = async (setting: RoleSetting): Promise<{ roles: CollectedRole[]; warnings: Warning[] }> => {
  const settled = await Promise.allSettled(setting.watchers.map((job) => collectRole(setting, job)))
  return {
    roles: settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])),
    warnings: settled.flatMap((one, index) =>
      one.status === 'rejected'
        ? [{ code: 'telemetry.not_collected', message: `${setting.watchers[index]?.role}: ${toProblem(one.reason).message}` }]
        : [],
    ),
  }
}

export const cleanRoles = async (setting: RoleSetting): Promise<void> => {
  await Promise.allSettled(
    [...setting.jobs, ...setting.watchers].map((job) =>
      onHost(setting, job.host, (remote) => setting.deps.jobs.clean(remote, jobIdOf(setting.run, job.role))),
    ),
  )
}
