import type { HardwareModel } from './hardware-model'
import type { LabHostState } from './state'

/** The demo's plan, in product.md's form: Ethernet against InfiniBand between the first two hosts. */
export const demoPlan = (model: HardwareModel, hosts: readonly LabHostState[], seed: number): string => {
  const [a, b] = hosts
  if (!a || !b) throw new Error('the demo needs two hosts')
  const gpus = Math.min(a.gpus, b.gpus)
  const ethernet = model.interfaces.find((one) => one.linkType === 'ethernet')?.name ?? 'eth0'
  const fast = model.interfaces.find((one) => one.linkType === 'infiniband')?.name ?? 'ib0'
  const hca = model.hcas.find((one) => one.interface === fast)?.name ?? 'mlx5_0'
  const both = (value: string): string => `{ ${a.name}: ${value}, ${b.name}: ${value} }`
  const roce = model.hcas.find((one) => one.linkLayer === 'Ethernet')
  const ethernetFabric = roce
    ? `{ kind: roce, interfaces: ${both(ethernet)}, hcas: ${both(`"${roce.name}:1"`)} }`
    : `{ kind: ethernet, interfaces: ${both(ethernet)} }`
  const ethernetName = roce ? 'roce' : 'ethernet'
  return `headroom: 1
name: Simulated lab, ${model.preset}
question: How much does InfiniBand buy over ${roce ? 'RoCE' : 'Ethernet'} for gradient all-reduce?
hosts:
  ${a.name}: { ssh: ${a.name} }
  ${b.name}: { ssh: ${b.name} }
fabrics:
  ${ethernetName}: ${ethernetFabric}
  infiniband: { kind: infiniband, interfaces: ${both(fast)}, hcas: ${both(`"${hca}:1"`)} }
factors:
  fabric: [${ethernetName}, infiniband]
probes:
  - { probe: tcp, hosts: [${a.name}, ${b.name}], params: { seconds: 3, streams: 4, latency_messages: 1000 } }
  - probe: nccl
    hosts: [${a.name}, ${b.name}]
    params: { collectives: [all_reduce], min_bytes: 1024, max_bytes: 1073741824, factor: 4, ranks_per_host: ${gpus} }
  - probe: rdma
    hosts: [${a.name}, ${b.name}]
    params: { operations: [write_bw, write_lat], sizes: [64, 65536, 8388608] }
    when: { fabric: [${roce ? 'roce, ' : ''}infiniband] }
repeats: 5
warmup: 1
order: { kind: randomised-blocks, seed: ${seed} }
limits: { run_seconds: 60, retries: 1 }
`
}
