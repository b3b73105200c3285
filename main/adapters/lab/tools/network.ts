import type { InterfaceModel } from '../hardware-model'
import { listListeners } from '../listeners'
import { findHost } from '../state'
import { hardwareAddress } from '../sys-root'
import type { Tool, ToolContext } from './context'

interface Device {
  index: number
  name: string
  mtu: number
  flags: string
  linkType: 'loopback' | 'ether' | 'infiniband'
  hardware: string
  broadcast: string
  address: string | null
  prefix: number
}

const devicesOf = (context: ToolContext): Device[] => {
  const lo: Device = {
    index: 1,
    name: 'lo',
    mtu: 65_536,
    flags: 'LOOPBACK,UP,LOWER_UP',
    linkType: 'loopback',
    hardware: '00:00:00:00:00:00',
    broadcast: '00:00:00:00:00:00',
    address: '127.0.0.1',
    prefix: 8,
  }
  const toDevice = (network: InterfaceModel, index: number): Device => ({
    index: index + 2,
    name: network.name,
    mtu: network.mtu,
    flags: 'BROADCAST,MULTICAST,UP,LOWER_UP',
    linkType: network.linkType === 'ethernet' ? 'ether' : 'infiniband',
    hardware: hardwareAddress(network, context.host.index),
    broadcast: network.linkType === 'ethernet' ? 'ff:ff:ff:ff:ff:ff' : '00:ff:ff:ff:ff:12:40:1b:ff:ff:00:00:00:00:00:00:ff:ff:ff:ff',
    address: context.host.addresses[network.name] ?? null,
    prefix: 24,
  })
  return [lo, ...context.model.interfaces.map(toDevice)]
}

const stateOf = (device: Device): string => (device.name === 'lo' ? 'UNKNOWN' : 'UP')
const scopeOf = (device: Device): string => (device.name === 'lo' ? 'host' : 'global')

const linkHead = (device: Device): string =>
  `${device.index}: ${device.name}: <${device.flags}> mtu ${device.mtu} qdisc ${device.name === 'lo' ? 'noqueue' : 'mq'} state ${stateOf(device)} mode DEFAULT group default qlen 1000`
const linkTail = (device: Device): string => `    link/${device.linkType} ${device.hardware} brd ${device.broadcast}`
const details = (device: Device): string =>
  ` promiscuity 0 minmtu 68 maxmtu ${device.mtu} ${device.linkType === 'infiniband' ? 'ipoib pkey  0xffff mode  datagram umcast  0000 ' : ''}addrgenmode eui64`
const addressLine = (device: Device): string => {
  const broadcast = device.name === 'lo' ? '' : ` brd ${(device.address ?? '').replace(/\d+$/, '255')}`
  return `    inet ${device.address ?? ''}/${device.prefix}${broadcast} scope ${scopeOf(device)} ${device.name}\n       valid_lft forever preferred_lft forever`
}

const json = (device: Device, withAddresses: boolean): object => ({
  ifindex: device.index,
  ifname: device.name,
  flags: device.flags.split(','),
  mtu: device.mtu,
  operstate: stateOf(device),
  link_type: device.linkType,
  address: device.hardware,
  broadcast: device.broadcast,
  ...(withAddresses
    ? {
        addr_info:
          device.address === null
            ? []
            : [{ family: 'inet', local: device.address, prefixlen: device.prefix, scope: scopeOf(device), label: device.name }],
      }
    : {}),
})

const render = (device: Device, object: 'addr' | 'link', options: { oneLine: boolean; detailed: boolean; brief: boolean }): string => {
  if (options.brief) {
    const shown = object === 'addr' ? `${device.address ?? ''}/${device.prefix}` : `${device.hardware} <${device.flags}>`
    return `${device.name.padEnd(16)} ${stateOf(device).padEnd(14)} ${shown} `
  }
  const link = `${linkHead(device)}\n${linkTail(device)}${options.detailed ? details(device) : ''}`
  if (!options.oneLine) return object === 'link' ? link : `${link}\n${addressLine(device)}`
  if (object === 'link') return link.replaceAll('\n', '\\')
  return `${device.index}: ${device.name}    ${addressLine(device).trimStart().replaceAll('\n', '\\')}`
}

const route = (context: ToolContext, target: string): number => {
  const found = findHost(context.state, target)
  const device = found?.device ?? context.model.interfaces[0]?.name ?? 'eth0'
  const source = context.host.addresses[device] ?? ''
  if (found?.host === context.host) context.print(`local ${target} dev lo src ${target} uid 1000\n    cache <local>`)
  else context.print(`${target} dev ${device} src ${source} uid 1000\n    cache`)
  return 0
}

/** ip addr, ip link, ip route get; with -o, -j, -br, -d, -4. */
export const ip: Tool = (args, context) => {
  const options = args.filter((word) => word.startsWith('-'))
  const words = args.filter((word) => !word.startsWith('-'))
  if (options.includes('-V')) {
    context.print('ip utility, iproute2-6.1.0, libbpf 1.0.1')
    return 0
  }
  const [object = '', ...rest] = words
  if ('route'.startsWith(object) && object !== '' && rest[0] === 'get') return route(context, rest[1] ?? '')
  const kind = 'address'.startsWith(object) && object !== '' ? 'addr' : 'link'.startsWith(object) && object !== '' ? 'link' : null
  if (kind === null) {
    context.warn(`Object "${object}" is unknown, try "ip help".`)
    return 1
  }
  const name = rest.filter((word) => !['show', 'dev', 'list', 'up', 'scope', 'global'].includes(word))[0]
  const shown = devicesOf(context).filter((device) => name === undefined || device.name === name)
  if (shown.length === 0) {
    context.warn(`Device "${name ?? ''}" does not exist.`)
    return 1
  }
  if (options.includes('-6')) return 0
  if (options.some((option) => option === '-j' || option === '-json')) {
    context.print(JSON.stringify(shown.map((device) => json(device, kind === 'addr'))))
    return 0
  }
  const oneLine = options.some((option) => option === '-o' || option === '-oneline')
  const brief = options.some((option) => option === '-br' || option === '-brief')
  context.print(shown.map((device) => render(device, kind, { oneLine, brief, detailed: options.includes('-d') })).join('\n'))
  return 0
}

/** ethtool DEVICE and ethtool -i DEVICE. */
export const ethtool: Tool = (args, context) => {
  if (args[0] === '--version') {
    context.print('ethtool version 6.1')
    return 0
  }
  const name = args.find((word) => !word.startsWith('-')) ?? ''
  const device = context.model.interfaces.find((candidate) => candidate.name === name)
  if (!device) {
    context.warn(
      `netlink error: no device matches name (offset 24)\nnetlink error: No such device\nCannot get device settings: No such device`,
    )
    return 75
  }
  if (args[0] === '-i') {
    const hca = context.model.hcas.find((candidate) => candidate.interface === name)
    context.print(
      `driver: ${device.driver}${device.linkType === 'infiniband' ? '[ib_ipoib]' : ''}\nversion: 5.15.0-122-generic\nfirmware-version: ${hca?.firmware ?? '26.39.1002'}\nexpansion-rom-version: \nbus-info: ${hca?.pci ?? '0000:31:00.0'}\nsupports-statistics: yes`,
    )
    return 0
  }
  const lines = [
    `Settings for ${name}:`,
    '\tSupported ports: [ Backplane ]',
    '\tSupports auto-negotiation: Yes',
    `\tSpeed: ${device.rateGbps * 1000}Mb/s`,
    '\tDuplex: Full',
    `\tAuto-negotiation: ${device.linkType === 'ethernet' ? 'on' : 'off'}`,
    '\tPort: Direct Attach Copper',
    '\tLink detected: yes',
  ]
  context.print(lines.join('\n'))
  return 0
}

/** ss: the simulated listeners only, whatever was asked. */
export const ss: Tool = (args, context) => {
  const rows = listListeners(context.dir, context.host.name).map(
    ({ port, tool, pid }) => `LISTEN 0      4096         0.0.0.0:${port}       0.0.0.0:*    users:(("${tool}",pid=${pid},fd=3))`,
  )
  const wanted = args.map((word) => /:(\d+)$/.exec(word)?.[1]).find((port) => port !== undefined)
  const shown = wanted === undefined ? rows : rows.filter((row) => row.includes(`:${wanted} `))
  const head = args.some((word) => /^-[A-Za-z]*H/.test(word)) ? [] : ['State  Recv-Q Send-Q Local Address:Port  Peer Address:PortProcess']
  if (head.length + shown.length > 0) context.print([...head, ...shown].join('\n'))
  return 0
}
