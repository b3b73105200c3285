import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive } from '../lock'
import { statePath } from '../state'
import type { ToolContext } from './context'

const folderOf = ({ dir, host }: ToolContext): string => statePath(dir, join('dcgm', host.name))
const pausedMark = 'paused'

const put = (context: ToolContext, name: string): void => {
  mkdirSync(folderOf(context), { recursive: true })
  writeFileSync(join(folderOf(context), name), '')
}
const remove = (context: ToolContext, name: string): void => rmSync(join(folderOf(context), name), { force: true })

/** True between `dcgmi profile --pause` and `--resume` on this host. */
export const isPaused = (context: ToolContext): boolean => existsSync(join(folderOf(context), pausedMark))
export const pauseProfiling = (context: ToolContext): void => put(context, pausedMark)
export const resumeProfiling = (context: ToolContext): void => remove(context, pausedMark)

/** This process reads profiling fields through DCGM from now on. */
export const beginWatching = (context: ToolContext): void => put(context, String(process.pid))
export const endWatching = (context: ToolContext): void => remove(context, String(process.pid))

/** DCGM holds the profiling counters of this host's GPUs: somebody reads them through it, and it is not paused. */
export const holdsCounters = (context: ToolContext): boolean => {
  const folder = folderOf(context)
  if (isPaused(context)) return false
  if (context.state.faults.monitoredByDcgm) return true
  if (!existsSync(folder)) return false
  return readdirSync(folder).some((name) => /^\d+$/.test(name) && isAlive(Number(name)))
}
