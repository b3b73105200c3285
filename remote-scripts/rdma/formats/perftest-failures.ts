import type { ProblemCode } from '../../../preload/contract'
import { gpuBuffer } from './perftest-header'

const causes: { pattern: RegExp; code: ProblemCode; message: string }[] = [
  {
    pattern: /\bib_\w+: (?:command not found|error while loading shared libraries|No such file)|error while loading shared libraries/,
    code: 'remote.tool_missing',
    message: 'perftest or one of its libraries is missing.',
  },
  {
    pattern:
      /Unable to find the Infiniband\/RoCE device|IB device \S+ not found|Did not detect devices|No IB devices found|Failed to get IB devices list/i,
    code: 'remote.no_hca',
    message: 'The RDMA device was not found.',
  },
  {
    pattern: /Couldn'?t connect to \S+|Unable to open file descriptor for socket connection|Unable to init the socket connection/i,
    code: 'remote.not_listening',
    message: 'The client could not reach the server side.',
  },
  {
    pattern:
      /Couldn'?t allocate MR|Failed to create MR|ibv_reg_mr.*(?:failed|Cannot allocate memory)|Operation not permitted|Couldn'?t create QP.*(?:Cannot allocate memory|permitted)/i,
    code: 'remote.not_permitted',
    message: 'Memory could not be registered: the memlock limit is the usual cause.',
  },
  {
    pattern:
      /Port number \d+ state is Down|Completion with error|Failed status \d+: wr_id|Failed to (?:modify|connect|exchange|create|open|post|complete|resolve|init|deregister|destroy)\b|Couldn'?t (?:get|create|open|read|post|listen|allocate|request|find|set|query)\b|Unable to (?:Connect|create|write|read|set|perform|open|initialize|poll|init)\b|ethernet_(?:read|write) .*: Couldn|Unexpected CM event|Parser function exited with Error|\bib_\w+: .*Assertion .* failed|\bcu\w+\(.*\) returned [1-9]|Requested .* isn'?t supported|Bad address|Segmentation fault/i,
    code: 'remote.tool_failed',
    message: 'perftest reported an error.',
  },
]

const isRegistration = /\bMR\b|ibv_reg_mr/

/** The first line that says why the test failed; the cause, not what followed from it. */
export const perftestFailure = (lines: readonly string[]): { code: ProblemCode; message: string; line: string } | null => {
  for (const line of lines) {
    if (line.length > 2000) continue
    const cause = causes.find(({ pattern }) => pattern.test(line))
    if (!cause) continue
    // The limit of locked memory has no say in the memory of a GPU.
    if (cause.code === 'remote.not_permitted' && isRegistration.test(line) && lines.some((other) => gpuBuffer.test(other.slice(0, 2000))))
      return {
        code: 'remote.tool_failed',
        message: 'The memory of the GPU could not be registered: the module nvidia_peermem, or support of DMA-BUF, is usually missing.',
        line,
      }
    return { code: cause.code, message: cause.message, line }
  }
  return null
}
