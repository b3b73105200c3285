import type { Facts, ParseResult, Problem, Warning } from '../../preload/contract'
import { mergeResults, roleProblem } from '../_kit/outcome'
import type { RunOutput, RunReading } from '../_kit/probe'
import { chooseFlameTool } from './choice'
import { foldedStacks } from './formats/folded-stacks'
import type { FlameParams } from './params'

type Output = RunOutput<FlameParams>
type Role = Output['roles'][number]

/** Fewer samples leave shares uncertain by more than ten percentage points. */
const fewSamples = 100
/** A profiler that takes more of the program's processor time than this is part of what it shows. */
const heavyOverhead = 0.05
/** Looks that came late, as a share of all, from which the program held the interpreter lock often. */
const oftenLate = 0.1

const numberFacts = [
  'seconds',
  'samples_lost',
  'rate_reached_hz',
  'read_errors',
  'looks',
  'looks_late',
  'overhead_share',
  'command_exit_code',
] as const
const textFacts = ['event', 'ended_by', 'behind'] as const

const hostFacts = (facts: Readonly<Record<string, string>>): Facts => ({
  ...Object.fromEntries(
    numberFacts.flatMap((name) => {
      const value = Number(facts[name] || NaN)
      return Number.isFinite(value) ? [[name, value]] : []
    }),
  ),
  ...Object.fromEntries(textFacts.flatMap((name) => (facts[name] ? [[name, facts[name]]] : []))),
})

/** The program which left the stacks, when the plan's word is not the host's (a launch planned without an inventory). */
const toolOf = (output: Output, role: Role | undefined): string => {
  if (role?.facts['looks'] !== undefined) return 'sampler'
  if (role?.facts['read_errors'] !== undefined) return 'py-spy'
  if (role?.facts['samples_lost'] !== undefined || /clock|cycles/.test(role?.facts['event'] ?? '')) return 'perf'
  return chooseFlameTool(output.params, null)
}

const warningsOf = (facts: Facts, samples: number): Warning[] => {
  const number = (name: string): number => (typeof facts[name] === 'number' ? facts[name] : 0)
  const late = number('looks_late') / Math.max(1, number('looks') + number('looks_late'))
  const lost = number('samples_lost') / Math.max(1, samples + number('samples_lost'))
  const percent = (share: number): string => `${Number((share * 100).toPrecision(2))} %`
  return [
    ...(samples > 0 && samples < fewSamples
      ? [
          {
            code: 'few_samples',
            message: `The profile has ${samples} samples: a share of one half is uncertain by ${percent(1 / Math.sqrt(samples))}.`,
          },
        ]
      : []),
    ...(number('samples_lost') > 0
      ? [
          {
            code: 'samples_lost',
            message: `The kernel lost ${number('samples_lost')} samples (${percent(lost)}): lower rate_hz, or profile when the host is less busy.`,
          },
        ]
      : []),
    ...(facts['behind'] ? [{ code: 'sampling_behind', message: `py-spy fell ${String(facts['behind'])}: lower rate_hz.` }] : []),
    ...(late > oftenLate
      ? [
          {
            code: 'looks_late',
            message: `${percent(late)} of the looks came late, because the script held the interpreter lock: the time is laid to the Python function that was seen next.`,
          },
        ]
      : []),
    ...(number('overhead_share') > heavyOverhead
      ? [
          {
            code: 'heavy_profiler',
            message: `The sampler took ${percent(number('overhead_share'))} of the script's processor time: lower rate_hz.`,
          },
        ]
      : []),
  ]
}

const resultsOf = (role: Role | undefined): ParseResult[] => {
  const bytes = role?.files.get('stacks.folded')
  if (bytes === undefined || bytes.length === 0) return []
  const reader = foldedStacks.open()
  reader.push(bytes)
  return reader.end()
}

const tooLarge: Problem = {
  code: 'parse.too_large',
  message: 'The folded stacks are too large to be read: lower rate_hz or seconds, or call_graph fp.',
}

const nothingSampled = (output: Output): Problem => ({
  code: 'parse.no_rows',
  message: output.params.idle
    ? 'The profiler saw no stack of the program.'
    : 'The profiler saw the program use no processor time: it waited, or ended before the first sample. To see where it waits, set params.idle (py-spy, sampler).',
})

/** What one launch of the flame probe measured. */
export const readFlame = (output: Output): RunReading => {
  const role = output.roles.find((one) => one.role === 'profiler')
  const merged = mergeResults(resultsOf(role))
  const facts = hostFacts(role?.facts ?? {})
  const samples = merged.measurements.find(({ metric }) => metric === 'flame.samples')?.value ?? 0
  const tool = toolOf(output, role)
  return {
    tool: { name: tool, version: role?.facts['tool_version'] || null },
    facts: {
      ...merged.facts,
      profiler: tool,
      rate_hz: output.params.rate_hz,
      ...(tool === 'perf' ? { call_graph: output.params.call_graph } : { idle: output.params.idle }),
      ...facts,
    },
    measurements: merged.measurements,
    series: [],
    warnings: [...merged.warnings, ...warningsOf(facts, samples)],
    problem:
      roleProblem(role, 'The profiler') ??
      merged.problem ??
      (samples > 0 ? null : role?.files.has('stacks.folded') ? nothingSampled(output) : tooLarge),
    transportLog: null,
    expectedBytes: null,
  }
}
