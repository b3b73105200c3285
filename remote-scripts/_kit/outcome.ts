import {
  problemCodes,
  type Facts,
  type Measurement,
  type ParseResult,
  type Problem,
  type ProblemCode,
  type Warning,
} from '../../preload/contract'
import type { RunOutput } from './probe'
import { decodeText, stripAnsi } from './text'

type Role = RunOutput<unknown>['roles'][number]

/** A collected file as text, as it is; undefined when the role has none of that name. */
export const textOf = (role: Role | undefined, name: string): string | undefined => {
  const bytes = role?.files.get(name)
  return bytes && decodeText(bytes)
}

/** The last lines that say something; '' for none. */
export const lastLines = (text: string | undefined, count = 4): string =>
  stripAnsi((text ?? '').slice(-8192))
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(-count)
    .join('\n')
    .slice(-1500)

/** What a tool's own words mean; the first that matches wins. */
const meanings: { code: ProblemCode; words: RegExp }[] = [
  {
    code: 'remote.out_of_memory',
    words: /out of memory|OutOfMemoryError|MemoryError|DefaultCPUAllocator: (can't|not enough)|Cannot allocate memory|oom-kill/i,
  },
  {
    code: 'remote.no_hca',
    words: /IB device \S* ?not found|Unable to find the Infiniband\/RoCE device|No IB devices? found|Failed to get IB devices list/i,
  },
  { code: 'remote.no_gpu', words: /no CUDA-capable device|No CUDA GPUs are available|NVIDIA-SMI has failed|Found no NVIDIA driver/i },
  { code: 'remote.not_permitted', words: /Permission denied|Operation not permitted|Couldn't allocate MR|Host key verification failed/i },
  { code: 'remote.disk_full', words: /No space left on device|Disk quota exceeded/i },
  { code: 'remote.python_missing', words: /ModuleNotFoundError|No module named/ },
  {
    code: 'remote.not_listening',
    words: /Connection refused|unable to connect to server|Couldn't connect to|No route to host|Connection timed out|server is busy/i,
  },
  { code: 'remote.tool_missing', words: /command not found|: not found$/im },
]

/** The problem code that these words of a tool stand for; `remote.tool_failed` when none is known. */
export const codeOf = (text: string): ProblemCode => meanings.find(({ words }) => words.test(text))?.code ?? 'remote.tool_failed'

/** What `hr_fail` of lib.sh wrote on standard error, `code: sentence`; null when it was not called. */
const declaredProblem = (stderr: string | undefined): Problem | null => {
  for (const line of lastLines(stderr, 40).split('\n').reverse()) {
    const match = /^([a-z]+\.[a-z_]+): (.+)$/.exec(line)
    const code = problemCodes.find((known) => known === match?.[1])
    if (code && match?.[2]) return { code, message: match[2], evidence: match[2] }
  }
  return null
}

/** Why a role ended as it did; null when it ended well. `name` begins the sentence: `The client`. */
export const roleProblem = (role: Role | undefined, name: string): Problem | null => {
  if (!role) return { code: 'remote.lost', message: `${name} left nothing behind.` }
  if (role.exitCode === 0) return null
  const where = `${name} on ${role.host}`
  const stderr = textOf(role, 'stderr')
  const declared = role.exitCode === 70 ? declaredProblem(stderr) : null
  if (declared) return { ...declared, message: `${where}: ${declared.message}` }
  const evidence = lastLines(stderr) || lastLines(textOf(role, 'stdout')) || 'it printed nothing'
  if (role.exitCode === null) return { code: 'remote.lost', message: `${where} left no exit code.`, evidence }
  if (role.exitCode === 137)
    return {
      code: 'remote.killed',
      message: `${where} was killed (signal 9), as by the kernel when memory runs out or by a scheduler.`,
      evidence,
    }
  if (role.exitCode === 126 || role.exitCode === 127)
    return { code: 'remote.tool_missing', message: `${where} could not be started.`, evidence }
  return {
    code: codeOf(lastLines(stderr, 40)),
    message: `${where} ended with exit code ${role.exitCode}.`,
    evidence,
    params: { exitCode: role.exitCode },
  }
}

/** The cause among two sides: a client that ended well settles it; else a server that failed by itself is the cause, and the client's failure its echo. */
export const pairProblem = (client: Role | undefined, server: Role | undefined): Problem | null => {
  if (client?.exitCode === 0) return null
  const failed = server && (server.exitCode === 70 || !client) && server.exitCode !== 0
  return failed ? roleProblem(server, 'The server') : roleProblem(client, 'The client')
}

export interface MergedResults {
  tool: ParseResult['tool'] | null
  facts: Facts
  measurements: Measurement[]
  warnings: Warning[]
  problem: Problem | null
}

/** Several results of one launch as one: facts of the first win, measurements in order, each warning once, the first problem. */
export const mergeResults = (results: ParseResult[]): MergedResults => {
  const warnings = new Map(results.flatMap((result) => result.warnings).map((warning) => [`${warning.code} ${warning.message}`, warning]))
  return {
    tool: results[0]?.tool ?? null,
    facts: Object.assign({}, ...results.map((result) => result.facts).reverse()) as Facts,
    measurements: results.flatMap((result) => result.measurements),
    warnings: [...warnings.values()],
    problem: results.find((result) => result.problem !== null)?.problem ?? null,
  }
}
