import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'

export interface RunDocument {
  experiment: string
  status: string
  simulated: boolean
  runs: {
    id: string
    probe: string
    arm: { fabric: string }
    repeat: number
    attempt: number
    status: string
    problem: { code: string; message: string } | null
    transport: { claimed: string; observed: string[]; proof: string; evidence: string[] } | null
    artifacts: { name: string; sha256: string; bytes: number }[]
  }[]
}

const base = {
  headroom: 1,
  question: 'How much does the fast link buy over the shaped one?',
  hosts: { a: { ssh: 'lab1' }, b: { ssh: 'lab2' } },
  fabrics: {
    ethernet: { kind: 'ethernet', interfaces: { a: 'eth0', b: 'eth0' } },
    fast: { kind: 'ethernet', interfaces: { a: 'ib0', b: 'ib0' } },
  },
  factors: { fabric: ['ethernet', 'fast'] },
  order: { kind: 'randomised-blocks', seed: 42 },
  // Both hosts are this machine, which may be busy with anything.
  limits: { run_seconds: 120, retries: 1, keep_disturbed: true },
}

export const tcp = { probe: 'tcp', hosts: ['a', 'b'], params: { seconds: 2, latency_messages: 500 } }
export const nccl = {
  probe: 'nccl',
  hosts: ['a', 'b'],
  params: {
    backend: 'gloo',
    collectives: ['all_reduce'],
    min_bytes: 65536,
    max_bytes: 16777216,
    factor: 16,
    iterations: 10,
    warmup_iterations: 3,
  },
}

/** Writes a plan for the network lab and returns its path. */
export const writePlan = (dir: string, name: string, overrides: Record<string, unknown>): string => {
  const path = join(dir, `${name}.yaml`)
  writeFileSync(path, stringify({ ...base, probes: [tcp], repeats: 1, warmup: 0, ...overrides }))
  return path
}
