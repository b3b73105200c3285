import type { ProblemCode } from '../../../preload/contract'
import { fail, warn, type Reading } from '../../_kit/reading'

/** What ended a run, the most telling first. */
const causes: { pattern: RegExp; code: ProblemCode; message: string }[] = [
  { pattern: /\bout of memory\b/i, code: 'remote.out_of_memory', message: 'The test ran out of memory.' },
  {
    pattern: /\b(?:no CUDA-capable device|Invalid number of GPUs|CUDA driver version is insufficient)/i,
    code: 'remote.no_gpu',
    message: 'The test did not find the GPUs it was asked to use.',
  },
  {
    pattern:
      /\b\w+_perf\w*: (?:command not found|error while loading shared libraries|No such file)|could not find executable|error while loading shared libraries/i,
    code: 'remote.tool_missing',
    message: 'The test program or one of its libraries is missing.',
  },
  {
    pattern:
      /DUE TO TIME LIMIT|\bTest timeout \(\d{1,9}s\)|\btimed out\b.*\b(?:job|step|NCCL)|Watchdog caught collective operation timeout/i,
    code: 'remote.timed_out',
    message: 'The test was ended because it took too long.',
  },
  { pattern: /\bTest (?:NCCL|CUDA) failure\b/, code: 'remote.tool_failed', message: 'The test reported a failure.' },
  {
    pattern:
      /\bunhandled (?:system|cuda) error\b|\bncclSystemError\b|\bncclInternalError\b|\bremote process exited or there was a network error\b/,
    code: 'remote.tool_failed',
    message: 'NCCL reported an error.',
  },
  { pattern: /\bTest failure \S+:\d+/, code: 'remote.tool_failed', message: 'The test reported a failure.' },
  { pattern: /\b(?:exited on signal 9|Killed\b|oom-kill)/, code: 'remote.killed', message: 'The test was killed.' },
  { pattern: /\bexited on signal \d+|Segmentation fault|\bBus error\b/, code: 'remote.tool_failed', message: 'The test crashed.' },
  {
    pattern:
      /\bexited with non-zero (?:status|exit)|\bMPI_ABORT was invoked|srun: error: .*Exited with exit code|process returned a non-zero exit code/,
    code: 'remote.tool_failed',
    message: 'The launcher reported a failed process.',
  },
]

/** The launcher only says that a process failed; a warning of NCCL about a failed call says more. */
const launcherRank = causes.length - 1
const failedCall = /\bNCCL WARN .{0,200}\b(?:failed|failure|refused|timed out|with error|closed by remote peer)\b/i

const quickTest =
  /fail|error|refused|closed|memory|GPU|limit|timed|timeout|signal|Kill|kill|CUDA|executable|fault|ABORT|non-zero|command not found|No such/i

/** True for a line that `readFailures` may take for a failure. */
export const mayBeFailure = (line: string): boolean =>
  causes.some(({ pattern }) => pattern.test(line)) || line.includes('xit code') || failedCall.test(line)

/** Reads failures into problem and facts; `finished`: the table has its end, so that values stand. */
export const readFailures = (reading: Reading, lines: readonly string[], finished: boolean): void => {
  let best: { rank: number; line: string } | null = null
  let warned: string | null = null
  const pids = new Set<string>()
  const hosts = new Set<string>()
  for (const line of lines) {
    if (!quickTest.test(line) && !line.includes('Exit code')) continue
    if (failedCall.test(line)) warned ??= line
    const rank = causes.findIndex((cause) => cause.pattern.test(line))
    if (rank >= 0 && (best === null || rank < best.rank)) best = { rank, line }
    const process = /\.\. (\S{1,255}) pid (\d{1,9}): Test failure/.exec(line)
    if (process?.[1] && process[2]) {
      hosts.add(process[1])
      pids.add(`${process[1]} ${process[2]}`)
    }
    const failing = /^\s*(\S{1,255}): Test (?:NCCL|CUDA) failure/.exec(line)
    if (failing?.[1]) hosts.add(failing[1])
    const code = /Exit code:\s+(\d{1,3})\b/.exec(line) ?? /Exited with exit code (\d{1,3})\b/.exec(line)
    if (code) reading.facts['exit_code'] = Number(code[1])
  }
  if (pids.size > 0) reading.facts['failing_ranks'] = pids.size
  if (hosts.size > 0) reading.facts['failing_host'] = hosts.size === 1 ? ([...hosts][0] ?? null) : [...hosts].sort()
  const cause = best ? causes[best.rank] : undefined
  if (!best || !cause) return
  if (finished && cause.code === 'remote.tool_failed')
    warn(reading, 'failed_after_results', `The log has its whole table, and then: ${best.line.trim().slice(0, 200)}`)
  else if (best.rank === launcherRank && warned !== null) fail(reading, 'remote.tool_failed', 'NCCL reported an error.', warned)
  else fail(reading, cause.code, cause.message, best.line)
}
