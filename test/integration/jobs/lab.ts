import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { appError } from '../../../preload/contract'
import type { Clock } from '../../../main/ports/clock'
import type { JobSpec } from '../../../main/ports/jobs'
import type { ExecOptions, ExecResult, RemoteHost } from '../../../main/ports/remote-host'
import { createJobRunner } from '../../../main/services/jobs'

export const clock: Clock = {
  nowIso: () => new Date().toISOString(),
  monotonicMs: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}

export interface ShellHostOptions {
  home: string
  env?: Record<string, string>
  /** A folder whose `sh` is the host's. */
  bin?: string
  /** Printed by the host's start-up files before every command. */
  noise?: string
  /** The connection dies after so many bytes of output of the nth exec. */
  cutAfter?: (execNumber: number) => number | null
}

export interface ShellHost extends RemoteHost {
  execs: number
  /** Bytes that came from the host, those behind a cut included. */
  received: number
}

/** A real shell in place of a connection: its own home, its own process tree, and it can be cut. */
export const shellHost = (options: ShellHostOptions): ShellHost => {
  const host: ShellHost = {
    target: `test@${options.home}:22`,
    serverSoftware: null,
    cipher: null,
    execs: 0,
    received: 0,
    exec: (command: string, exec: ExecOptions = {}) => {
      host.execs += 1
      const limit = options.cutAfter?.(host.execs) ?? null
      return run(host, command, options, exec, limit)
    },
  }
  return host
}

const run = (host: ShellHost, command: string, options: ShellHostOptions, exec: ExecOptions, limit: number | null): Promise<ExecResult> =>
  new Promise((resolve, reject) => {
    const prelude = options.noise === undefined ? '' : 'printf %s "$NOISE"; '
    const child = spawn('/bin/sh', ['-c', prelude + command], {
      detached: true,
      env: {
        PATH: `${options.bin ?? '/bin'}:${process.env['PATH'] ?? ''}`,
        HOME: options.home,
        NOISE: options.noise ?? '',
        ...options.env,
      },
    })
    const kept: Buffer[] = []
    let stderr = ''
    let passed = 0
    let cut = false
    const timer = exec.timeoutMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), exec.timeoutMs)
    const die = (): void => {
      cut = true
      child.stdout.destroy()
      child.kill('SIGHUP')
    }
    exec.signal?.addEventListener('abort', die, { once: true })
    child.stdout.on('data', (chunk: Buffer) => {
      if (cut) return
      host.received += chunk.length
      const piece = limit !== null && passed + chunk.length > limit ? chunk.subarray(0, limit - passed) : chunk
      passed += piece.length
      if (exec.onStdout) void exec.onStdout(piece)
      else kept.push(piece)
      if (piece.length < chunk.length) die()
    })
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    child.stdin.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') reject(error)
    })
    child.stdin.end(exec.stdin ?? '')
    child.on('close', (exitCode, signal) => {
      clearTimeout(timer)
      if (cut) reject(appError('ssh.connection_lost', 'cut by the test'))
      else resolve({ exitCode, signal: signal?.slice(3) ?? null, stdout: Buffer.concat(kept), stderr })
    })
  })

const kitFolder = new URL('../../../remote-scripts/_kit/', import.meta.url)

/** The shell part of the real kit, and the scripts of a test. */
export const kitWith = (scripts: Record<string, string>): Map<string, string> =>
  new Map([
    ...readdirSync(kitFolder)
      .filter((name) => name.endsWith('.sh'))
      .map((name) => [`_kit/${name}`, readFileSync(new URL(name, kitFolder), 'utf8')] as const),
    ...Object.entries(scripts).map(([name, text]) => [`test/${name}`, `. "$HR_KIT/_kit/lib.sh"\n${text}\n`] as const),
  ])

export const runnerWith = (scripts: Record<string, string>) => createJobRunner({ kitFiles: kitWith(scripts), clock })

export const job = (jobId: string, script: string, more: Partial<JobSpec> = {}): JobSpec => ({
  jobId,
  script: `test/${script}`,
  env: {},
  setup: '',
  limitSeconds: 60,
  ...more,
})

export const newHome = (): string => mkdtempSync(join(tmpdir(), 'headroom-jobs-'))
export const removeHome = (home: string): void => rmSync(home, { recursive: true, force: true })

/** Command lines of live processes whose environment names this home. */
export const processesOf = (home: string): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`HOME=${home}\0`)) return []
        if (/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) return []
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')]
      } catch (error) {
        // It ended between the listing and the reading.
        if (['ENOENT', 'ESRCH', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return []
        throw error
      }
    })

/** Waits until the condition holds; throws after ten seconds. */
export const eventually = async (what: string, holds: () => boolean): Promise<void> => {
  for (let turn = 0; turn < 200; turn += 1) {
    if (holds()) return
    await clock.sleep(50)
  }
  throw new Error(`never came true: ${what}`)
}
