import { byDevice, rateOf, type IbPort } from './ib-port'

const portText = (port: IbPort): string[] => [
  `\tPort ${port.port}:`,
  `\t\tState: ${port.up ? 'Active' : 'Down'}`,
  `\t\tPhysical state: ${port.up ? 'LinkUp' : 'Polling'}`,
  `\t\tRate: ${rateOf(port)}`,
  `\t\tBase lid: ${port.lid}`,
  '\t\tLMC: 0',
  '\t\tSM lid: 1',
  '\t\tCapability mask: 0xa651e848',
  `\t\tPort GUID: ${port.guid}`,
  `\t\tLink layer: ${port.linkLayer}`,
]

/** `ibstat`. */
export const printIbstat = (ports: readonly IbPort[]): string =>
  byDevice(ports)
    .flatMap(([device, own]) => [
      `CA '${device}'`,
      `\tCA type: ${own[0]?.boardType ?? ''}`,
      `\tNumber of ports: ${own.length}`,
      `\tFirmware version: ${own[0]?.firmware ?? ''}`,
      '\tHardware version: 0',
      `\tNode GUID: ${own[0]?.guid ?? ''}`,
      `\tSystem image GUID: ${own[0]?.guid ?? ''}`,
      ...own.flatMap(portText),
    ])
    .join('\n')
