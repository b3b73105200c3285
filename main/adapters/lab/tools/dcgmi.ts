import { activityOfGpu } from '../gpu-activity'
import { dmonFields, printDcgmiDmon, type ProfileSample } from '../reports/dcgmi-dmon'
import { normal, seededRandom, type Random } from '../random'
import type { GpuActivity } from '../simulated-time'
import { parseArguments, wholeNumber } from './arguments'
import type { Tool, ToolContext } from './context'
import { beginWatching, endWatching, isPaused, pauseProfiling, resumeProfiling } from './dcgm-state'
import { everyStep } from './watching'
import { idleW } from './nvidia-smi'

const spec = { values: { 'field-id': ['e'], delay: ['d'], count: ['c'] }, flags: { help: ['h'] } }
/** Fields from here on are profiling counters of the GPU, which one tool at a time may hold. */
const firstProfilingField = 1001
/** Warps that a training's kernels keep resident, of those that fit. */
const occupancyOfActive = 0.4

const share = (value: number): number => Math.min(1, Math.max(0, value))

const samplesOf = (context: ToolContext, random: Random, activity: GpuActivity | null): ProfileSample[] => {
  const { gpu } = context.model
  const paused = isPaused(context)
  return Array.from({ length: context.host.gpus }, (_, index) => {
    const own = activityOfGpu(activity, index)
    const counted = (value: number): number | null => (paused ? null : share(value * (1 + 0.01 * normal(random))))
    return {
      gpu: index,
      engineActive: counted(own?.util ?? 0),
      smActive: counted(own?.smActive ?? 0),
      tensorActive: counted(own?.tensorActive ?? 0),
      dramActive: counted(own?.dramActive ?? 0),
      occupancy: counted((own?.smActive ?? 0) * occupancyOfActive),
      powerW: idleW + (own?.power ?? 0) * (gpu.powerLimitW - idleW),
      smClockMHz: own?.smClockMHz ?? gpu.smClockMHz,
    }
  })
}

const dmon = async (args: string[], context: ToolContext): Promise<number> => {
  const parsed = parseArguments(args, spec)
  const everyMs = wholeNumber(parsed.options.get('delay'), 1000)
  const count = wholeNumber(parsed.options.get('count'), 0)
  const fields = (parsed.options.get('field-id') ?? '').split(',')
  const unknown = fields.find((field) => !Object.hasOwn(dmonFields, field))
  if (unknown !== undefined || parsed.unknown || !everyMs || count === null) {
    context.warn(unknown ? `Error: Unable to get field ${unknown}. Return: Bad parameter passed to function` : usage)
    return 1
  }
  const random = seededRandom(`${context.state.seed}/dcgmi/${context.host.name}`)
  const print = (activity: GpuActivity | null, isFirst: boolean): void => {
    const lines = printDcgmiDmon(samplesOf(context, random, activity), fields)
      .trimEnd()
      .split('\n')
    context.print((isFirst ? lines : lines.slice(2)).join('\n'))
  }
  const isProfiling = fields.some((field) => Number(field) >= firstProfilingField)
  if (isProfiling) beginWatching(context)
  try {
    print(null, true)
    return await everyStep(context, everyMs, (_, activity) => print(activity, false), count === 0 ? Infinity : count - 1)
  } finally {
    if (isProfiling) endWatching(context)
  }
}

const usage = 'Usage: dcgmi dmon -e <fieldIds> [-d <milliseconds>] [-c <count>]\n       dcgmi profile --pause | --resume'

/** dcgmi: what the GPUs do (dmon), and whether DCGM holds their profiling counters (profile). */
export const dcgmi: Tool = (args, context) => {
  const [verb, ...rest] = args
  if (verb === 'dmon') return dmon(rest, context)
  if (verb === 'profile' && rest.length === 1 && (rest[0] === '--pause' || rest[0] === '--resume')) {
    if (rest[0] === '--pause') pauseProfiling(context)
    else resumeProfiling(context)
    context.print(`Successfully ${rest[0] === '--pause' ? 'paused' : 'resumed'} profiling.`)
    return 0
  }
  context.warn(usage)
  return 1
}
