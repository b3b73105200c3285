import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { gpuFigures } from '../gpu-figures'
import { launchCounters } from '../launch-counters'
import { iterationFactors } from '../random'
import { printNcuNotPermitted } from '../reports/ncu'
import { printNcuProgress, printNcuRawCounters, type RawLaunch } from '../reports/ncu-raw'
import { kernelUs, stepOf, trainingKernelsOf, type TrainingKernel } from '../training-kernels'
import { optionOf, runCommand, splitCommand } from './command-line'
import { beginLaunch, type Tool, type ToolContext } from './context'
import { holdsCounters } from './dcgm-state'
import { playProgram, playReplays } from './replays'

export const NCU_VERSION = '2024.1.1.0'
const failed = 1
/** Training steps of the profiled program, beside the launches that are replayed. */
const programSteps = 10
const withValue = new Set([
  '-o',
  '-k',
  '-s',
  '-c',
  '--export',
  '--launch-skip',
  '--launch-count',
  '--clock-control',
  '--metrics',
  '--target-processes',
  '-i',
  '--page',
  '--print-units',
])

interface Report {
  process: { id: number; name: string }
  computeCapability: string
  launches: RawLaunch[]
}

const isHopper = (context: ToolContext): boolean => Number(context.model.gpu.computeCapability) >= 9

const countersOf = (context: ToolContext, kernel: TrainingKernel, smMHz: number, factor: number): RawLaunch['counters'] => {
  const figures = gpuFigures[context.model.preset]
  const clocks = { smMHz, memoryMHz: context.model.gpu.memoryClockMHz }
  return launchCounters(figures, clocks, kernel, kernelUs(figures, smMHz, kernel) * factor, isHopper(context))
}

const baseName = (counter: string): string => counter.split('.')[0] ?? ''

/** Counters of this chip: those that the model knows. */
const knownCounters = (context: ToolContext): string[] =>
  Object.keys(countersOf(context, trainingKernelsOf(context.model.preset).adam, 1000, 1))

const queryText = (context: ToolContext): string => {
  const names = [...new Set(knownCounters(context).map(baseName))].filter((name) => !name.startsWith('launch__')).sort()
  const line = (name: string): string => `${name.padEnd(72)} Counter         (simulated)`
  return [
    `Device ${context.model.gpu.name}`,
    '-'.repeat(90),
    `${'Metric Name'.padEnd(72)} Metric Type     Metric Description`,
    '-'.repeat(90),
    ...names.map(line),
  ].join('\n')
}

/** The launches of one training step after the other, those that the filter lets through; from `skip` on. */
const chosenKernels = (step: readonly TrainingKernel[], filter: RegExp | null, skip: number, count: number): TrainingKernel[] => {
  const matching = step.filter(({ name }) => filter === null || filter.test(name))
  return Array.from({ length: count }, (_, index) => matching[(skip + index) % matching.length]).filter((kernel) => kernel !== undefined)
}

const profile = async (own: string[], command: string[], context: ToolContext): Promise<number> => {
  const process = { id: globalThis.process.pid, name: 'simulated-gpt' }
  const run = { process, computeCapability: context.model.gpu.computeCapability }
  if (context.state.faults.lockedCounters) {
    context.print(printNcuNotPermitted({ ...run, launches: [] }))
    return failed
  }
  if (holdsCounters(context)) {
    context.print(
      '==ERROR== Profiling failed because a driver resource was unavailable. Ensure that no other tool (like DCGM) is concurrently collecting profiling data. See https://docs.nvidia.com/nsight-compute/ProfilingGuide/index.html#faq for more details.',
    )
    return failed
  }
  const asked = (optionOf(own, '--metrics') ?? '').split(',').filter((name) => name !== '')
  const unknown = asked.filter((name) => !knownCounters(context).includes(name))
  if (unknown.length > 0) {
    context.print(`==ERROR== Failed to find metric ${unknown[0]}`)
    return failed
  }
  const code = await runCommand(context, command)
  if (code !== 0) {
    context.print(`==ERROR== The application returned an error code (${code}).`)
    return code
  }
  const { factor, random } = beginLaunch(context, 'ncu')
  const pattern = optionOf(own, '-k', '--kernel-name')
  const step = stepOf(trainingKernelsOf(context.model.preset))
  const kernels = chosenKernels(
    step,
    pattern === undefined ? null : new RegExp(pattern.replace(/^regex:/, '')),
    Number(optionOf(own, '-s', '--launch-skip') ?? 0),
    Number(optionOf(own, '-c', '--launch-count') ?? 200),
  )
  const smMHz = optionOf(own, '--clock-control') === 'none' ? context.model.gpu.smClockMHz : gpuFigures[context.model.preset].baseClockMHz
  await playProgram(context, step, programSteps)
  await playReplays(context, kernels, asked.length, smMHz)
  const factors = iterationFactors(random, kernels.length)
  const launches = kernels.map((kernel, index): RawLaunch => {
    const counters = countersOf(context, kernel, smMHz, factor * (factors[index] ?? 1))
    const kept = Object.entries(counters).filter(([name]) => asked.includes(name))
    return { kernel: kernel.name, grid: [kernel.grid, 1, 1], block: [kernel.block.threads, 1, 1], counters: Object.fromEntries(kept) }
  })
  const report = `${optionOf(own, '-o', '--export') ?? 'report'}.ncu-rep`
  if (launches.length > 0) writeFileSync(report, JSON.stringify({ ...run, launches } satisfies Report))
  context.print(printNcuProgress(process, launches, report))
  return 0
}

/** ncu: what this chip counts, launches of a GPT's training computed from the hardware model, and the raw page of a report. */
export const ncu: Tool = async (args, context) => {
  if (args.includes('--query-metrics')) {
    context.print(queryText(context))
    return 0
  }
  const { own, command } = splitCommand(args, withValue)
  const imported = optionOf(own, '-i', '--import')
  if (imported === undefined) return profile(own, command, context)
  if (!existsSync(imported)) {
    context.print(`==ERROR== Failed to open report file ${imported}`)
    return failed
  }
  context.print(printNcuRawCounters(JSON.parse(readFileSync(imported, 'utf8')) as Report).trimEnd())
  return 0
}
