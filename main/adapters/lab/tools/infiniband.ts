import type { HcaModel } from '../hardware-model'
import { guidOf, lidOf } from '../sys-root'
import type { Tool, ToolContext } from './context'

const plainGuid = (hca: HcaModel, context: ToolContext): string => `0x${guidOf(hca, context.host.index).replaceAll(':', '')}`

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
  const blocks = hcas.map((hca) =>
    [
      `CA '${hca.name}'`,
      `\tCA type: ${hca.boardType}`,
      '\tNumber of ports: 1',
      `\tFirmware version: ${hca.firmware}`,
      '\tHardware version: 0',
      `\tNode GUID: ${plainGuid(hca, context)}`,
      `\tSystem image GUID: ${plainGuid(hca, context)}`,
      '\tPort 1:',
      '\t\tState: Active',
      '\t\tPhysical state: LinkUp',
      `\t\tRate: ${hca.rateGbps}`,
      `\t\tBase lid: ${hca.linkLayer === 'InfiniBand' ? lidOf(context.host.index) : 0}`,
      '\t\tLMC: 0',
      '\t\tSM lid: 1',
      '\t\tCapability mask: 0xa651e848',
      `\t\tPort GUID: ${plainGuid(hca, context)}`,
      `\t\tLink layer: ${hca.linkLayer}`,
    ].join('\n'),
  )
  context.print(blocks.join('\n'))
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
  const blocks = hcas.map((hca) => {
    const guid = guidOf(hca, context.host.index)
    const mtu = hca.linkLayer === 'InfiniBand' ? '4096 (5)' : '1024 (3)'
    return [
      `hca_id:\t${hca.name}`,
      `\ttransport:\t\t\tInfiniBand (0)`,
      `\tfw_ver:\t\t\t\t${hca.firmware}`,
      `\tnode_guid:\t\t\t${guid}`,
      `\tsys_image_guid:\t\t\t${guid}`,
      '\tvendor_id:\t\t\t0x02c9',
      `\tvendor_part_id:\t\t\t${hca.boardType.replace('MT', '')}`,
      '\thw_ver:\t\t\t\t0x0',
      '\tphys_port_cnt:\t\t\t1',
      '\t\tport:\t1',
      '\t\t\tstate:\t\t\tPORT_ACTIVE (4)',
      '\t\t\tmax_mtu:\t\t4096 (5)',
      `\t\t\tactive_mtu:\t\t${mtu}`,
      '\t\t\tsm_lid:\t\t\t1',
      `\t\t\tport_lid:\t\t${hca.linkLayer === 'InfiniBand' ? lidOf(context.host.index) : 0}`,
      '\t\t\tport_lmc:\t\t0x00',
      `\t\t\tlink_layer:\t\t${hca.linkLayer}`,
      '',
    ].join('\n')
  })
  context.print(blocks.join('\n'))
  return 0
}

/** ibdev2netdev. */
export const ibdev2netdev: Tool = (_args, context) => {
  context.print(context.model.hcas.map((hca) => `${hca.name} port 1 ==> ${hca.interface} (Up)`).join('\n'))
  return 0
}
