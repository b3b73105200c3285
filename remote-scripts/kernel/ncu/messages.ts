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
    pattern: /cannot lock (?:GPU )?clock/i,
    code: 'remote.tool_failed',
    message: 'ncu cannot lock the clocks of this GPU (a part of one, under MIG): use --clock-control none.',
  },
]

const programFailed = /application returned an error code/i
/** Errors that follow from others, the nearest to the cause first: ncu ends the program that it cannot profile. */
const consequences = [
  /Failed to profile "/i,
  programFailed,
  /An error occurred while trying to profile|An error was reported by the driver/i,
]

const connected = /^==PROF== Connected to process (\d{1,10}) \((.{1,1000})\)\s*$/
const said = /^==(ERROR|WARNING)== (.{1,4000})$/
const begun = /^==PROF== Profiling "(.{1,1000}?)"(?: - \d{1,9})?(?:: | \(\d)/

/** ncu's own `==PROF==`, `==WARNING==` and `==ERROR==` lines of one output. */
export class NcuMessages {
  private best: { rank: number; line: string } | null = null
  private noKernels: string | null = null
  private warning: string | null = null
  private program: string | null = null
  private report: string | null = null
  /** The `Profiling` line of the last kernel; null once ncu let go of the program. */
  private open: string | null = null
  any = false

  read(line: string): void {
    if (!line.startsWith('==') || line.length > maxLineLength) return
    if (line.startsWith('==PROF==')) {
      this.any = true
      this.program ??= connected.exec(line)?.[2] ?? null
      this.readProgress(line)
      return
    }
    const match = said.exec(line)
    if (!match) return
    this.any = true
    if (/No kernels were profiled/i.test(line)) this.noKernels ??= line
    else if (match[1] === 'ERROR' || causes[0]?.pattern.test(line)) this.readError(line)
    else this.warning ??= line
  }

  private readProgress(line: string): void {
    if (begun.test(line)) this.open = line
    else if (line.startsWith('==PROF== Disconnected')) this.open = null
    else if (line.startsWith('==PROF== Report: ')) this.report ??= line
  }

  private readError(line: string): void {
    const found = causes.findIndex((cause) => cause.pattern.test(line))
    const rank = found >= 0 ? found : causes.length + 1 + consequences.findIndex((pattern) => pattern.test(line))
    if (this.best === null || rank < this.best.rank) this.best = { rank, line }
  }

  /** Problems and facts; `launches` kernels have values. */
  giveTo(reading: Reading, launches: number): void {
    setFacts(reading, { tool: 'ncu', ...(this.program === null ? {} : { program: this.program }) })
    if (this.best !== null) {
      const { rank, line } = this.best
      const cause = causes[rank]
      if (cause) fail(reading, cause.code, cause.message, line)
      else if (programFailed.test(line))
        fail(reading, 'remote.tool_failed', 'The profiled program itself failed: run it without ncu first and read its own output.', line)
      else fail(reading, 'remote.tool_failed', `ncu reported: ${quote(line)}`, line)
    }
    if (this.noKernels !== null && launches === 0) {
      warn(reading, 'no_kernels', 'ncu profiled no kernel.')
      const advice = 'ncu profiled no kernel: check --kernel-name, --launch-skip and, for child processes, --target-processes all.'
      fail(reading, 'parse.no_kernels', advice, this.noKernels)
    }
    if (this.warning !== null) warn(reading, 'ncu_warning', `ncu warned: ${quote(this.warning)}`)
  }

  /** Why there is no table, where no error says so. */
  giveMissing(reading: Reading): void {
    const kernel = begun.exec(this.open ?? '')?.[1]
    if (this.report !== null)
      fail(
        reading,
        'parse.no_rows',
        'ncu wrote its result to a report: export it with `ncu --import FILE --csv --page raw --print-units base`.',
        this.report,
      )
    else if (kernel === undefined)
      fail(
        reading,
        'parse.no_rows',
        'ncu printed no table here, only its messages: its figures are in a report or in the file of --log-file.',
      )
    else
      fail(
        reading,
        'parse.truncated',
        `The output ends while ncu was profiling "${quote(kernel)}". A kernel that waits for others hangs when it is replayed alone: leave it out with --kernel-name, or use --replay-mode application or range.`,
        this.open ?? undefined,
      )
  }
}
