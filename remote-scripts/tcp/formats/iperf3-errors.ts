import type { ProblemCode } from '../../../preload/contract'
import { fail, type Reading } from '../../_kit/reading'

const causes: { pattern: RegExp; code: ProblemCode }[] = [
  {
    pattern: /Connection refused|No route to host|Network is unreachable|unable to connect to server.*timed out/i,
    code: 'remote.not_listening',
  },
  { pattern: /command not found|error while loading shared libraries/i, code: 'remote.tool_missing' },
  { pattern: /\bthe (?:client|server) has terminated\b/i, code: 'remote.killed' },
]

/** iperf3's own sentence as the problem, with the code that says what to do. */
export const failIperf = (reading: Reading, sentence: string): void => {
  const cause = causes.find(({ pattern }) => pattern.test(sentence))
  fail(reading, cause?.code ?? 'remote.tool_failed', `iperf3 reported: ${sentence.slice(0, 300)}`, sentence)
}
