import type { ProbeInfo } from '../../../preload/contract/api'
import type { SavedHost } from '../../../preload/contract/host'
import type { Inventory } from '../../../preload/contract/inventory'
import type { FabricDraft, PlanDraft } from './draft'

const roles = ['a', 'b'] as const

interface Port {
  interface: string
  hca: string | null
  rateGbps: number
  kind: FabricDraft['kind']
}

const portsOf = (inventory: Inventory): Port[] =>
  inventory.interfaces
    .filter((nic) => nic.up && nic.linkType !== 'loopback' && nic.linkType !== 'other')
    .map((nic) => {
      const hca = inventory.hcas.find((each) => each.interface === nic.name)
      const kind = hca === undefined ? 'ethernet' : /infiniband/i.test(hca.linkLayer) ? 'infiniband' : 'roce'
      return { interface: nic.name, hca: hca ? `${hca.name}:${hca.port}` : null, rateGbps: hca?.rateGbps ?? nic.rateGbps ?? 0, kind }
    })

const fabricOf = (name: string, ports: Port[]): FabricDraft => {
  const byRole = (pick: (port: Port) => string | null): Record<string, string> =>
    Object.fromEntries(ports.flatMap((port, index) => (roles[index] && pick(port) !== null ? [[roles[index], pick(port) ?? '']] : [])))
  const kind = ports[0]?.kind ?? 'ethernet'
  return { name, kind, interfaces: byRole((port) => port.interface), ...(kind === 'ethernet' ? {} : { hcas: byRole((port) => port.hca) }) }
}

/** The slowest and the fastest port that all hosts have under the same name; empty when there are not two. */
export const suggestFabrics = (hosts: readonly SavedHost[]): FabricDraft[] => {
  const ports = hosts.map((host) => (host.inventory ? portsOf(host.inventory) : []))
  const [first = [], ...others] = ports
  const shared = first
    .filter((port) => others.every((list) => list.some((other) => other.interface === port.interface)))
    .sort((a, b) => a.rateGbps - b.rateGbps)
  const [slow, fast] = [shared[0], shared.at(-1)]
  if (!slow || !fast || slow === fast) return []
  const everywhere = (port: Port): Port[] => ports.flatMap((list) => list.filter((other) => other.interface === port.interface))
  return [fabricOf('ethernet', everywhere(slow)), fabricOf(fast.kind === 'ethernet' ? 'fast' : fast.kind, everywhere(fast))]
}

/** A first draft from what is known: two hosts, two fabrics, the probes that compare them. */
export const suggestDraft = (hosts: readonly SavedHost[], probes: readonly ProbeInfo[]): PlanDraft => {
  const chosen = hosts.slice(0, roles.length)
  const fabrics = suggestFabrics(chosen)
  const planHosts = chosen.map((host, index) => ({ role: roles[index] ?? host.name, spec: host.spec }))
  const wanted = ['tcp', 'nccl'].filter((id) => probes.some((probe) => probe.id === id && probe.minHosts <= planHosts.length))
  return {
    name: '',
    question: '',
    hosts: planHosts,
    fabrics,
    factors: [{ name: 'fabric', levels: fabrics.map((fabric) => fabric.name).join(', ') }],
    arms: null,
    probes: wanted.map((probe) => ({ probe, hosts: planHosts.map((host) => host.role), params: {} })),
    top: { repeats: 5, warmup: 1 },
    order: { kind: 'randomised-blocks', seed: 1 },
    limits: { run_seconds: 600, retries: 1 },
    telemetry: { off: false, fields: {} },
  }
}
