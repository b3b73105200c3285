import { describe, expect, it } from 'vitest'
import type { FabricSpec } from '../../../preload/contract'
import { probes } from '../../../remote-scripts'
import { proveTransport, type TransportProof } from '../../core/runs/transport'

const both: FabricSpec = { kind: 'infiniband', interfaces: { a: 'ib0', b: 'ib0' }, hcas: { a: 'mlx5_0:1', b: 'mlx5_0:1' } }
const fabric = { name: 'fast', spec: both }

const gloo =
  '{"headroom": "collective-bench", "version": 1, "world_size": 2, "backend": "gloo", "torch": "2.3.1", "dtype": "float32", "hosts": ["a", "b"]}\n'
const bench = (text: string) => [
  { role: 'node0', host: 'a', exitCode: 0, files: new Map([['rank0.jsonl', new TextEncoder().encode(text)]]), facts: {} },
]

/** The proof of a launch whose bytes all went through one of the two devices that the fabric binds. */
const proofOver = (device: 'ib0' | 'mlx5_0:1', id: string, roles: ReturnType<typeof bench> = []): TransportProof => {
  const probe = probes.get(id)
  if (!probe) throw new Error(`no probe ${id}`)
  const { path } = probe.read({ params: probe.params.parse({}), arm: { fabric: 'fast' }, fabric, roles })
  const still = { rxBytes: 0, txBytes: 0 }
  const before = { ib0: still, 'mlx5_0:1': still }
  const hosts = ['a', 'b'].map((host) => ({ host, before, after: { ...before, [device]: { rxBytes: 4e8, txBytes: 4e8 } } }))
  return proveTransport({ fabric, hosts, log: null, expectedBytes: 4e8, path: path ?? null })
}

describe('a fabric that binds an interface and an HCA', () => {
  it.each([
    ['rdma', 'mlx5_0:1', 'ib0'],
    ['nccl', 'mlx5_0:1', 'ib0'],
    ['tcp', 'ib0', 'mlx5_0:1'],
  ] as const)('%s proves itself over %s, and is refused over %s', (id, right, wrong) => {
    expect(proofOver(right, id)).toMatchObject({ problem: null, transport: { observed: [right], proof: 'counters' } })
    expect(proofOver(wrong, id).problem).toMatchObject({
      code: 'transport.contradicted',
      message: expect.stringContaining(wrong) as string,
    })
  })

  it('gloo has sockets only, so the interface is its path', () => {
    expect(proofOver('ib0', 'nccl', bench(gloo)).problem).toBeNull()
    expect(proofOver('mlx5_0:1', 'nccl', bench(gloo)).problem).toMatchObject({ code: 'transport.contradicted' })
  })
})
