import type { HcaModel } from '../hardware-model'
import { guidOf, lidOf } from '../sys-root'
import type { IbPort } from '../reports/ib-port'
import { printIbstat } from '../reports/ibstat'
import { printIbvDevinfo } from '../reports/ibv-devinfo'
import type { Tool, ToolContext } from './context'

const plainGuid = (hca: HcaModel, context: ToolContext): string => `0x${guidOf(hca, context.host.index).replaceAll(':', '')}`

/** The one port of a simulated HCA; lanes and speed are in the text that sysfs has. */
const portOf = (hca: HcaModel, context: ToolContext): IbPort => {
  const [, width, speed] = /\((\d+)X (\w+)\)/.exec(hca.rateText) ?? []
  const lanes = Number(width ?? 4)
  return {
    device: hca.name,
    port: 1,
    boardType: hca.boardType,
    firmware: hca.firmware,
    up: true,
    linkLayer: hca.linkLayer,
    width: lanes,
    laneGbps: hca.rateGbps / lanes,
    speed: speed ?? '',
    guid: plainGuid(hca, context),
    lid: hca.linkLayer === 'InfiniBand' ? lidOf(context.host.index) : 0,
  }
}

const isRequested = (args: string[], hca: HcaModel): boolean => {
  const words = args.filter((word) => !word.startsWith('-'))
  return words.length === 0 || words.includes(hca.name)
}

const noDevice = (context: ToolContext, message: string): number => {
  context.warn(message)
  return 255
}

/** ibstat [-l] [HCA]. */
export const ibstat: Tool = (args, context) => {
  const hcas = context.model.hcas.filter((hca) => isRequested(args, hca))
  if (hcas.length === 0)
    return noDevice(context, `ibpanic: [${process.pid}] main: stat of IB device '${args[0] ?? ''}' failed: No such file or directory`)
  if (args.includes('-l')) {
    context.print(hcas.map((hca) => hca.name).join('\n'))
    return 0
  }
  context.print(printIbstat(hcas.map((hca) => portOf(hca, context))))
  return 0
}

/** ibv_devinfo [-l] [-d HCA] [-v]. */
export const ibvDevinfo: Tool = (args, context) => {
  const hcas = context.model.hcas.filter((hca) => isRequested(args, hca))
  if (hcas.length === 0) return noDevice(context, `IB device '${args.at(-1) ?? ''}' wasn't found`)
  if (args.includes('-l')) {
    context.print([`${hcas.length} HCA${hcas.length === 1 ? '' : 's'} found:`, ...hcas.map((hca) => `\t${hca.name}`)].join('\n'))
    return 0
  }
  context.print(
    printIbvDevinfo(
      hcas.map((hca) => portOf(hca, context)),
      args.includes('-v'),
    ),
  )
  return 0
}

/** ibdev2netdev. */
export const ibdev2netdev: Tool = (_args, context) => {
  context.print(context.model.hcas.map((hca) => `${hca.name} port 1 ==> ${hca.interface} (Up)`).join('\n'))
  return 0
}
