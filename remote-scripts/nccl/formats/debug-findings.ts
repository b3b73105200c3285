import type { ProblemCode } from '../../../preload/contract'
import { fail, warn, type Reading } from '../../_kit/reading'
import { quote } from '../../_kit/text'

interface Finding {
  words: RegExp
  code: ProblemCode
  message: string
}

/** What NCCL's WARN lines mean, the most telling first. */
const findings: readonly Finding[] = [
  {
    words: /ibv_(?:reg_mr|create_cq|create_qp|reg_dmabuf)\w{0,20} failed.{0,60}(?:Cannot allocate memory|error -?12\b|errno 12)|memlock/i,
    code: 'remote.not_permitted',
    message: 'Memory could not be pinned for RDMA: raise the memlock limit (ulimit -l unlimited, LimitMEMLOCK=infinity of the service).',
  },
  {
    words: /out of memory/i,
    code: 'remote.out_of_memory',
    message: 'A GPU has no memory left for NCCL. Leave it more, or set a smaller NCCL_BUFFSIZE.',
  },
  {
    words: /no socket interface found|Could not find interface/i,
    code: 'remote.no_interface',
    message: 'NCCL found no network interface to meet on. NCCL_SOCKET_IFNAME must name one that is up on every host.',
  },
  {
    words: /no CUDA-capable device|CUDA driver version is insufficient/i,
    code: 'remote.no_gpu',
    message: 'NCCL found no usable GPU, or the driver is older than the CUDA that NCCL was built with.',
  },
  {
    words: /\/dev\/shm.{0,200}(?:No space left|posix_fallocate)|(?:No space left|posix_fallocate).{0,200}\bshm\b/i,
    code: 'remote.disk_full',
    message:
      '/dev/shm is too small for the shared-memory transport. Start the container with a larger --shm-size, or set NCCL_SHM_DISABLE=1.',
  },
  {
    words: /timed? ?out|Timeout|retry (?:count|limit) exceeded/i,
    code: 'remote.timed_out',
    message: 'A peer did not answer in time: it has died, or the link between the two drops packets.',
  },
  {
    words: /Got completion .{0,80}with (?:error|status)|Got async event/i,
    code: 'remote.tool_failed',
    message:
      'The RDMA network reported an error. Error 12 is a lost link or a wrong GID, MTU or priority between the two hosts: look at ibstat, the port counters and NCCL_IB_GID_INDEX.',
  },
  {
    words:
      /(?:Connect to|connect|socketStartConnect|Call to connect).{0,120}(?:refused|No route|unreachable|failed)|Connection (?:refused|reset|closed)/i,
    code: 'remote.not_listening',
    message: 'A peer could not be reached: it has died, or a firewall or the wrong interface (NCCL_SOCKET_IFNAME) is between.',
  },
  {
    words: /Duplicate GPU detected/,
    code: 'remote.tool_failed',
    message: 'Two ranks use the same GPU. Give each rank its own (CUDA_VISIBLE_DEVICES, local rank).',
  },
  {
    words: /\b(?:unhandled (?:system|cuda) error|ncclSystemError|ncclInternalError|ncclRemoteError|Cuda failure|Call to \w{1,60} failed)/i,
    code: 'remote.tool_failed',
    message: 'NCCL reported an error; the quoted line names the call that failed.',
  },
]

const marked = /\bNCCL WARN\b|\b(?:unhandled (?:system|cuda) error|ncclSystemError|ncclInternalError|ncclRemoteError)\b/
const noDevice = /NET\/IB : No device found/

/** True for a line of which a finding may come. */
export const mayBeFinding = (line: string): boolean => marked.test(line) || noDevice.test(line)

const quoted = 3

/** Collects the findings of a log. */
export class Findings {
  private best: { rank: number; line: string } | null = null
  private readonly others = new Map<string, string>()
  private count = 0
  private missing: string | null = null

  line(line: string): void {
    if (noDevice.test(line)) this.missing ??= line
    if (!marked.test(line)) return
    this.count += 1
    const rank = findings.findIndex(({ words }) => words.test(line))
    if (rank >= 0 && (this.best === null || rank < this.best.rank)) this.best = { rank, line }
    const text = line.slice(Math.max(0, line.indexOf('NCCL WARN')))
    if (this.others.size < quoted) this.others.set(text, text)
  }

  into(reading: Reading): void {
    if (this.missing !== null)
      warn(reading, 'no_ib_device', `NCCL found no RDMA device and falls back to sockets: "${quote(this.missing)}"`)
    if (this.count > 0)
      warn(
        reading,
        'nccl_warnings',
        `NCCL warned ${this.count} times: ${[...this.others.keys()].map((text) => `"${quote(text)}"`).join('; ')}`,
      )
    const finding = this.best && findings[this.best.rank]
    if (this.best && finding) fail(reading, finding.code, finding.message, this.best.line)
  }
}
