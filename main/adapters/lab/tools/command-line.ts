import { spawn } from 'node:child_process'
import type { ToolContext } from './context'

/** Splits a profiler's words from the command that follows them: the first word that is no option and no option's value. */
export const splitCommand = (args: readonly string[], withValue: ReadonlySet<string>): { own: string[]; command: string[] } => {
  let at = 0
  while (at < args.length && args[at]?.startsWith('-') === true) at += withValue.has(args[at] ?? '') ? 2 : 1
  return { own: args.slice(0, at), command: args.slice(at) }
}

/** Value of an option in its forms `-o x`, `--option x`, `--option=x`; undefined without it. */
export const optionOf = (own: readonly string[], ...names: string[]): string | undefined => {
  for (const [at, word] of own.entries()) {
    if (names.includes(word)) return own[at + 1]
    const name = names.find((one) => one.startsWith('--') && word.startsWith(`${one}=`))
    if (name !== undefined) return word.slice(name.length + 1)
  }
  return undefined
}

/** Runs the profiled command for real: it may be anything, only its kernels are computed. Its exit code; 127 when it does not start. */
export const runCommand = (context: ToolContext, command: readonly string[], input?: string): Promise<number> =>
  new Promise((resolve) => {
    const [program = '', ...words] = command
    const child = spawn(program, words, {
      stdio: [input === undefined ? 'inherit' : 'pipe', 'inherit', 'inherit'],
      env: { ...context.env },
    })
    child.once('error', () => resolve(127))
    child.once('close', (code) => resolve(code ?? 137))
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(input)
  })
