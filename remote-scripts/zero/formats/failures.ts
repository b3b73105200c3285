import type { ProblemCode } from '../../../preload/contract'
import { convert, timeScale, type Scale } from '../../_kit/numbers'
import { fail, warn } from '../../_kit/reading'
import { quote } from '../../_kit/text'
import type { Run } from './run'

interface Cause {
  words: RegExp
  code: ProblemCode
  message: string
}

/** What ends a training run, the most telling first. */
const causes: readonly Cause[] = [
  {
    words: /\b(?:CUDA|HIP) out of memory|CUDA error: out of memory|\bOutOfMemoryError\b|CUDA_ERROR_OUT_OF_MEMORY|NPU out of memory/,
    code: 'remote.out_of_memory',
    message:
      'A GPU ran out of memory. Take a smaller micro batch, a higher ZeRO stage, offloading or activation checkpointing; if much is reserved but not allocated, PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True.',
  },
  {
    words:
      /oom-kill|Out of memory: Killed process|DefaultCPUAllocator: (?:can't|not enough)|\bMemoryError\b|Cannot allocate memory|\bmemory allocation of \d{1,18} bytes failed/,
    code: 'remote.out_of_memory',
    message: 'The host ran out of memory. Offload less to the CPU, use fewer loader workers, or ask the scheduler for more memory.',
  },
  {
    words:
      /Watchdog caught collective operation timeout|Some NCCL operations have failed or timed out|\bNCCL (?:communicator|operation)\b.{0,80}\btimed? ?out|Timed out initializing process group/,
    code: 'remote.timed_out',
    message:
      'A collective did not end within its time limit: a rank has died, hangs, or makes other calls than the rest. Look at the first rank that stopped, and run again with NCCL_DEBUG=INFO and TORCH_NCCL_TRACE_BUFFER_SIZE=2000.',
  },
  {
    words: /DUE TO TIME LIMIT|\bWalltime (?:limit )?exceeded|TIMEOUT \*{3}/i,
    code: 'remote.timed_out',
    message: 'The scheduler ended the job at its time limit. Ask for more time, or resume from a checkpoint.',
  },
  {
    words:
      /\bNCCL (?:error|failure)\b|\bncclSystemError\b|\bncclInternalError\b|\bncclRemoteError\b|\bncclUnhandledCudaError\b|NCCL WARN .{0,200}\b(?:failed|error|timeout)\b/i,
    code: 'remote.tool_failed',
    message: 'NCCL reported an error. Run again with NCCL_DEBUG=INFO: the first WARN line names the network, memory lock or GPU at fault.',
  },
  {
    words: /No CUDA GPUs are available|no CUDA-capable device|Found no NVIDIA driver/,
    code: 'remote.no_gpu',
    message: 'No GPU was visible to the program. Look at nvidia-smi and CUDA_VISIBLE_DEVICES on that host.',
  },
  {
    words: /\bModuleNotFoundError\b|\bNo module named\b/,
    code: 'remote.python_missing',
    message: 'A Python package is missing in the environment that ran. Install it, or activate the right environment on every host.',
  },
  {
    words: /No space left on device|Disk quota exceeded/,
    code: 'remote.disk_full',
    message: 'The disk is full. Free space or write checkpoints elsewhere.',
  },
  {
    words: /Address already in use|\bEADDRINUSE\b/,
    code: 'remote.tool_failed',
    message: 'The port of the rendezvous is taken. End the old job, or set another MASTER_PORT.',
  },
  {
    words:
      /illegal memory access|device-side assert triggered|CUDA error: (?!out of memory)|\bCUDNN_STATUS_\w{1,40}|Segmentation fault|\bUncorrectable ECC\b/i,
    code: 'remote.tool_failed',
    message: 'The program crashed on a GPU. Run again with CUDA_LAUNCH_BLOCKING=1, and look for Xid errors in the kernel log.',
  },
  {
    words: /Current loss scale already at minimum/,
    code: 'remote.tool_failed',
    message: 'The loss scale reached its minimum: the training diverged. Use a lower learning rate or bf16.',
  },
  {
    words: /^(?!.*\bWarning:).{0,200}\b\w{1,60}(?:Error|Exception): \S/,
    code: 'remote.tool_failed',
    message: 'The program ended with an error of its own; the quoted line says which.',
  },
  {
    words:
      /\bgot signal: (?:15|9)\b|\b(?:Signal|signal) (?:15|9)\b|\bSIGTERM\b|\bSIGKILL\b|return code = -(?:9|15)\b|exitcode {0,4}: -(?:9|15)\b|CANCELLED AT\b|^Killed\s*$|: Killed\b/,
    code: 'remote.killed',
    message:
      'The job was ended from outside: by the scheduler, by a person, or by the kernel when memory ran out (see dmesg). A run that hung and was killed looks the same: look at the time of its last step.',
  },
  {
    words: /\bKilling subprocess \d/,
    code: 'remote.killed',
    message:
      'The launcher ended its processes because one of them had failed, and the log does not say why. Look at the standard error of each rank, above these lines or in its own file.',
  },
  {
    words:
      /\bexits with return code = [1-9]|\bChildFailedError\b|\breturn(?:ed)? non-zero exit (?:status|code)|Exited with exit code [1-9]/,
    code: 'remote.tool_failed',
    message: 'A process ended with an exit code that is not 0. Look for the first error of its rank.',
  },
]

const quick =
  /out of memory|OutOfMemory|OUT_OF_MEMORY|oom-kill|Error|Exception|error|fail|timeout|Timed out|timed out|TIME LIMIT|Walltime|TIMEOUT|Killed|killed|Killing|signal|Signal|SIG|CANCELLED|return code|exitcode|exit|No CUDA|no CUDA|Found no|No module|No space|quota|in use|loss scale already|fault|assert|illegal|allocat|CUDNN|ECC/

/** True for a line that may say why a run ended. */
export const mayBeFailure = (line: string): boolean => quick.test(line)

const amounts = new Map<string, Scale>(
  ['KiB', 'MiB', 'GiB', 'TiB'].map((unit, index) => [unit, { unit: 'bytes', power: 0, factor: 1024 ** (index + 1) }]),
)

const amount = (line: string, pattern: RegExp): number | undefined => {
  const match = pattern.exec(line)
  const scale = amounts.get(match?.[2] ?? '')
  return scale ? (convert(match?.[1], scale) ?? undefined) : undefined
}

/** The figures of torch's out-of-memory message, bytes. */
const readOutOfMemory = (run: Run, line: string): void => {
  const figures = {
    tried: amount(line, /Tried to allocate ([\d.]{1,20}) (\w{3})/),
    total: amount(line, /total capacity of ([\d.]{1,20}) (\w{3})/) ?? amount(line, /([\d.]{1,20}) (\w{3}) total capacity/),
    free: amount(line, /of which ([\d.]{1,20}) (\w{3}) is free/) ?? amount(line, /([\d.]{1,20}) (\w{3}) free/),
    allocated: amount(line, /([\d.]{1,20}) (\w{3}) is allocated by PyTorch/) ?? amount(line, /([\d.]{1,20}) (\w{3}) already allocated/),
  }
  for (const [name, bytes] of Object.entries(figures)) if (bytes !== undefined) run.reading.facts[`oom_${name}_bytes`] ??= bytes
}

const readTimeout = (run: Run, line: string): void => {
  const match = /\bOpType=(\w{1,40})\b.{0,200}?\bTimeout\(ms\)=(\d{1,12})\b/.exec(line)
  const ms = timeScale('ms')
  if (!match?.[1] || !ms) return
  run.reading.facts['hung_collective'] ??= match[1]
  run.reading.facts['collective_timeout_us'] ??= convert(match[2], ms)
}

/** Rows after an error that show that the run went on: other ranks may still print one or two. */
const rowsThatShowLife = 3
const deadly: ReadonlySet<ProblemCode> = new Set(['remote.out_of_memory', 'remote.timed_out', 'remote.killed'])

/** An error that the program only mentioned is forgotten once it has gone on. */
const forgetSurvived = (run: Run): void => {
  const cause = run.cause && causes[run.cause.rank]
  if (!run.cause || !cause) return
  const wentOn = run.reading.rows.understood >= run.cause.rows + rowsThatShowLife && !deadly.has(cause.code)
  if (!wentOn && !run.finished) return
  run.survived ??= run.cause.line
  run.cause = null
}

/** Notes why a run ended; what comes after its end is told apart. */
export const noteFailure = (run: Run, line: string): void => {
  if (!quick.test(line)) return
  const rank = causes.findIndex(({ words }) => words.test(line))
  const cause = causes[rank]
  if (!cause) return
  if (cause.code === 'remote.out_of_memory') readOutOfMemory(run, line)
  if (cause.code === 'remote.timed_out') readTimeout(run, line)
  if (run.finished) {
    run.endedAfterAll ??= line
    return
  }
  if (/\bKilling subprocess \d|\bexits with return code\b|\bChildFailedError\b/.test(line)) run.killed = true
  forgetSurvived(run)
  if (run.cause === null || rank < run.cause.rank) run.cause = { rank, line, rows: run.reading.rows.understood }
}

/** The problem of a run that is over. */
export const settleFailure = (run: Run): void => {
  forgetSurvived(run)
  if (run.survived !== null) warn(run.reading, 'error_in_log', `The log mentions an error, and the run went on: "${quote(run.survived)}"`)
  if (run.endedAfterAll !== null)
    warn(run.reading, 'killed_after_end', `After the training was done the log says: "${quote(run.endedAfterAll)}"`)
  const cause = run.cause && causes[run.cause.rank]
  if (run.cause && cause) fail(run.reading, cause.code, cause.message, run.cause.line)
}
