import { describe, expect, it } from 'vitest'
import { canRunIn, type Inventory } from '../../preload/contract'
import { emptyInventory } from '../_kit/empty-inventory'
import { perftestOptions, rdmaParams, rdmaTests } from './params'
import { rdmaPreflight } from './preflight'
import { readRdma, splitTests } from './read'

const preflight = (...args: Parameters<typeof rdmaPreflight>) => canRunIn(rdmaPreflight(...args), 'en')

const hca = { name: 'mlx5_0', port: 1, linkLayer: 'InfiniBand', state: 'ACTIVE', rateGbps: 200, firmware: null, interface: null }
const tools = Object.fromEntries(['ib_write_bw', 'ib_write_lat'].map((name) => [name, { path: `/usr/bin/${name}`, version: '6.6' }]))
const able: Inventory = { ...emptyInventory, uid: 1000, memlockKiB: 'unlimited', hcas: [hca], tools }

describe('preflight', () => {
  it('names every lack with a command', () => {
    expect(preflight(able, null)).toEqual({ probe: 'rdma', canRun: true, via: 'perftest', why: [], fix: [] })
    expect(preflight(emptyInventory, null).why).toEqual([
      'There is no RDMA device: /sys/class/infiniband is empty or absent.',
      'ib_write_bw, ib_write_lat are not installed (perftest).',
    ])
    expect(preflight({ ...able, hcas: [{ ...hca, state: 'DOWN' }] }, null).why).toEqual(['No port is active: mlx5_0:1 DOWN.'])
  })

  it('finds a locked-memory limit before the run, for users it binds', () => {
    const limited = { ...able, memlockKiB: 8192 }
    expect(preflight(limited, null).why[0]).toContain('Locked memory is limited to 8192 KiB')
    expect(preflight({ ...limited, uid: 0 }, null).canRun).toBe(true)
    expect(preflight(limited, rdmaParams.parse({ sizes: [64] })).canRun).toBe(true)
  })
})

describe('perftest options', () => {
  it('give latency tests only what they know', () => {
    const params = rdmaParams.parse({ qps: 4, gid_index: 3, mtu: 4096 })
    expect(perftestOptions(params, 'bw').join(' ')).toBe('-n 2000 -q 4 --report_gbits -x 3 -m 4096')
    expect(perftestOptions(params, 'lat').join(' ')).toBe('-n 2000 -x 3 -m 4096')
    expect(perftestOptions(rdmaParams.parse({ duration: 10 }), 'bw').join(' ')).toBe('-D 10 -q 1 --report_gbits')
  })

  it('make one test per operation and size, each once', () => {
    expect(rdmaTests(rdmaParams.parse({ operations: ['read_bw', 'read_bw'], sizes: [2, 2, 4] }))).toEqual([
      { operation: 'read_bw', sizeBytes: 2 },
      { operation: 'read_bw', sizeBytes: 4 },
    ])
  })
})

describe('readRdma', () => {
  it('says how many tests are missing when the client stopped early without an error', () => {
    expect(splitTests('# headroom test write_bw size=2 port=1\nA\n# headroom test write_bw size=4 port=2\nB\n')).toEqual(['A\n', 'B\n'])
    const reading = readRdma({
      params: rdmaParams.parse({}),
      arm: {},
      fabric: null,
      roles: [{ role: 'client', host: 'a', exitCode: 0, files: new Map(), facts: {} }],
    })
    expect(reading.problem).toEqual({ code: 'parse.no_rows', message: 'Only 0 of 14 tests left a result.' })
    expect(reading.expectedBytes).toBeNull()
  })
})
