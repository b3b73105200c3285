import type { Inventory, Warning } from '../../preload/contract'
import { ibRate } from './formats/ports'
import { countOf, numberOf, readFields } from './sections'

type NetworkInterface = Inventory['interfaces'][number]
type Hca = Inventory['hcas'][number]

const MAX_INTERFACES = 512
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.:@-]{0,14}$/
/** Drivers whose speed is a constant of the source code (veth says 10000) and not a property of any link. */
const WITHOUT_LINE_RATE = new Set([
  'veth',
  'bridge',
  'tun',
  'tap',
  'dummy',
  'ifb',
  'vxlan',
  'virtual',
  'gre',
  'geneve',
  'wireguard',
  'ipip',
  'sit',
  'netkit',
  'openvswitch',
])
/** Link kinds as `ip -d link` names them, after the address part of the line. */
const KIND = /\b(veth|bridge|tun|dummy|ifb|vxlan|bond|vlan|macvlan|ipvlan|ipoib|team|gre|geneve|wireguard|netkit|openvswitch|sit|ipip)\b/

const ARPHRD: Record<string, NetworkInterface['linkType']> = { '1': 'ethernet', '32': 'infiniband', '772': 'loopback' }

/** Interface -> addresses without prefix length, from `ip -o addr` or, where there is no ip, from ifconfig. */
const readAddresses = (ipLines: string[], ifconfigLines: string[]): Map<string, string[]> => {
  const addresses = new Map<string, string[]>()
  const add = (name: string, address: string): void => {
    const known = addresses.get(name)
    if (!known) addresses.set(name, [address])
    else if (known.length < 64) known.push(address)
  }
  for (const line of ipLines) {
    const match = /^\d+:\s+([^\s@]+)\S*\s+inet6?\s+([0-9A-Fa-f.:]{2,45})(?:\/| )/.exec(line)
    if (match) add(match[1]!, match[2]!)
  }
  let name = ''
  for (const line of ifconfigLines) {
    name = /^([^\s:]+):?\s/.exec(line)?.[1] ?? name
    const address = /^\s+inet6?\s+(?:addr:\s*)?([0-9A-Fa-f.:]{2,45})/.exec(line)?.[1]
    if (address && name) add(name, address)
  }
  return addresses
}

/** Interface -> kind of a virtual link. `ip -o` puts the details behind the second backslash or after the numbers. */
const readKinds = (lines: string[]): Map<string, string> => {
  const kinds = new Map<string, string>()
  for (const line of lines) {
    const match = /^\d+:\s+([^\s@:]+)\S*\s(.*)$/.exec(line)
    const details = match?.[2]?.split('promiscuity')[1]
    const kind = details ? KIND.exec(details)?.[1] : undefined
    if (match && kind) kinds.set(match[1]!, kind)
  }
  return kinds
}

/** Gb/s from sysfs' Mb/s; null with the reason when the number is not a line rate. */
const lineRate = (speedText: string | undefined, driver: string | null): { rateGbps: number | null; ignored: boolean } => {
  const speed = numberOf(speedText)
  if (speed === null || speed <= 0 || speed >= 4_294_967_295) return { rateGbps: null, ignored: false }
  if (driver !== null && WITHOUT_LINE_RATE.has(driver)) return { rateGbps: null, ignored: true }
  return { rateGbps: speed / 1000, ignored: false }
}

/** Every network interface; the warning says which advertised speeds are not line rates. */
export const readInterfaces = (
  sections: ReadonlyMap<string, string[]>,
  hcas: Hca[],
): { interfaces: NetworkInterface[]; warnings: Warning[] } => {
  const addresses = readAddresses(sections.get('ip-addr') ?? [], sections.get('ifconfig') ?? [])
  const kinds = readKinds(sections.get('ip-link') ?? [])
  const warnings: Warning[] = []
  const interfaces: NetworkInterface[] = []
  for (const line of (sections.get('net') ?? []).slice(0, MAX_INTERFACES)) {
    const fields = readFields(line)
    const name = fields.get('name') ?? ''
    if (!NAME.test(name)) continue
    const driver = fields.get('driver') || kinds.get(name) || fields.get('kind') || null
    const { rateGbps, ignored } = lineRate(fields.get('speed'), driver)
    if (ignored) {
      warnings.push({
        code: 'rate_not_a_line_rate',
        message: `${name}: ${driver} says ${fields.get('speed')} Mb/s, a constant of that driver and no line rate; the rate is left open.`,
      })
    }
    const linkType = ARPHRD[fields.get('type') ?? ''] ?? 'other'
    const hca = linkType === 'infiniband' ? hcas.find((one) => one.interface === name) : undefined
    const rateSource = rateGbps !== null ? `speed of ${driver ?? 'sysfs'}` : hca?.rateGbps ? `port rate of ${hca.name}:${hca.port}` : null
    const shown = addresses.get(name) ?? []
    interfaces.push({
      name,
      addresses: shown,
      rateGbps: rateGbps ?? hca?.rateGbps ?? null,
      ...(rateSource === null ? {} : { rateSource }),
      mtu: countOf(fields.get('mtu')),
      driver,
      linkType,
      up: isUp(fields),
    })
  }
  return { interfaces, warnings }
}

/** operstate is `unknown` for links that do not report one (loopback, tun): then the IFF_UP flag decides. */
const isUp = (fields: ReadonlyMap<string, string>): boolean => {
  const state = fields.get('operstate')
  if (state === 'up') return true
  return state === 'unknown' && (Number.parseInt(fields.get('flags') ?? '0', 16) & 1) === 1
}

/** The HCA's port on whose link an interface runs: by the GID table, else by the device's own interfaces and their port number. */
const interfaceOf = (fields: ReadonlyMap<string, string>, port: number): string | null => {
  const fromGids = (fields.get('netdevs') ?? '').split(/\s+/).filter((name) => NAME.test(name))
  if (fromGids[0]) return fromGids[0]
  const members = (fields.get('members') ?? '').split(/\s+/).map((member) => /^([A-Za-z0-9_.@-]+):(?:(\d+)|0x([0-9a-f]+))?$/.exec(member))
  const named = members
    .filter((match) => match !== null)
    .map((match) => ({ name: match[1]!, port: match[2] === undefined ? 0 : Number(match[2]) }))
  return (named.find((member) => member.port === port - 1) ?? (named.length === 1 ? named[0] : undefined))?.name ?? null
}

/** One entry per HCA port; the rate from sysfs (`200 Gb/sec (4X HDR)`). */
export const readHcas = (lines: string[]): Hca[] => {
  const hcas: Hca[] = []
  for (const line of lines.slice(0, 256)) {
    const fields = readFields(line)
    const name = fields.get('name') ?? ''
    const port = countOf(fields.get('port'))
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/.test(name) || port === null) continue
    const rate = numberOf(ibRate(fields.get('rate') ?? '').rateGbps ?? undefined)
    const state = (fields.get('state') ?? '').replace(/^\d+:\s*/, '')
    hcas.push({
      name,
      port,
      linkLayer: fields.get('link_layer') ?? '',
      state,
      rateGbps: rate,
      firmware: fields.get('fw_ver') || null,
      interface: interfaceOf(fields, port),
    })
  }
  return hcas
}
