import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive } from './lock'
import { statePath, withStateLock, writeAtomically } from './state'

/** Job's folder -> its launch, of the jobs whose tools let a host's time pass. */
type Working = Record<string, string>

/** `run-20261122t101530-3f9a1c2b-4` of the job `run-20261122t101530-3f9a1c2b-4-client`. */
const launchOfJob = (job: string): string | null => /^run-\d{8}t\d{6}-[0-9a-f]{8}(?:-\d+)?(?=-)/.exec(job)?.[0] ?? null

const isAtWork = (folder: string): boolean => {
  const pidFile = join(folder, 'pid')
  if (existsSync(join(folder, 'exit_code')) || !existsSync(pidFile)) return false
  const pid = Number(readFileSync(pidFile, 'utf8').split(' ')[0])
  return pid > 0 && isAlive(pid)
}

/**
 * Jobs of two launches on one host would each let its one clock and its counters go on, so that whoever watches either sees rates that no
 * host can have. The app lets experiments take turns; another program on the same lab does not know of them. Null: this job may work; else
 * what to say. Who works without a job is nobody's launch.
 */
export const workRefused = (dir: string, host: string, env: Readonly<Record<string, string | undefined>>): string | null => {
  const { HR_JOB: folder, HR_JOB_ID: job = '' } = env
  const launch = launchOfJob(job)
  if (!folder || launch === null) return null
  return withStateLock(dir, () => {
    const path = statePath(dir, `working-${host}.json`)
    const known = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Working) : {}
    const working = Object.entries(known).filter(([one]) => isAtWork(one))
    const other = working.find(([, whose]) => whose !== launch)?.[1]
    if (other !== undefined)
      return `the simulated host ${host} is at work for ${other}, a launch of another program. Two at once would share one simulated clock, and their rates would be impossible. Wait until it has ended, or start a second lab.`
    writeAtomically(path, JSON.stringify({ ...Object.fromEntries(working), [folder]: launch }))
    return null
  })
}
