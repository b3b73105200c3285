import { rateOf, type IbPort } from './ib-port'

/** `ibstatus`: sysfs' own words on every port. */
export const printIbstatus = (ports: readonly IbPort[]): string =>
  ports
    .flatMap((port) => [
      `Infiniband device '${port.device}' port ${port.port} status:`,
      '\tdefault gid:\t fe80:0000:0000:0000:0000:0000:0000:0001',
      `\tbase lid:\t 0x${port.lid.toString(16)}`,
      '\tsm lid:\t\t 0x1',
      `\tstate:\t\t ${port.up ? '4: ACTIVE' : '1: DOWN'}`,
      `\tphys state:\t ${port.up ? '5: LinkUp' : '2: Polling'}`,
      `\trate:\t\t ${rateOf(port)} Gb/sec (${port.width}X ${port.speed})`,
      `\tlink_layer:\t ${port.linkLayer}`,
      '',
    ])
    .join('\n')
