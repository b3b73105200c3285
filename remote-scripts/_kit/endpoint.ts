import type { Inventory } from '../../preload/contract'
import type { LaunchContext } from './probe'

/** Where one host of an arm is reached: what the fabric names, else what the inventory suggests. */
export interface Endpoint {
  host: string
  interface: string | null
  /** Given in the plan; null: the script asks the interface when it runs. */
  fixedAddress: string | null
  /** Best known before the run: the plan's, else the inventory's; null: unknown. */
  address: string | null
  hca: string | null
  hcaPort: number
}

type NetworkInterface = Inventory['interfaces'][number]

const usable = (address: string): boolean => !/^(127\.|::1$|fe80:|169\.254\.)/i.test(address)

/** IPv4 before IPv6; link-local addresses never. */
export const addressOf = (found: NetworkInterface | undefined): string | null => {
  const addresses = (found?.addresses ?? []).filter((address) => found?.linkType === 'loopback' || usable(address))
  return addresses.find((address) => !address.includes(':')) ?? addresses[0] ?? null
}

/** The interface a person would mean without naming one: up, with an address, a real link before a virtual one. */
const likelyInterface = (inventory: Inventory | null): NetworkInterface | undefined => {
  const able = (inventory?.interfaces ?? []).filter((one) => one.up && addressOf(one) !== null)
  const rank = (one: NetworkInterface): number =>
    one.linkType === 'loopback' ? 2 : /^(bridge|tun|dummy|ifb|virtual)$/.test(one.driver ?? '') ? 1 : 0
  return able.sort((a, b) => rank(a) - rank(b))[0]
}

const splitHca = (name: string): { hca: string; hcaPort: number } => {
  const [hca = '', port] = name.split(':')
  return { hca, hcaPort: port === undefined ? 1 : Number(port) }
}

/** Endpoint of the host at this position of the plan's `hosts`. */
export const endpointOf = <Params>(context: LaunchContext<Params>, index: number): Endpoint => {
  const host = context.hosts[index]
  if (!host) throw new RangeError(`the launch has no host number ${index}`)
  const spec = context.fabric?.spec
  const named = spec?.hcas?.[host.name]
  const active = host.inventory?.hcas.find((one) => one.state === 'ACTIVE') ?? host.inventory?.hcas[0]
  const { hca, hcaPort } = named ? splitHca(named) : { hca: active?.name ?? null, hcaPort: active?.port ?? 1 }
  const ofHca = named ? host.inventory?.hcas.find((one) => one.name === hca && one.port === hcaPort)?.interface : undefined
  const name = spec?.interfaces?.[host.name] ?? ofHca ?? likelyInterface(host.inventory)?.name ?? null
  const fixedAddress = spec?.addresses?.[host.name] ?? null
  const address = fixedAddress ?? addressOf(host.inventory?.interfaces.find((one) => one.name === name))
  return { host: host.name, interface: name, fixedAddress, address, hca, hcaPort }
}

/** The environment by which a script learns its own end of the link. */
export const endpointEnv = (endpoint: Endpoint): Record<string, string> => ({
  HR_INTERFACE: endpoint.interface ?? '',
  HR_ADDRESS: endpoint.fixedAddress ?? '',
})

/** A shell word as a person would type it. */
export const shellWord = (text: string): string => (/^[A-Za-z0-9_@%+=:,./<>-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)
