import type { ProblemCode } from '../../../preload/contract'
import { fail, warn, type Reading } from '../../_kit/reading'
import { quote } from '../../_kit/text'

interface Finding {
  words: RegExp
  code: ProblemCode
  message: string
}

/** What NCCL's WARN lines mean, the most telling first: causes before what follows from them on other ranks. */
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
    words: /Error: network .{1,80} not found/,
    code: 'remote.tool_missing',
    message:
      'The network that NCCL_NET asks for is not there: its plugin (libnccl-net.so) was not found. Look at LD_LIBRARY_PATH and NCCL_NET_PLUGIN.',
  },
  {
    words: /no CUDA-capable device|CUDA driver version is insufficient/i,
    code: 'remote.no_gpu',
    message: 'NCCL found no usable GPU, or the driver is older than the CUDA that NCCL was built with.',
  },
  {
    words:
      /\/dev\/shm.{0,200}(?:No space left|posix_fallocate|too small)|(?:No space left|posix_fallocate).{0,200}\bshm\b|failed to extend \/dev\/shm/i,
    code: 'remote.disk_full',
    message:
      '/dev/shm is too small for the shared-memory transport. Start the container with a larger --shm-size, or set NCCL_SHM_DISABLE=1.',
  },
  {
    words: /Duplicate GPU detected/,
    code: 'remote.tool_failed',
    message: 'Two ranks use the same GPU. Give each rank its own (CUDA_VISIBLE_DEVICES, local rank).',
  },
  {
    words: /Remote IB device is incompatible/i,
    code: 'remote.tool_failed',
    message: 'The two hosts use HCAs that cannot talk to each other, such as InfiniBand and RoCE. Name the right ones in NCCL_IB_HCA.',
  },
  {
    words: /(?:Unable to|Could not|Couldn't) register (?:memory|MR)\b/i,
    code: 'remote.tool_failed',
    message: 'The network plugin could not register memory for RDMA; the quoted line has its reason.',
  },
  {
    // A process that ends says the last two of its own accord.
    words: /(?:Cuda|HIP) failure (?!.{0,20}(?:driver shutting down|context is destroyed))|hip\w{1,40} failed/i,
    code: 'remote.tool_failed',
    message: 'A call to the GPU failed; the quoted line says why. Look for Xid errors in the kernel log, and at what the rank did before.',
  },
  {
    words: /timed? ?out|Timeout|retry (?:count|limit) exceeded/i,
    code: 'remote.timed_out',
    message: 'A peer did not answer in time: it has died, or the link between the two drops packets.',
  },
  {
    // What changes at a port while traffic goes on is no failure.
    words:
      /Got completion .{0,80}with (?:error|status)|async fatal event|Got async event(?! ?: ?(?:GID|client|port active|LID|SM|P_?Key))/i,
    code: 'remote.tool_failed',
    message:
      'The RDMA network reported an error. Error 12 is a lost link or a wrong GID, MTU or priority between the two hosts: look at ibstat, the port counters and NCCL_IB_GID_INDEX.',
  },
  {
    words: /NET\/OFI .{0,80}completed with error/i,
    code: 'remote.tool_failed',
    message: 'The libfabric network reported an error; the quoted line has its code and the peer.',
  },
  {
    words:
      /(?:Connect to|connect|socketStartConnect|Call to connect).{0,120}(?:refused|No route|unreachable|failed)|Connection (?:refused|reset|closed)/i,
    code: 'remote.not_listening',
    message: 'A peer could not be reached: it has died, or a firewall or the wrong interface (NCCL_SOCKET_IFNAME) is between.',
  },
  {
    words:
      /\b(?:unhandled (?:system|cuda) error|nccl(?:System|Internal|Remote|UnhandledCuda|InvalidUsage|InvalidArgument)(?:Error)?:|ncclSystemError|ncclInternalError|ncclRemoteError|Call to \w{1,60} failed|Failed to execute operation|Error encountered progressing operation)/i,
    code: 'remote.tool_failed',
    message: 'NCCL reported an error; the quoted line names the call that failed.',
  },
]

const warned = /\bNCCL WARN\b|\b(?:unhandled (?:system|cuda) error|ncclSystemError|ncclInternalError|ncclRemoteError)\b/
/** What PyTorch says of NCCL. */
const torchError =
  /\bNCCL error in: \S{1,400}:\d{1,6}, |\bnccl(?:UnhandledCuda|System|Internal|Remote|InvalidUsage|InvalidArgument)(?:Error)?: /
const lastError = /\bLast error:\s*$/
const noDevice = /NET\/IB : No device found/

/** PyTorch quotes NCCL's last warning in the line behind `Last error:`, without any mark. */
const mayBeQuoted = (line: string): boolean => line.length < 400 && findings.some(({ words }) => words.test(line))

/** True for a line of which a finding may come. */
export const mayBeFinding = (line: string): boolean =>
  warned.test(line) || noDevice.test(line) || torchError.test(line) || lastError.test(line) || mayBeQuoted(line)

/** True for what PyTorch prints when NCCL returned an error. */
export const isTorchError = (line: string): boolean => torchError.test(line)

const quoted = 3

/** Collects the findings of a log. */
export class Findings {
  private best: { rank: number; line: string } | null = null
  private readonly others = new Map<string, string>()
  private count = 0
  private missing: string | null = null
  private isQuoteNext = false

  /** True when the line told something. */
  line(line: string): boolean {
    const isQuote = this.isQuoteNext
    this.isQuoteNext = lastError.test(line)
    if (noDevice.test(line)) this.missing ??= line
    const isWarning = warned.test(line)
    if (!isWarning && !isQuote && !torchError.test(line)) return false
    const rank = findings.findIndex(({ words }) => words.test(line))
    if (rank >= 0 && (this.best === null || rank < this.best.rank)) this.best = { rank, line }
    if (!isWarning) return true
    this.count += 1
    const text = line.slice(Math.max(0, line.indexOf('NCCL WARN')))
    if (this.others.size < quoted) this.others.set(text, text)
    return true
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
