import { byDevice, type IbPort } from './ib-port'

const colons = (guid: string): string => guid.replace('0x', '').replace(/(.{4})(?=.)/g, '$1:')

const portText = (port: IbPort, verbose: boolean): string[] => [
  `\t\tport:\t${port.port}`,
  `\t\t\tstate:\t\t\t${port.up ? 'PORT_ACTIVE (4)' : 'PORT_DOWN (1)'}`,
  '\t\t\tmax_mtu:\t\t4096 (5)',
  `\t\t\tactive_mtu:\t\t${port.linkLayer === 'InfiniBand' ? '4096 (5)' : '1024 (3)'}`,
  '\t\t\tsm_lid:\t\t\t1',
  `\t\t\tport_lid:\t\t${port.lid}`,
  '\t\t\tport_lmc:\t\t0x00',
  `\t\t\tlink_layer:\t\t${port.linkLayer}`,
  ...(verbose
    ? [
        '\t\t\tmax_msg_sz:\t\t0x40000000',
        `\t\t\tactive_width:\t\t${port.width}X (2)`,
        `\t\t\tactive_speed:\t\t${port.laneGbps.toFixed(1)} Gbps (32)`,
        `\t\t\tphys_state:\t\t${port.up ? 'LINK_UP (5)' : 'POLLING (2)'}`,
      ]
    : []),
]

/** `ibv_devinfo`, with `verbose` as `-v`. */
export const printIbvDevinfo = (ports: readonly IbPort[], verbose: boolean): string =>
  byDevice(ports)
    .map(([device, own]) =>
      [
        `hca_id:\t${device}`,
        '\ttransport:\t\t\tInfiniBand (0)',
        `\tfw_ver:\t\t\t\t${own[0]?.firmware ?? ''}`,
        `\tnode_guid:\t\t\t${colons(own[0]?.guid ?? '')}`,
        `\tsys_image_guid:\t\t\t${colons(own[0]?.guid ?? '')}`,
        '\tvendor_id:\t\t\t0x02c9',
        `\tvendor_part_id:\t\t\t${(own[0]?.boardType ?? '').replace('MT', '')}`,
        '\thw_ver:\t\t\t\t0x0',
        `\tphys_port_cnt:\t\t\t${own.length}`,
        ...own.flatMap((port) => portText(port, verbose)),
        '',
      ].join('\n'),
    )
    .join('\n')
