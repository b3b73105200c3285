import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export interface Child {
  process: ChildProcess
  /** Lines that ended with a newline: what the child had acknowledged. */
  lines: string[]
  /** Resolves at the first line that starts so; rejects when the child ends before. */
  line(start: string): Promise<string>
  ended: Promise<number | null>
  stderr(): string
}

/** Starts a bundled script under this Node, optionally below another command such as strace. */
export const startChild = (script: string, values: string[], below: string[] = []): Child => {
  const [command = process.execPath, ...rest] = [...below, process.execPath, script, ...values]
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'] })
  const lines: string[] = []
  const waiting: { start: string; resolve: (line: string) => void; reject: (error: Error) => void }[] = []
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line)
    for (const wait of waiting) if (line.startsWith(wait.start)) wait.resolve(line)
  })
  const ended = once(child, 'close').then(([code]: (number | null)[]) => {
    for (const { start, reject } of waiting) reject(new Error(`ended before "${start}": ${stderr}`))
    return code ?? null
  })
  const line = (start: string): Promise<string> => {
    const found = lines.find((text) => text.startsWith(start))
    return found === undefined ? new Promise((resolve, reject) => waiting.push({ start, resolve, reject })) : Promise.resolve(found)
  }
  return { process: child, lines, line, ended, stderr: () => stderr }
}

/** SIGKILL, then wait until it is gone and all it printed has been read. */
export const killChild = async (child: Child): Promise<void> => {
  child.process.kill('SIGKILL')
  await child.ended
}
