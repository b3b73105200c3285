import { gpuFigures } from '../gpu-figures'
import type { LinkModel } from '../hardware-model'
import { findHost, type LabHostState } from '../state'
import { describeNoRoom, gpuRoom } from '../zero/gpu-room'
import { memoryOf } from '../zero/memory'
import { ratesOf, unitsOf } from '../zero/model'
import { scheduleOf } from '../zero/schedule'
import { readSettings, type ZeroSettings } from '../zero/settings'
import { beginLaunch, launchOf, pause, type Tool, type ToolContext } from './context'
import { hostMeeting, joinMeeting } from './meeting'
import { ncclLog } from './nccl-log'
import { chooseTransport, type NcclTransport } from './nccl-transport'
import { train, writeHeaders } from './zero-job'

const failed = 1
/** As rank_process.py's watchdog ends a rank that waits for ever. */
const stalled = 75
const toolName = 'zero_bench.py'
/** GPUs of one kind differ a little. */
const rankSpread = 0.004

/** What the nodes of a job agree on before they train. */
interface Agreement {
  launch: number
  /** Lab hosts by node. */
  hosts: string[]
  /** Device of the link that all took; null: they took different ones. */
  device: string | null
}

interface Self {
  node: number
  host: string
  device: string
}

const agree = (context: ToolContext, settings: ZeroSettings, device: string): Promise<Agreement | null> => {
  const { env } = context
  const meeting = {
    tool: toolName,
    address: env['HR_MASTER_ADDRESS'] ?? '',
    port: Number(env['HR_MASTER_PORT']),
    patienceMs: 1000 * Number(env['HR_STALL_SECONDS'] ?? 300),
  }
  const self: Self = { node: settings.node, host: context.host.name, device }
  if (settings.node > 0) return joinMeeting<Agreement>(context, meeting, self)
  return hostMeeting<Self, Agreement>(context, meeting, settings.world / settings.ranks - 1, (others) => {
    const all = [self, ...others].sort((left, right) => left.node - right.node)
    return {
      launch: beginLaunch(context, 'zero').launch,
      hosts: all.map(({ host }) => host),
      device: all.every((one) => one.device === device) ? device : null,
    }
  })
}

const printNcclLog = (context: ToolContext, hosts: LabHostState[], transport: NcclTransport): void => {
  if (context.env['NCCL_DEBUG']?.toUpperCase() !== 'INFO') return
  const own = ncclLog(context, { hosts }, transport).filter((line) => line.startsWith(`${context.host.name}:`))
  context.print(own.join('\n'))
}

const hostsOfRanks = (context: ToolContext, settings: ZeroSettings, names: readonly string[]): LabHostState[] =>
  names.flatMap((name) => Array.from({ length: settings.ranks }, () => findHost(context.state, name)?.host ?? context.host))

/** This host's ranks of Headroom's training benchmark, all in one process: times, bytes and memory are computed from the hardware model. */
export const zeroBench: Tool = async (_args, context) => {
  const settings = readSettings(context.env)
  if (typeof settings === 'string') {
    context.warn(`zero_bench: ${settings}`)
    return failed
  }
  if (settings.ranks > context.host.gpus) {
    context.warn(`RuntimeError: CUDA error: invalid device ordinal (${settings.ranks} ranks, ${context.host.gpus} GPUs)`)
    return failed
  }
  const transport = chooseTransport(context, { hosts: [context.host], forwarded: null })
  if ('failure' in transport) {
    context.print(transport.log.join('\n'))
    context.warn(`torch.distributed.DistBackendError: NCCL error: ${transport.failure}`)
    return failed
  }
  const agreement = await agree(context, settings, transport.link.device)
  if (agreement === null) {
    context.warn(
      settings.node === 0
        ? 'zero_bench: rank 0 made no progress while waiting for the other ranks'
        : 'torch.distributed.DistNetworkError: The client socket has failed to connect: Connection refused',
    )
    return settings.node === 0 ? stalled : failed
  }
  const hosts = hostsOfRanks(context, settings, agreement.hosts)
  if (agreement.device === null && agreement.hosts.length > 1) {
    context.warn(
      'torch.distributed.DistBackendError: NCCL error: remote process exited or there was a network error (the ranks chose different networks)',
    )
    return failed
  }
  printNcclLog(context, hosts, transport)
  return runRanks(context, settings, agreement, transport.link)
}

const runRanks = async (context: ToolContext, settings: ZeroSettings, { launch, hosts }: Agreement, link: LinkModel): Promise<number> => {
  const { model } = context
  const rates = ratesOf(gpuFigures[model.preset], model.gpu.smClockMHz, settings.dtype)
  const units = unitsOf(settings, rates)
  const parameters = units.reduce((sum, unit) => sum + unit.parameters, 0)
  const schedule = scheduleOf(settings, rates)
  const memory = memoryOf(schedule, gpuRoom(model))
  if ('triedBytes' in memory) {
    // The header comes after the model and before the first step.
    if (memory.training) writeHeaders(context, settings, parameters)
    context.warn(describeNoRoom(model, memory, settings.rankOffset))
    return failed
  }
  writeHeaders(context, settings, parameters)
  const { factor, random } = launchOf(context, 'zero', launch)
  const ranks = Array.from({ length: settings.world }, () => 1 + rankSpread * random())
  await pause(20)
  await train(context, { settings, schedule, memory, link, factor, random, ranks, nodes: hosts.length })
  return 0
}
