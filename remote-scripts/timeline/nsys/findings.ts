import type { ProblemCode } from '../../../preload/contract'
import { fail, warn, type Reading } from '../../_kit/reading'
import { maxLineLength, quote } from '../../_kit/text'

/**
 * What nsys says instead of a table, by what is missing. Of the reports that it tries unasked (OpenMP, Vulkan, page faults …)
 * nothing is said: that they are empty is the rule.
 */
const skipped: [RegExp, code: string, advice: string][] = [
  [/NV Tools Extension|\bNVTX\b/i, 'nvtx_missing', 'the program marks no ranges, or nsys ran without `--trace=nvtx`'],
  [
    /CUDA kernel data/i,
    'kernels_missing',
    'no CUDA kernel was recorded: the program ran none, nsys ran without `--trace=cuda`, or the driver does not let it trace them',
  ],
  [/GPU memory data|CUDA mem\w* data/i, 'memops_missing', 'no copy or fill was recorded'],
  [/CUDA (?:API )?(?:trace )?data/i, 'cuda_missing', 'nsys ran without `--trace=cuda`, or the program did not use CUDA'],
  [/OS Runtime/i, 'osrt_missing', 'nsys ran without `--trace=osrt`'],
]

const errors: [RegExp, ProblemCode, advice: string][] = [
  [
    /ERR_NVGPUCTRPERM|Insufficient privilege/i,
    'remote.not_permitted',
    'GPU counters are locked: leave `--gpu-metrics-device` out, or let an administrator unlock them.',
  ],
  [/\bout of memory\b|cudaErrorMemoryAllocation/i, 'remote.out_of_memory', 'The program ran out of GPU memory.'],
  [
    /^The target application (?:terminated with signal|returned non-zero exit code) \d/,
    'remote.tool_failed',
    'The program under nsys failed.',
  ],
  [
    /^(?:FATAL )?ERROR: |^Error: |^Import(?:er|ation)\b.{0,200}(?:error|failed)|^Processing events failed|^nsys: error/i,
    'parse.tool_reported_error',
    'nsys reported an error.',
  ],
]

const readSkipped = (reading: Reading, line: string): void => {
  // The path may hold any of the words: what is missing stands behind it.
  const missing = line.slice(line.lastIndexOf(' does not contain ') + 1)
  const [, code, advice] = skipped.find(([pattern]) => pattern.test(missing)) ?? []
  if (code !== undefined) warn(reading, code, `A report is empty: ${advice}. nsys wrote "${quote(line)}"`)
}

/** What a line between the tables says: a report without data, an error, the version in a path. */
export const readNote = (reading: Reading, line: string): void => {
  if (line.length > maxLineLength) return
  if (/^\s*SKIPPED: /.test(line)) {
    readSkipped(reading, line.trim())
    return
  }
  const version = /(?:nsight-systems|NsightSystems)[\w-]{0,20}[/-](\d{4}\.\d{1,2}(?:\.\d{1,4}){0,3})\b/i.exec(line)?.[1]
  reading.tool.version ??= version ?? null
  const error = errors.find(([pattern]) => pattern.test(line))
  if (error) fail(reading, error[1], `${error[2]} It wrote: ${quote(line)}`, line)
}

const step = /^\[(\d{1,3})\/(\d{1,3})\] /

/** The steps that nsys counts while it makes the reports: how far it came, of how many. */
export const readStep = (line: string, known: { last: number; of: number } | null): { last: number; of: number } | null => {
  const match = step.exec(line.slice(0, 20))
  return match ? { last: Number(match[1]), of: Number(match[2]) } : known
}
