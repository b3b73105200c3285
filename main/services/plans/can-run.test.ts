import { describe, expect, it } from 'vitest'
import { planSchema, type Inventory } from '../../../preload/contract'
import { probes } from '../../../remote-scripts'
import { emptyInventory } from '../../../remote-scripts/_kit/empty-inventory'
import { insteadOf, lacksOf } from './can-run'

const python: Inventory['pythons'][number] = { path: '/usr/bin/python3', version: '3.11.2', torch: '1.13.1', cuda: false, numpy: true }
const iperf3 = { iperf3: { path: '/usr/bin/iperf3', version: '3.12' } }
const processorsOnly: Inventory = { ...emptyInventory, memoryMiB: 16_384, pythons: [python], tools: iperf3 }

const planOf = (probe: Record<string, unknown>, factors: Record<string, unknown[]> = {}) =>
  planSchema.parse({
    headroom: 1,
    question: 'What runs here?',
    hosts: { a: { ssh: 'a' }, b: { ssh: 'b' } },
    factors,
    probes: [{ hosts: ['a', 'b'], params: {}, ...probe }],
  })
const both = new Map([
  ['a', processorsOnly],
  ['b', processorsOnly],
])

describe('what can run instead', () => {
  it('is the same probe in another way first, then another probe, each as an entry of the plan', () => {
    const plan = planOf({ probe: 'nccl', params: { backend: 'nccl', use: 'nccl-tests', min_bytes: 4096 } })
    expect(insteadOf(probes, plan, both, 'en').map(({ probeIndex, use, via }) => ({ probeIndex, use, via }))).toEqual([
      { probeIndex: 0, use: { probe: 'nccl', hosts: ['a', 'b'], params: { backend: 'gloo', min_bytes: 4096 } }, via: 'torch/gloo' },
      { probeIndex: 0, use: { probe: 'tcp', hosts: ['a', 'b'], params: {} }, via: 'iperf3' },
    ])
  })

  it('says in both languages what it would answer', () => {
    const plan = planOf({ probe: 'rdma' })
    expect(insteadOf(probes, plan, both, 'en')[0]?.answers).toMatch(/^TCP over the same fabric/)
    expect(insteadOf(probes, plan, both, 'zh-CN')[0]?.answers).toMatch(/^同一网络上的 TCP/)
  })

  it('offers nothing that one of the hosts cannot run, or that nobody has looked at', () => {
    const plan = planOf({ probe: 'rdma' })
    expect(insteadOf(probes, plan, new Map([...both, ['b', { ...processorsOnly, tools: {} }]]), 'en')).toEqual([])
    expect(insteadOf(probes, plan, new Map([['a', processorsOnly]]), 'en')).toEqual([])
  })

  it('offers nothing for what can run, and nothing that takes other numbers of hosts', () => {
    expect(insteadOf(probes, planOf({ probe: 'tcp' }), both, 'en')).toEqual([])
    const alone = planOf({ probe: 'nccl', hosts: ['a'], params: { backend: 'nccl' } })
    expect(insteadOf(probes, alone, both, 'en').map(({ use }) => use.probe)).toEqual(['nccl'])
  })

  it('keeps the arms of an entry', () => {
    const plan = planOf({ probe: 'rdma', when: { fabric: ['fast'] } }, { fabric: ['slow', 'fast'] })
    expect(insteadOf(probes, plan, both, 'en')[0]?.use.when).toEqual({ fabric: ['fast'] })
  })
})

describe('what a host lacks', () => {
  it('is said of the arms in which it lacks it', () => {
    const plan = planOf({ probe: 'zero', params: { preset: '1.3b', ranks_per_host: 1 } }, { zero_stage: [0, 3] })
    const lacks = lacksOf(probes, plan, 'a', processorsOnly)
    expect(lacks.map(({ arms, why }) => ({ arms, why }))).toEqual([
      {
        arms: [{ zero_stage: 0 }],
        why: [{ en: 'Stage 0 holds at least 21.1 GB of model states here, and the host has 17.2 GB.', 'zh-CN': expect.any(String) }],
      },
    ])
    expect(lacksOf(probes, plan, 'a', emptyInventory)).toMatchObject([{ arms: [], why: [{ en: 'No Python here has torch.' }] }])
  })
})
