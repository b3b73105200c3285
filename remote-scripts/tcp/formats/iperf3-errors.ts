import type { ProblemCode } from '../../../preload/contract'
import { fail, type Reading } from '../../_kit/reading'

const causes: { pattern: RegExp; code: ProblemCode }[] = [
  { pattern: /Connection refused/i, code: 'remote.not_listening' },
  { pattern: /command not found|error while loading shared libraries/i, code: 'remote.tool_missing' },
  { pattern: /interrupt - the (?:client|server) has terminated/i, code: 'remote.killed' },
]

/** iperf3's own sentence as the problem, with the code that says what to do. */
export const failIperf = (reading: Reading, sentence: string): void => {
  const cause = causes.find(({ pattern }) => pattern.test(sentence))
  fail(reading, cause?.code ?? 'remote.tool_failed', `iperf3 reported: ${sentence.slice(0, 300)}`, sentence)
}
