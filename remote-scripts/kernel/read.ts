import type { Facts, ParseResult, Problem, Warning } from '../../preload/contract'
import { mergeResults, roleProblem, textOf } from '../_kit/outcome'
import type { RunOutput, RunReading, StreamFormat } from '../_kit/probe'
import { ncuConsole } from './ncu/console-format'
import { ncuCsv } from './ncu/csv-format'
import { nvprof, nvprofOf } from './nvprof/format'
import type { KernelParams } from './params'

type Output = RunOutput<KernelParams>
type Role = Output['roles'][number]

const through = (format: Pick<StreamFormat, 'open'>, bytes: Uint8Array | undefined): ParseResult[] => {
  if (bytes === undefined) return []
  const reader = format.open()
  reader.push(bytes)
  return reader.end()
}

/** What ncu said about itself between the lines of the program, on either stream. That there is no table tells nothing: it is in a file. */
const saidByNcu = (role: Role | undefined): Problem | null => {
  const text = `${textOf(role, 'stdout') ?? ''}\n${textOf(role, 'stderr') ?? ''}\n`
  const own = text
    .split('\n')
    .filter((line) => line.startsWith('=='))
    .join('\n')
  const problems = through(ncuConsole, new TextEncoder().encode(`${own}\n`)).flatMap(({ problem }) => problem ?? [])
  return problems.find(({ code }) => code.startsWith('remote.') || code === 'parse.no_kernels') ?? null
}

/** nvprof takes the filter for counters alone. Null: it is an expression that only nvprof could read. */
const filterOf = ({ kernel_filter: filter }: KernelParams): RegExp | null => {
  try {
    return new RegExp(filter)
  } catch {
    return null
  }
}

const resultsOf = (role: Role | undefined, filter: RegExp | null): ParseResult[] => [
  ...through(ncuCsv, role?.files.get('ncu.csv')),
  ...through(
    nvprofOf((kernel) => filter?.test(kernel) ?? true),
    role?.files.get('nvprof-trace.csv'),
  ),
  ...through(nvprof, role?.files.get('nvprof-metrics.csv')),
]

const words = (text: string | undefined): string[] => (text ?? '').split(' ').filter((word) => word !== '')

const factsOf = (facts: Readonly<Record<string, string>>): Facts => ({
  ...(facts['clock_control'] === undefined ? {} : { clock_control: facts['clock_control'] }),
  ...(facts['dcgm'] === undefined ? {} : { dcgm: facts['dcgm'] }),
  ...(facts['counters_missing'] === undefined ? {} : { counters_missing: words(facts['counters_missing']).slice(0, 200) }),
})

const warningsOf = ({ params }: Output, facts: Readonly<Record<string, string>>, isNvprof: boolean): Warning[] => {
  const missing = words(facts['counters_missing'])
  const warnings: Warning[] = []
  if (missing.length > 0)
    warnings.push({
      code: 'counters_missing',
      message: `${missing.length} counters do not exist on this GPU: ${missing.slice(0, 20).join(', ')}.`,
    })
  if (facts['clock_control'] === 'base')
    warnings.push({ code: 'clocks_locked', message: 'ncu locked the base clock while it profiled: times are longer than in production.' })
  if (facts['dcgm']?.startsWith('not paused')) warnings.push({ code: 'dcgm_not_paused', message: `DCGM was ${facts['dcgm']}.` })
  if (isNvprof && (params.launch_skip > 0 || params.launch_count > 0))
    warnings.push({
      code: 'window_ignored',
      message: 'nvprof knows no window of launches: all launches of the chosen kernels were profiled.',
    })
  if (isNvprof && filterOf(params) === null)
    warnings.push({
      code: 'filter_not_read',
      message: `The trace holds all kernels: "${params.kernel_filter}" is no regular expression that can be applied to it. The counters are of those that nvprof matched.`,
    })
  return warnings
}

/** What one launch of the kernel probe measured. */
export const readKernel = (output: Output): RunReading => {
  const role = output.roles.find((one) => one.role === 'profiler')
  const isNvprof = [...(role?.files.keys() ?? [])].some((name) => name.startsWith('nvprof-'))
  const merged = mergeResults(resultsOf(role, filterOf(output.params)))
  const { kernel_filter: asked } = output.params
  const kernel = asked === '' ? 'any kernel' : `a kernel whose name matches "${asked}"`
  const nothing: Problem | null =
    merged.measurements.length === 0 ? { code: 'parse.no_kernels', message: `The profiler left no counter of ${kernel}.` } : null
  const facts = role?.facts ?? {}
  return {
    tool: { name: isNvprof ? 'nvprof' : 'ncu', version: facts['tool_version'] || (merged.tool?.version ?? null) },
    facts: { ...merged.facts, ...factsOf(facts) },
    measurements: merged.measurements,
    series: [],
    warnings: [...merged.warnings, ...warningsOf(output, facts, isNvprof)],
    problem: (isNvprof ? null : saidByNcu(role)) ?? roleProblem(role, 'The profiled command') ?? merged.problem ?? nothing,
    transportLog: null,
    expectedBytes: null,
  }
}
