import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'

const launcher = join(import.meta.dirname, '../../main/hosts/launch.mjs')

export interface CliResult {
  code: number | null
  stdout: string
  stderr: string
  json(): unknown
}

export interface RunningCli {
  process: ChildProcess
  /** What it has printed to stderr so far. */
  stderr(): string
  done: Promise<CliResult>
}

/** Starts the built command line, as `npm run headroom` does. */
export const startCli = (args: string[], env: Record<string, string> = {}): RunningCli => {
  const child = spawn(process.execPath, [launcher, 'cli', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C.UTF-8', ...env },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const done = new Promise<CliResult>((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr, json: () => JSON.parse(stdout) as unknown }))
  })
  return { process: child, stderr: () => stderr, done }
}

export const cli = (args: string[], env?: Record<string, string>): Promise<CliResult> => startCli(args, env).done
