import type { HardwareModel } from './hardware-model'
import { defaultTokens } from './serving/server'
import { capacityPerSecond, requestUs, serviceTimes } from './serving/service-model'
import type { LabHostState } from './state'

interface PlanParts {
  /** Hosts, and the two fabrics between them, as the plan file has them. */
  head: string
  slow: string
  hostList: string
  gpus: number
}

const partsOf = (model: HardwareModel, hosts: readonly LabHostState[]): PlanParts => {
  const [a, b] = hosts
  if (!a || !b) throw new Error('the demo needs two hosts')
  const ethernet = model.interfaces.find((one) => one.linkType === 'ethernet')?.name ?? 'eth0'
  const fast = model.interfaces.find((one) => one.linkType === 'infiniband')?.name ?? 'ib0'
  const hca = model.hcas.find((one) => one.interface === fast)?.name ?? 'mlx5_0'
  const both = (value: string): string => `{ ${a.name}: ${value}, ${b.name}: ${value} }`
  const roce = model.hcas.find((one) => one.linkLayer === 'Ethernet')
  const ethernetFabric = roce
    ? `{ kind: roce, interfaces: ${both(ethernet)}, hcas: ${both(`"${roce.name}:1"`)} }`
    : `{ kind: ethernet, interfaces: ${both(ethernet)} }`
  const slow = roce ? 'roce' : 'ethernet'
  const head = `hosts:
  ${a.name}: { ssh: ${a.name} }
  ${b.name}: { ssh: ${b.name} }
fabrics:
  ${slow}: ${ethernetFabric}
  infiniband: { kind: infiniband, interfaces: ${both(fast)}, hcas: ${both(`"${hca}:1"`)} }`
  return { head, slow, hostList: `[${a.name}, ${b.name}]`, gpus: Math.min(a.gpus, b.gpus) }
}

const tail = (seed: number): string => `repeats: 5
warmup: 1
order: { kind: randomised-blocks, seed: ${seed} }
limits: { run_seconds: 60, retries: 1 }
`

/** The demo's plan, in product.md's form: Ethernet against InfiniBand between the first two hosts. */
export const demoPlan = (model: HardwareModel, hosts: readonly LabHostState[], seed: number): string => {
  const { head, slow, hostList, gpus } = partsOf(model, hosts)
  return `headroom: 1
name: Simulated lab, ${model.preset}
question: How much does InfiniBand buy over ${slow === 'roce' ? 'RoCE' : 'Ethernet'} for gradient all-reduce?
${head}
factors:
  fabric: [${slow}, infiniband]
probes:
  - { probe: tcp, hosts: ${hostList}, params: { seconds: 3, streams: 4, latency_messages: 1000 } }
  - probe: nccl
    hosts: ${hostList}
    params: { collectives: [all_reduce], min_bytes: 1024, max_bytes: 1073741824, factor: 4, ranks_per_host: ${gpus} }
  - probe: rdma
    hosts: ${hostList}
    params: { operations: [write_bw, write_lat], sizes: [64, 65536, 8388608] }
    when: { fabric: [${slow === 'roce' ? 'roce, ' : ''}infiniband] }
${tail(seed)}`
}

/** Smaller GPUs hold a smaller model: stage 0 keeps all of it on each. */
const modelFor = ({ gpu }: HardwareModel): string => (gpu.memoryMiB > 60_000 ? 'preset: 1.3b' : 'preset: 125m, micro_batch: 8')

/** The second plan of the demo: what ZeRO's stages cost on each network and save in memory. bfloat16 needs compute capability 8. */
export const zeroDemoPlan = (model: HardwareModel, hosts: readonly LabHostState[], seed: number): string => {
  const { head, slow, hostList, gpus } = partsOf(model, hosts)
  const dtype = Number(model.gpu.computeCapability) < 8 ? ', dtype: float16' : ''
  return `headroom: 1
name: Simulated lab, ZeRO 0 to 3
question: Which ZeRO stage is fastest on which network, and what does it save?
${head}
factors:
  fabric: [${slow}, infiniband]
  zero_stage: [0, 1, 2, 3]
probes:
  - probe: zero
    hosts: ${hostList}
    params: { ${modelFor(model)}${dtype}, backend: nccl, steps: 6, warmup: 2, ranks_per_host: ${gpus} }
telemetry: { hz: 1 }
${tail(seed)}`
}

/** Arrivals over what one GPU completes at most: below the knee of one, between those of one and two, above both. */
const loads = [0.62, 1.36, 2.6] as const

/** The third plan of the demo: where the knee of a model server lies with one GPU, and with two. */
export const servingDemoPlan = (model: HardwareModel, hosts: readonly LabHostState[], endpoint: string, seed: number): string => {
  const host = hosts[0]?.name ?? 'gpu-a'
  const capacity = capacityPerSecond(1, requestUs(serviceTimes(model, defaultTokens.prompt), defaultTokens.answer))
  const rates = loads.map((load) => Math.round(load * capacity)).join(', ')
  const probe = (gpus: 1 | 2): string => `  - probe: serving
    hosts: [${host}]
    when: { gpus: [${gpus}] }
    params:
      url: ${endpoint}/gpus-${gpus}/generate
      rates: [${rates}]
      seconds: 2
      warmup_requests: 5
      warmup_s: 0.5
      target_ms: 400`
  return `headroom: 1
name: Simulated lab, model server
question: Does a second GPU double the rate that meets the latency target?
hosts:
  ${host}: { ssh: ${host} }
factors:
  gpus: [1, 2]
probes:
${probe(1)}
${probe(2)}
repeats: 6
warmup: 0
order: { kind: randomised-blocks, seed: ${seed} }
limits: { run_seconds: 120, retries: 1 }
`
}
