import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { activityOf, keepGpusBusy, trainingMemoryMiB, withExposedCollectives } from '../gpu-activity'
import { gpuFigures } from '../gpu-figures'
import type { LinkModel } from '../hardware-model'
import { printNsysStats, type NsysEntry, type NsysProfile } from '../reports/nsys'
import { printNsysSql } from '../reports/nsys-sqlite'
import { printNsysTrace } from '../reports/nsys-trace'
import { kernelUs, stepOf, trainingKernelsOf } from '../training-kernels'
import { bucketBytes, bucketsPerStep, recordTraining, type TrainingJob, type TrainingRecording } from '../training-timeline'
import { wireBytes } from '../hardware-model'
import { optionOf, runCommand, splitCommand } from './command-line'
import { beginLaunch, routeOf, type Tool, type ToolContext } from './context'
import { matchesList } from './nccl-transport'

export const NSYS_VERSION = '2024.5.1.113-245134619542v0'
const failed = 1
const steps = 3
const withValue = new Set(['-t', '-o', '-f', '-r', '--trace', '--output', '--format', '--report', '--force-overwrite'])

/** The link that NCCL would take: verbs unless the environment says sockets. */
const linkOfEnvironment = (context: ToolContext): LinkModel => {
  const { env, model } = context
  const hca = model.hcas.find(({ name }) => !env['NCCL_IB_HCA'] || matchesList(env['NCCL_IB_HCA'], name))
  if (env['NCCL_NET'] !== 'Socket' && hca) return routeOf(context, 'verbs', hca.name)
  const list = env['NCCL_SOCKET_IFNAME']
  const socket = model.interfaces.find(({ name }) => !list || matchesList(list, name)) ?? model.interfaces[0]
  return routeOf(context, 'socket', socket?.name ?? 'eth0')
}

const whole = (text: string | undefined): number => Math.max(1, Number(text ?? 1) || 1)

/** The GPUs, and the link, work for as long as the recording says. */
const playTraining = async (context: ToolContext, recording: TrainingRecording, { devices, nodes, link }: TrainingJob): Promise<void> => {
  const { model } = context
  const figures = gpuFigures[model.preset]
  const own = recording.events.filter(({ device }) => device === 0)
  const wallUs = Math.max(...own.map(({ startNs, durationNs }) => startNs + durationNs)) / 1000
  const stepKernels = stepOf(trainingKernelsOf(model.preset))
  const launches = Array.from({ length: steps }, () => stepKernels)
    .flat()
    .map((kernel) => ({ kernel, us: kernelUs(figures, model.gpu.smClockMHz, kernel) }))
  const computing = activityOf(figures, launches, wallUs, model.gpu.smClockMHz, trainingMemoryMiB(figures))
  const gpu = nodes * devices > 1 ? withExposedCollectives(computing, 1 - computing.util) : computing
  const bytes = steps * bucketsPerStep * wireBytes('all_reduce', bucketBytes, devices * nodes, nodes)
  await keepGpusBusy(context, {
    seconds: wallUs / 1e6,
    gpu: { ...gpu, gpus: devices },
    ...(nodes > 1 ? { traffic: { device: link.device, bytes } } : {}),
  })
}

const record = async (context: ToolContext): Promise<TrainingRecording> => {
  const { factor, random } = beginLaunch(context, 'nsys')
  const devices = Math.min(context.host.gpus, whole(context.env['HR_RANKS']))
  const nodes = Math.max(1, Math.round(whole(context.env['HR_WORLD']) / devices))
  const job = { devices, nodes, link: linkOfEnvironment(context), steps }
  const recording = recordTraining(context.model, job, factor, random)
  await playTraining(context, recording, job)
  return recording
}

const profile = async (args: string[], context: ToolContext): Promise<number> => {
  const { own, command } = splitCommand(args, withValue)
  const code = await runCommand(context, command)
  if (code !== 0) {
    context.print(`The target application returned non-zero exit code ${code}`)
    return code
  }
  const path = `${optionOf(own, '-o', '--output') ?? 'report1'}.nsys-rep`
  writeFileSync(path, JSON.stringify(await record(context)))
  context.print(`Generated:\n    ${path}`)
  return 0
}

const readRecording = (path: string | undefined): TrainingRecording | null =>
  path !== undefined && existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as TrainingRecording) : null

/** Makes the database by the SQLite of the machine's Python: the lab has none of its own. */
const build = [
  'import sqlite3, sys',
  'db = sqlite3.connect(sys.argv[1])',
  // One transaction: each row by itself would be forced to the disk.
  'db.executescript("PRAGMA synchronous = OFF; BEGIN;" + sys.stdin.read() + "COMMIT;")',
].join('\n')

const exportTo = async (args: string[], context: ToolContext): Promise<number> => {
  const { own, command } = splitCommand(args, withValue)
  const recording = readRecording(command[0])
  const path = optionOf(own, '-o', '--output')
  if (recording === null || path === undefined) {
    context.warn(`ERROR: Export error: ${command[0] ?? 'no file'} could not be read.`)
    return failed
  }
  rmSync(path, { force: true })
  return runCommand(
    context,
    ['python3', '-c', build, path],
    printNsysSql(recording.events, { gpu: context.model.gpu.name, ranges: recording.ranges }),
  )
}

const entriesOf = (named: readonly { name: string; durationNs: number }[], bytes?: number): NsysEntry[] =>
  [...Map.groupBy(named, ({ name }) => name)].map(([name, group]) => ({
    name,
    timesNs: group.map(({ durationNs }) => durationNs),
    ...(bytes === undefined ? {} : { bytes: group.map(() => bytes) }),
  }))

const profileOf = ({ events, ranges }: TrainingRecording): NsysProfile => ({
  kernels: entriesOf(events.filter(({ kind }) => kind === 'kernel')),
  copies: entriesOf(
    events.filter(({ kind }) => kind === 'copy'),
    2 ** 20,
  ),
  apiCalls: [],
  ranges: entriesOf(ranges.map((range) => ({ ...range, name: `:${range.name}` }))),
})

const stats = (args: string[], context: ToolContext): number => {
  if (args.includes('--help-reports')) {
    context.print(
      'The following built-in reports are available:\n\n  cuda_gpu_kern_sum -- CUDA GPU Kernel Summary\n  cuda_gpu_trace -- CUDA GPU Trace',
    )
    return 0
  }
  const { own, command } = splitCommand(args, withValue)
  const recording = readRecording(command[0])
  if (recording === null) {
    context.warn(`ERROR: ${command[0] ?? 'no file'} could not be read.`)
    return failed
  }
  const wantsTrace = optionOf(own, '-r', '--report') === 'cuda_gpu_trace'
  context.print((wantsTrace ? printNsysTrace(recording.events) : printNsysStats(profileOf(recording), 'csv')).trimEnd())
  return 0
}

/** nsys: records the training of a GPT computed from the hardware model, exports it as SQLite, prints its reports. */
export const nsys: Tool = (args, context) => {
  const [verb, ...rest] = args
  if (verb === 'profile') return profile(rest, context)
  if (verb === 'export') return exportTo(rest, context)
  if (verb === 'stats') return stats(rest, context)
  context.warn('usage: nsys [--version] <command> [<args>]')
  return failed
}
