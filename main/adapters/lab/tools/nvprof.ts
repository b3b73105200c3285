import { writeFileSync } from 'node:fs'
import { gpuFigures } from '../gpu-figures'
import { nvprofCounterNames, nvprofCounters, type SeenLaunch } from '../nvprof-counters'
import { iterationFactors } from '../random'
import { printNvprofMetricsCsv, printNvprofNotPermitted, printNvprofTraceCsv, type NvprofRun, type TracedActivity } from '../reports/nvprof'
import { kernelUs, stepOf, trainingKernelsOf } from '../training-kernels'
import { optionOf, runCommand, splitCommand } from './command-line'
import { beginLaunch, type Tool, type ToolContext } from './context'
import { playProgram, playReplays } from './replays'

export const NVPROF_VERSION = '11.4.120 (21)'
const failed = 1
/** Training steps of the profiled program. */
const steps = 3
const withValue = new Set(['--log-file', '--kernels', '--metrics', '--events', '-m', '-o', '--devices'])
const betweenLaunchesUs = 1.4

const runOf = (context: ToolContext): NvprofRun => ({
  process: process.pid,
  command: 'simulated-gpt',
  device: `${context.model.gpu.name} (0)`,
})

const queryText = ({ model }: ToolContext): string =>
  [
    'Available Metrics:',
    `${'Name'.padStart(40)}   Description`,
    `Device 0 (${model.gpu.name}):`,
    ...nvprofCounterNames.map(({ name, description }) => `${name.padStart(40)}:  ${description}`),
  ].join('\n')

/** Every launch of the program, with the noise of this run of it. */
const seenLaunches = (context: ToolContext, filter: RegExp | null): SeenLaunch[] => {
  const { factor, random } = beginLaunch(context, 'nvprof')
  const figures = gpuFigures[context.model.preset]
  const step = stepOf(trainingKernelsOf(context.model.preset))
  return iterationFactors(random, steps).flatMap((stepFactor) =>
    step
      .filter(({ name }) => filter === null || filter.test(name))
      .map((kernel) => ({ kernel, us: kernelUs(figures, context.model.gpu.smClockMHz, kernel) * factor * stepFactor })),
  )
}

const traceOf = (launches: readonly SeenLaunch[]): TracedActivity[] => {
  let atUs = 1000
  return launches.map(({ kernel, us }) => {
    const startNs = Math.round(atUs * 1000)
    atUs += us + betweenLaunchesUs
    return {
      name: kernel.name,
      startNs,
      durationNs: Math.round(us * 1000),
      grid: [kernel.grid, 1, 1],
      block: [kernel.block.threads, 1, 1],
      registersPerThread: kernel.block.registersPerThread,
      sharedBytes: kernel.block.sharedBytes,
      copiedBytes: null,
    }
  })
}

const profile = async (args: string[], context: ToolContext): Promise<number> => {
  const { own, command } = splitCommand(args, withValue)
  const run = runOf(context)
  const code = await runCommand(context, command)
  if (code !== 0) {
    context.warn(`==${run.process}== Error: Application returned non-zero code ${code}`)
    return code
  }
  const put = (text: string): void => {
    const path = optionOf(own, '--log-file')
    if (path === undefined) context.print(text.trimEnd())
    else writeFileSync(path.replaceAll('%p', String(run.process)).replaceAll('%h', context.host.name), text)
  }
  const pattern = optionOf(own, '--kernels')
  const launches = seenLaunches(context, pattern === undefined ? null : new RegExp(pattern))
  const kernels = launches.map(({ kernel }) => kernel)
  const asked = optionOf(own, '--metrics', '-m')
  if (asked === undefined) {
    await playProgram(context, kernels, 1)
    put(printNvprofTraceCsv(run, traceOf(launches)))
    return 0
  }
  if (context.state.faults.lockedCounters) {
    put(printNvprofNotPermitted(run))
    return 0
  }
  const names = asked.split(',')
  await playReplays(context, kernels, names.length, context.model.gpu.smClockMHz)
  put(printNvprofMetricsCsv(run, nvprofCounters(gpuFigures[context.model.preset], launches, names)))
  return 0
}

/** nvprof: launches and counters of a GPT's training from the hardware model, in CSV, on GPUs below compute capability 8.0; on others it refuses. */
export const nvprof: Tool = (args, context) => {
  if (Number(context.model.gpu.computeCapability) >= 8) {
    context.warn(
      `======== Warning: nvprof is not supported on devices with compute capability 8.0 and higher.\n                  Use NVIDIA Nsight Systems for GPU tracing and CPU sampling and NVIDIA Nsight Compute for GPU profiling.\n                  Refer https://developer.nvidia.com/tools-overview for more details.`,
    )
    return failed
  }
  if (args.includes('--query-metrics')) {
    context.print(queryText(context))
    return 0
  }
  if (!args.includes('--csv')) {
    context.warn('======== Error: this simulated nvprof prints CSV only: add --csv.')
    return failed
  }
  return profile(args, context)
}
