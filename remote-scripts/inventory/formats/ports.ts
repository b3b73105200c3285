import type { Facts } from '../../../preload/contract'
import { convert, parseNumber, rateScale } from '../../_kit/numbers'
import { add, setFacts, warn, type Reading } from '../../_kit/reading'

/** One port of an HCA, as ibstat, ibstatus or ibv_devinfo describe it; null: not said. */
export interface HcaPort {
  device: string
  port: number
  /** Ports of one model should have one rate. */
  model: string | null
  /** `Active`, `Down`, `Initializing` … */
  state: string | null
  /** `LinkUp`, `Polling`, `Disabled` … */
  physical: string | null
  linkLayer: string | null
  /** Printed figure in Gb/s. */
  rateGbps: string | null
  /** Lanes: 4 of `4X`. */
  width: number | null
  /** `HDR`, `NDR` … */
  speed: string | null
  firmware: string | null
}

export const newPort = (device: string, port: number): HcaPort => ({
  device,
  port,
  model: null,
  state: null,
  physical: null,
  linkLayer: null,
  rateGbps: null,
  width: null,
  speed: null,
  firmware: null,
})

/** `200 Gb/sec (4X HDR)` of sysfs and ibstatus; nulls where it says something else. */
export const ibRate = (text: string): Pick<HcaPort, 'rateGbps' | 'width' | 'speed'> => {
  const match = /^\s*(\d{1,6}(?:\.\d{1,3})?)\s*Gb\/sec(?:\s*\((\d{1,2})X(?:\s+([A-Z0-9]{2,8}))?\))?/.exec(text)
  return { rateGbps: match?.[1] ?? null, width: match?.[2] === undefined ? null : Number(match[2]), speed: match?.[3] ?? null }
}

/** `4: ACTIVE`, `PORT_ACTIVE (4)` and `Active` in one spelling. */
export const stateOf = (text: string): string | null => {
  const word = /^(?:\d+:\s*)?(?:PORT_)?([A-Za-z_]{2,30})/.exec(text.trim())?.[1]?.toLowerCase()
  if (word === undefined) return null
  const plain = word.replace(/^phys_|_/g, '')
  const known: Readonly<Record<string, string>> = { linkup: 'LinkUp', nop: 'NoStateChange', init: 'Initializing' }
  return Object.hasOwn(known, plain) ? (known[plain] ?? plain) : plain.charAt(0).toUpperCase() + plain.slice(1)
}

const gigabits = rateScale('Gb/s')
const isUp = (port: HcaPort): boolean => port.state === 'Active'
const numberOf = (port: HcaPort): number | null => parseNumber(port.rateGbps ?? undefined)

const listed = (ports: readonly HcaPort[], say: (port: HcaPort) => string): string =>
  ports.slice(0, 16).map(say).join(', ') + (ports.length > 16 ? ', …' : '')

const name = ({ device, port }: HcaPort): string => `${device}:${port}`

const warnOfStates = (reading: Reading, ports: readonly HcaPort[]): void => {
  const down = ports.filter((port) => port.state === 'Down')
  const waiting = ports.filter((port) => port.state === 'Initializing' || port.state === 'Armed')
  if (down.length > 0)
    warn(
      reading,
      'ib_port_down',
      `Ports that are down: ${listed(down, (port) => `${name(port)}${port.physical ? ` (${port.physical})` : ''}`)}. Check cable and switch; their printed rate means nothing.`,
    )
  if (waiting.length > 0)
    warn(
      reading,
      'ib_port_not_active',
      `Ports that wait for a subnet manager: ${listed(waiting, name)}. Start one (opensm) or ask the fabric’s.`,
    )
}

const warnOfRates = (reading: Reading, ports: readonly HcaPort[]): void => {
  const up = ports.filter((port) => isUp(port) && port.linkLayer !== 'Ethernet' && port.rateGbps !== null)
  const narrow = up.filter(({ width }) => width !== null && width < 4)
  const best = new Map<string, number>()
  for (const port of up) best.set(port.model ?? '', Math.max(best.get(port.model ?? '') ?? 0, numberOf(port) ?? 0))
  const slow = up.filter((port) => (numberOf(port) ?? 0) < (best.get(port.model ?? '') ?? 0) || (numberOf(port) ?? 0) <= 10)
  if (narrow.length > 0)
    warn(
      reading,
      'ib_width_reduced',
      `Ports with fewer than 4 lanes: ${listed(narrow, (port) => `${name(port)} ${port.width}X`)}. Split cables have 2; else check cable and switch port.`,
    )
  if (slow.length > 0)
    warn(
      reading,
      'ib_rate_reduced',
      `Ports slower than others of their model, or at the lowest rate: ${listed(slow, (port) => `${name(port)} ${port.rateGbps} Gb/s`)}. Check cable and switch port.`,
    )
}

const factOf = (port: HcaPort): Record<string, string | number | boolean | null> => ({
  rate_gbps: numberOf(port),
  state: port.state,
  physical_state: port.physical,
  link_layer: port.linkLayer,
  ...(port.width === null ? {} : { width: port.width }),
  ...(port.speed === null ? {} : { speed: port.speed }),
  ...(port.model === null ? {} : { model: port.model }),
  ...(port.firmware === null ? {} : { firmware: port.firmware }),
})

/** Facts, values and warnings of the ports that a tool listed. A device with one port is named alone, else `device:port`. */
export const addPorts = (reading: Reading, ports: readonly HcaPort[]): void => {
  const perDevice = new Map<string, number>()
  for (const { device } of ports) perDevice.set(device, (perDevice.get(device) ?? 0) + 1)
  const nics: Facts[string] = Object.fromEntries(
    ports.slice(0, 1024).map((port) => [perDevice.get(port.device) === 1 ? port.device : name(port), factOf(port)]),
  )
  setFacts(reading, { nic_count: ports.length, hcas: [...perDevice.keys()], nics })
  for (const port of ports) {
    const dimensions = { nic: port.device, port: port.port }
    add(reading, 'inventory.nic', '1', 1, dimensions)
    if (isUp(port) && gigabits && port.rateGbps !== null)
      add(reading, 'inventory.port_rate', 'GB/s', convert(port.rateGbps, gigabits), dimensions)
    reading.rows.understood += 1
  }
  warnOfStates(reading, ports)
  warnOfRates(reading, ports)
}

/** The first line of any of these tools' blocks, or a prompt: what an earlier block said ends here. */
export const endsBlock = (line: string): boolean =>
  /^\s{0,20}(?:hca_id:|CA:? '|Settings for |Infiniband device ')/.test(line) || /^(?:\S{0,80}|\[[^\]]{1,80}\])[#$] \S/.test(line)

/** `key: value` lines of one port or device; a key that comes again with another value cannot be trusted. */
export class Fields {
  private readonly values = new Map<string, string | null>()

  set(key: string, value: string): void {
    const known = this.values.get(key)
    this.values.set(key, known === undefined || known === value ? value : null)
  }

  get(...keys: string[]): string | null {
    for (const key of keys) {
      const value = this.values.get(key)
      if (value !== undefined && value !== null && value !== '') return value
    }
    return null
  }

  get size(): number {
    return this.values.size
  }
}

/** Lines of a text; one that ends in a digit without a line end behind it may be a cut number, and is left out. */
export const wholeLines = (text: string): { lines: string[]; cut: string | null } => {
  const lines = text.split('\n')
  const last = lines.at(-1) ?? ''
  return /\d\s*$/.test(last) ? { lines: lines.slice(0, -1), cut: last } : { lines, cut: null }
}
