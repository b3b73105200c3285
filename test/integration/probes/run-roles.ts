import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LaunchContext, ProbeDefinition, RoleJob, RunOutput } from '../../../remote-scripts/_kit/probe'

const kit = join(import.meta.dirname, '../../../remote-scripts')

interface StartedRole {
  job: RoleJob
  folder: string
  child: ChildProcess
  ended: Promise<number | null>
}

const readFacts = async (folder: string): Promise<Record<string, string>> => {
  const path = join(folder, 'facts')
  if (!existsSync(path)) return {}
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '')
  return Object.fromEntries(lines.map((line) => line.split('\t') as [string, string]))
}

const resolveEnv = async (job: RoleJob, started: StartedRole[]): Promise<Record<string, string>> => {
  const entries = await Promise.all(
    Object.entries(job.env).map(async ([name, value]) => {
      if (typeof value === 'string') return [name, value]
      const source = started.find((role) => role.job.role === value.role)
      return [name, (await readFacts(source?.folder ?? ''))[value.fact] ?? '']
    }),
  )
  return Object.fromEntries(entries) as Record<string, string>
}

/** Starts a role as the supervisor does: own process group, cwd = out, stdout and stderr in files. */
const startRole = async (base: string, job: RoleJob, started: StartedRole[], options: RolesOptions): Promise<StartedRole> => {
  const folder = join(base, job.role)
  const out = join(folder, 'out')
  await mkdir(out, { recursive: true })
  const [stdout, stderr] = await Promise.all([open(join(out, 'stdout'), 'w'), open(join(out, 'stderr'), 'w')])
  const env = { ...process.env, LC_ALL: 'C', ...(await resolveEnv(job, started)), HR_KIT: kit, HR_JOB: folder, HR_OUT: out, ...options.env }
  const [program = 'sh', ...words] = [...(options.inside?.(job.role) ?? []), 'sh', join(kit, job.script)]
  const child = spawn(program, words, { cwd: out, env, detached: true, stdio: ['ignore', stdout.fd, stderr.fd] })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code))
  })
  await Promise.all([stdout.close(), stderr.close()])
  return { job, folder, child, ended }
}

const waitReady = async (role: StartedRole): Promise<void> => {
  const gone = role.ended.then(() => true)
  while (!existsSync(join(role.folder, 'ready'))) {
    if (await Promise.race([gone, new Promise<false>((resolve) => setTimeout(resolve, 50, false))])) return
  }
}

const stop = (role: StartedRole, signal: NodeJS.Signals): void => {
  if (role.child.pid === undefined || role.child.exitCode !== null || role.child.signalCode !== null) return
  process.kill(-role.child.pid, signal)
}

const collect = async (role: StartedRole): Promise<RunOutput<unknown>['roles'][number]> => {
  const out = join(role.folder, 'out')
  // A role that is stopped still writes what it leaves.
  const exitCode = await role.ended
  const files = new Map<string, Uint8Array>()
  for (const name of await readdir(out)) files.set(name, await readFile(join(out, name)))
  return { role: role.job.role, host: role.job.host, exitCode, files, facts: await readFacts(role.folder) }
}

export interface RolesOptions {
  env?: Record<string, string>
  /** Words before the command of a role, which bring it to where it runs. */
  inside?: (role: string) => string[]
  /** Called once every role has been started. */
  whenStarted?: (roles: { role: string; pid: number }[]) => Promise<void> | void
}

/** Runs the jobs of one launch on this machine, roles in folders of their own, and returns what would be collected. */
export const runRoles = async <Params>(
  probe: ProbeDefinition<Params>,
  context: LaunchContext<Params>,
  options: RolesOptions = {},
): Promise<RunOutput<Params>> => {
  const base = await mkdtemp(join(tmpdir(), 'hr-probe-'))
  const started: StartedRole[] = []
  try {
    for (const job of probe.jobs(context)) {
      const before = started.find((role) => role.job.role === job.after)
      if (before) await waitReady(before)
      if (before && !existsSync(join(before.folder, 'ready'))) break
      started.push(await startRole(base, job, started, options))
    }
    await options.whenStarted?.(started.map((role) => ({ role: role.job.role, pid: role.child.pid ?? 0 })))
    await Promise.all(started.filter((role) => role.job.main).map((role) => role.ended))
    for (const role of started) stop(role, 'SIGTERM')
    const roles = await Promise.all(started.map(collect))
    return { params: context.params, arm: context.arm, fabric: context.fabric, roles }
  } finally {
    for (const role of started) stop(role, 'SIGKILL')
    await rm(base, { recursive: true, force: true })
  }
}
