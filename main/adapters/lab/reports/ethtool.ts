import type { InterfaceModel } from '../hardware-model'

export interface EthtoolLink extends Pick<InterfaceModel, 'name' | 'rateGbps'> {
  up: boolean
  fullDuplex: boolean
  port: string
}

/** `ethtool IFACE`: what a link that is down does not know is `Unknown!`. */
export const printEthtool = (link: EthtoolLink): string =>
  [
    `Settings for ${link.name}:`,
    '\tSupported ports: [ FIBRE ]',
    `\tSupported link modes:   ${link.rateGbps * 1000}baseCR4/Full`,
    '\tSupported pause frame use: Symmetric',
    '\tSupports auto-negotiation: Yes',
    '\tAdvertised auto-negotiation: Yes',
    `\tSpeed: ${link.up ? `${link.rateGbps * 1000}Mb/s` : 'Unknown!'}`,
    `\tDuplex: ${link.up ? (link.fullDuplex ? 'Full' : 'Half') : 'Unknown! (255)'}`,
    '\tAuto-negotiation: on',
    `\tPort: ${link.port}`,
    '\tPHYAD: 0',
    '\tTransceiver: internal',
    `\tLink detected: ${link.up ? 'yes' : 'no'}`,
    '',
  ].join('\n')

/** `ethtool -S IFACE`: the driver's counters. */
export const printEthtoolStatistics = (counters: readonly (readonly [name: string, value: number])[]): string =>
  ['NIC statistics:', ...counters.map(([name, value]) => `     ${name}: ${value}`), ''].join('\n')
