import type { ProblemCode } from '../../../preload/contract'
import { fail, warn, type Reading } from '../../_kit/reading'
import { maxLineLength, quote } from '../../_kit/text'

const problems: { pattern: RegExp; code: ProblemCode; message: string }[] = [
  {
    pattern: /ERR_NVGPUCTRPERM|does not have permission to profile/,
    code: 'remote.not_permitted',
    message:
      'The GPU performance counters are reserved for administrators. Run nvprof as root or with CAP_SYS_ADMIN, or have the driver loaded with NVreg_RestrictProfilingToAdminUsers=0.',
  },
  {
    pattern: /not supported on devices with compute capability|Skipping profiling on device/,
    code: 'remote.tool_failed',
    message: 'nvprof does not profile this GPU: use ncu (compute capability 7.0 and more) for counters and nsys for times.',
  },
  {
    pattern: /No kernels were profiled|No CUDA application was profiled|No profile data collected/,
    code: 'parse.no_kernels',
    message:
      'nvprof profiled no kernel: the program launched none, or ended before its data was written (call cudaDeviceReset at its end).',
  },
  {
    pattern: /Application returned non-zero code|Application received signal/,
    code: 'remote.tool_failed',
    message: 'The profiled program itself failed: run it without nvprof first and read its own output.',
  },
  { pattern: /^=+\d*=+ Error: /, code: 'remote.tool_failed', message: 'nvprof reported an error.' },
  {
    pattern: /Generated result file: /,
    code: 'parse.no_rows',
    message: 'nvprof wrote its result to a file of its own: print it with `nvprof --import-profile FILE --csv --print-gpu-trace`.',
  },
]

const warnings: { pattern: RegExp; code: string; message: string }[] = [
  { pattern: /have invalid timestamps/, code: 'invalid_timestamps', message: 'Records with invalid timestamps are left out by nvprof' },
  { pattern: /invalid records|profiling data are not recorded/, code: 'records_lost', message: 'nvprof lost records' },
  { pattern: /Auto boost enabled/, code: 'auto_boost', message: 'Clocks may change between launches' },
  { pattern: /Warning: /, code: 'nvprof_warning', message: 'nvprof warned' },
]

/** nvprof's `==PID==` lines and the sentences that stand for an empty table. */
export class NvprofMessages {
  private best: { rank: number; line: string } | null = null
  private readonly warned: { code: string; text: string }[] = []

  read(line: string): void {
    if (line.length > maxLineLength) return
    const rank = problems.findIndex(({ pattern }) => pattern.test(line))
    if (rank >= 0) {
      if (this.best === null || rank < this.best.rank) this.best = { rank, line }
      return
    }
    const warning = line.startsWith('==') ? warnings.find(({ pattern }) => pattern.test(line)) : undefined
    if (warning) this.warned.push({ code: warning.code, text: `${warning.message}: ${quote(line)}` })
  }

  giveTo(reading: Reading, hasKernels: boolean): void {
    for (const { code, text } of this.warned) warn(reading, code, text)
    const problem = this.best === null ? undefined : problems[this.best.rank]
    if (this.best === null || !problem) return
    const isHarmless = problem.code.startsWith('parse.') && hasKernels
    if (isHarmless) return
    if (problem.code === 'parse.no_kernels') warn(reading, 'no_kernels', quote(this.best.line))
    fail(reading, problem.code, problem.message, this.best.line)
  }
}
