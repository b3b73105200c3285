import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { homedir } from 'node:os'
import { appError } from '../../../preload/contract'
import { openExecSession } from '../../ports/exec-session'
import type { ExecOptions, ExecResult, RemoteHost } from '../../ports/remote-host'

export interface LocalHostOptions {
  /** Where commands start; default: the user's home. */
  homeDir?: string
  env?: Record<string, string | undefined>
}

const graceMs = 1000

const signalGroup = (pid: number, signal: 'SIGTERM' | 'SIGKILL'): boolean => {
  try {
    process.kill(-pid, signal)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

/** Ends the whole process group: TERM, then KILL for what ignores it. */
const stopGroup = (pid: number | undefined): void => {
  if (pid === undefined || !signalGroup(pid, 'SIGTERM')) return
  setTimeout(() => signalGroup(pid, 'SIGKILL'), graceMs)
}

const start = (command: string, options: LocalHostOptions): ChildProcessWithoutNullStreams =>
  spawn('/bin/sh', ['-c', command], {
    cwd: options.homeDir ?? homedir(),
    env: { ...(options.env ?? process.env) },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  })

const exec = (command: string, execOptions: ExecOptions, options: LocalHostOptions): Promise<ExecResult> => {
  if (execOptions.signal?.aborted) return Promise.reject(appError('run.cancelled', 'The command was cancelled.'))
  const child = start(command, options)
  const session = openExecSession(execOptions, () => stopGroup(child.pid), child.stdout)
  child.on('error', (cause) => session.failed(appError('remote.tool_missing', `/bin/sh cannot be started: ${cause.message}`, { cause })))
  child.stdout.on('data', (chunk: Buffer) => session.stdout(chunk))
  child.stderr.on('data', (chunk: Buffer) => session.stderr(chunk))
  child.on('close', (code, signal) => session.exited(code, signal === null ? null : signal.replace(/^SIG/, '')))
  child.stdin.on('error', (cause: NodeJS.ErrnoException) => {
    // A command may end without reading its input; sshd drops the rest silently as well.
    if (cause.code !== 'EPIPE' && cause.code !== 'ECONNRESET') {
      session.failed(appError('remote.tool_failed', `The command's input failed: ${cause.message}`, { cause }))
    }
  })
  child.stdin.end(execOptions.stdin ?? '')
  return session.result
}

/** This machine as a host: each command by `/bin/sh -c` in a process group of its own. */
export const createLocalHost = (options: LocalHostOptions = {}): RemoteHost => ({
  target: 'local',
  serverSoftware: null,
  cipher: null,
  exec: (command, execOptions = {}) => exec(command, execOptions, options),
})
