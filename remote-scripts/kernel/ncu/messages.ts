import type { ProblemCode } from '../../../preload/contract'
import { fail, setFacts, warn, type Reading } from '../../_kit/reading'
import { maxLineLength, quote } from '../../_kit/text'

/** What ends a profile, the most telling first, and what to do. */
const causes: { pattern: RegExp; code: ProblemCode; message: string }[] = [
  {
    pattern: /ERR_NVGPUCTRPERM|does not have permission to (?:access NVIDIA GPU Performance Counters|profile)/,
    code: 'remote.not_permitted',
    message:
      'The GPU performance counters are reserved for administrators. Run ncu as root or with CAP_SYS_ADMIN, or have the driver loaded with NVreg_RestrictProfilingToAdminUsers=0.',
  },
  {
    pattern: /driver resource was unavailable|concurrently collecting profiling data/i,
    code: 'remote.tool_failed',
    message: 'Another tool holds the performance counters. Pause DCGM with `dcgmi profile --pause`, end other profilers, and run again.',
  },
  {
    pattern: /out of memory/i,
    code: 'remote.out_of_memory',
    message: 'The GPU or the host ran out of memory while profiling. Use --replay-mode application, or profile fewer kernels or counters.',
  },
  {
    pattern: /profiling is not supported on/i,
    code: 'remote.tool_failed',
    message: 'This GPU cannot be profiled by this ncu: it needs compute capability 7.0 or more (nvprof reads older ones).',
  },
  {
    pattern: /driver is not compatible|driver version/i,
    code: 'remote.tool_failed',
    message: 'The driver does not fit this version of ncu: use the ncu of the CUDA version that the driver supports.',
  },
  {
    pattern: /failed to find metric|unknown metric|not a valid metric/i,
    code: 'remote.tool_failed',
    message: 'A counter that was asked for does not exist on this GPU: `ncu --query-metrics` lists those that do.',
  },
  {
    pattern: /application returned an error code/i,
    code: 'remote.tool_failed',
    message: 'The profiled program itself failed: run it without ncu first and read its own output.',
  },
]

const connected = /^==PROF== Connected to process (\d{1,10}) \((.{1,1000})\)\s*$/
const said = /^==(ERROR|WARNING)== (.{1,4000})$/

/** ncu's own `==PROF==`, `==WARNING==` and `==ERROR==` lines of one output. */
export class NcuMessages {
  private best: { rank: number; line: string } | null = null
  private noKernels: string | null = null
  private warning: string | null = null
  private program: string | null = null
  any = false

  read(line: string): void {
    if (!line.startsWith('==') || line.length > maxLineLength) return
    if (line.startsWith('==PROF==')) {
      this.any = true
      this.program ??= connected.exec(line)?.[2] ?? null
      return
    }
    const match = said.exec(line)
    if (!match) return
    this.any = true
    if (/No kernels were profiled/i.test(line)) this.noKernels ??= line
    else if (match[1] === 'ERROR' || causes[0]?.pattern.test(line)) this.readError(line)
    else this.warning ??= line
  }

  private readError(line: string): void {
    const found = causes.findIndex((cause) => cause.pattern.test(line))
    const rank = found < 0 ? causes.length : found
    if (this.best === null || rank < this.best.rank) this.best = { rank, line }
  }

  /** Problems and facts; `launches` kernels have values. */
  giveTo(reading: Reading, launches: number): void {
    setFacts(reading, { tool: 'ncu', ...(this.program === null ? {} : { program: this.program }) })
    if (this.best !== null) {
      const cause = causes[this.best.rank]
      const text = cause?.message ?? `ncu reported: ${quote(this.best.line)}`
      fail(reading, cause?.code ?? 'remote.tool_failed', text, this.best.line)
    }
    if (this.noKernels !== null && launches === 0) {
      warn(reading, 'no_kernels', 'ncu profiled no kernel.')
      const advice = 'ncu profiled no kernel: check --kernel-name, --launch-skip and, for child processes, --target-processes all.'
      fail(reading, 'parse.no_kernels', advice, this.noKernels)
    }
    if (this.warning !== null) warn(reading, 'ncu_warning', `ncu warned: ${quote(this.warning)}`)
  }
}
