import { readdirSync, readFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'

const readEnvironment = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1')
  } catch {
    // Ended meanwhile, or another user's.
    return ''
  }
}

const fromProc = (mark: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => readEnvironment(pid).split('\0').includes(mark))
    .map(Number)

/** macOS has no /proc; its ps shows the environment of one's own processes. */
const fromPs = (mark: string): number[] =>
  execFileSync('ps', ['-Eww', '-x', '-o', 'pid=,command='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.split(' ').includes(mark))
    .map((line) => Number.parseInt(line, 10))
    .filter((pid) => pid > 0 && pid !== process.pid)

/** Processes that sessions of this lab started, whatever they did to leave their group: all carry its folder's name. */
export const processesOfLab = (dir: string): number[] => {
  const mark = `HEADROOM_LAB_STATE=${dir}`
  return process.platform === 'linux' ? fromProc(mark) : fromPs(mark)
}

const endOnce = (pids: readonly number[]): void => {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
    }
  }
}

/** Ends them without waiting, when this program must go at once. */
export const abandonProcessesOfLab = (dir: string): void => endOnce(processesOfLab(dir))

/** Ends them; repeats, because a process may start another meanwhile. */
export const endProcessesOfLab = async (dir: string): Promise<void> => {
  for (let round = 0; round < 20; round++) {
    const pids = processesOfLab(dir)
    if (pids.length === 0) return
    endOnce(pids)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error(`processes of the lab could not be ended: ${processesOfLab(dir).join(' ')}`)
}
