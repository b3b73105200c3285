import { describe, expect, it } from 'vitest'
import { planSchema, type Plan } from '../../../preload/contract'
import { expandPlan, expectedSeconds, validatePlan } from './design'

const plan = (more: Record<string, unknown> = {}): Plan =>
  planSchema.parse({
    headroom: 1,
    question: 'Which link is faster?',
    hosts: { a: { ssh: 'lab1' }, b: { ssh: 'lab2' } },
    fabrics: {
      ethernet: { kind: 'ethernet', interfaces: { a: 'eth0', b: 'eth0' } },
      fast: { kind: 'ethernet', interfaces: { a: 'ib0', b: 'ib0' } },
    },
    factors: { fabric: ['ethernet', 'fast'] },
    probes: [{ probe: 'tcp', hosts: ['a', 'b'] }],
    repeats: 4,
    warmup: 1,
    order: { kind: 'randomised-blocks', seed: 42 },
    ...more,
  })

const orderOf = (of: Plan): string[] =>
  expandPlan(of)
    .launches.filter(({ warmup }) => !warmup)
    .map(({ arm }) => String(arm.fabric))

describe('expandPlan', () => {
  it('runs every warm-up first, then each arm once in every block', () => {
    const { arms, launches } = expandPlan(plan({ repeats: 5, warmup: 2 }))
    expect(arms).toEqual([{ fabric: 'ethernet' }, { fabric: 'fast' }])
    expect(launches.slice(0, 4).every(({ warmup, repeat, block }) => warmup && repeat === 0 && block === 0)).toBe(true)
    expect(launches.map(({ position }) => position)).toEqual(Array.from({ length: 14 }, (_, index) => index))
    for (let block = 1; block <= 5; block += 1) {
      const inBlock = launches.filter((launch) => launch.block === block)
      expect(inBlock.map(({ arm }) => arm.fabric).sort()).toEqual(['ethernet', 'fast'])
      expect(inBlock.every(({ repeat, warmup }) => repeat === block && !warmup)).toBe(true)
    }
  })

  it('keeps the order of a seed for ever', () => {
    expect(
      orderOf(plan({ repeats: 6 }))
        .map((name) => name[0])
        .join(''),
    ).toBe('effefeeffeef')
  })

  it('gives other orders for other seeds', () => {
    const orders = new Set(
      [1, 2, 3, 4, 5, 6].map((seed) => orderOf(plan({ repeats: 6, order: { kind: 'randomised-blocks', seed } })).join()),
    )
    expect(orders.size).toBeGreaterThan(3)
  })

  it('turns every second block round with abba', () => {
    expect(orderOf(plan({ order: { kind: 'abba' } }))).toEqual([
      'ethernet',
      'fast',
      'fast',
      'ethernet',
      'ethernet',
      'fast',
      'fast',
      'ethernet',
    ])
  })

  it('finishes one arm before the next with sequential', () => {
    expect(orderOf(plan({ repeats: 2, order: { kind: 'sequential' } }))).toEqual(['ethernet', 'ethernet', 'fast', 'fast'])
  })

  it('crosses factors, and runs an entry only in the arms of its when', () => {
    const { arms, launches } = expandPlan(
      plan({
        factors: { fabric: ['ethernet', 'fast'], zero_stage: [1, 2] },
        probes: [
          { probe: 'tcp', hosts: ['a', 'b'] },
          { probe: 'rdma', hosts: ['a', 'b'], when: { fabric: ['fast'] } },
        ],
        repeats: 1,
        warmup: 0,
      }),
    )
    expect(arms).toHaveLength(4)
    expect(launches.filter(({ probe }) => probe === 'rdma').map(({ arm }) => arm.fabric)).toEqual(['fast', 'fast'])
    expect(launches).toHaveLength(6)
  })

  it('sums the expected seconds of all launches', () => {
    expect(expectedSeconds(plan({ repeats: 4, warmup: 1 }), (_, arm) => (arm.fabric === 'fast' ? 2 : 3))).toBe(25)
  })
})

describe('validatePlan', () => {
  const messages = (more: Record<string, unknown>): string[] => validatePlan(plan(more)).map(({ message }) => message)

  it('finds nothing wrong with a sound plan', () => {
    expect(validatePlan(plan())).toEqual([])
  })

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['an unknown host of a probe', { probes: [{ probe: 'tcp', hosts: ['a', 'c'] }] }, /probes\[0\] \(tcp\): "c" is not among hosts/],
    ['a host listed twice', { probes: [{ probe: 'tcp', hosts: ['a', 'a'] }] }, /"a" is listed twice in hosts/],
    ['a host with neither ssh nor local', { hosts: { a: {}, b: { ssh: 'x' } } }, /hosts\.a: needs "ssh/],
    ['a host with both', { hosts: { a: { ssh: 'x', local: true }, b: { ssh: 'x' } } }, /hosts\.a: has both/],
    ['a level without a fabric', { factors: { fabric: ['ethernet', 'slow'] } }, /factors\.fabric: "slow" is not among fabrics/],
    ['a level listed twice', { factors: { fabric: ['ethernet', 'fast'], n: [1, '1'] } }, /factors\.n: "1" is listed twice/],
    [
      'a fabric that forgets a host',
      {
        fabrics: {
          ethernet: { kind: 'ethernet', interfaces: { a: 'eth0', b: 'eth0' } },
          fast: { kind: 'ethernet', interfaces: { a: 'ib0' } },
        },
      },
      /fabrics\.fast: names no interface for "b"/,
    ],
    [
      'a fabric that names a strange host',
      {
        fabrics: {
          ethernet: { kind: 'ethernet', interfaces: { a: 'eth0', b: 'eth0' } },
          fast: { kind: 'ethernet', interfaces: { a: 'ib0', b: 'ib0', z: 'ib0' } },
        },
      },
      /fabrics\.fast\.interfaces: "z" is not among hosts/,
    ],
    ['arms with different factors', { factors: {}, arms: [{ fabric: 'fast' }, { stage: 1 }] }, /arms\[1\]: has the factors stage/],
    ['an arm twice', { factors: {}, arms: [{ fabric: 'fast' }, { fabric: 'fast' }] }, /arms\[1\]: is the same as an earlier arm/],
    [
      'an arm with an unknown level',
      { arms: [{ fabric: 'fast' }, { fabric: 'eth' }] },
      /arms\[1\]: "eth" is not a level of factors\.fabric/,
    ],
    [
      'a when of no factor',
      { probes: [{ probe: 'tcp', hosts: ['a', 'b'], when: { colour: ['red'] } }] },
      /when names "colour", which is not a factor/,
    ],
    ['a when of no level', { probes: [{ probe: 'tcp', hosts: ['a', 'b'], when: { fabric: ['slow'] } }] }, /when\.fabric names "slow"/],
    [
      'too many arms',
      { factors: { a: Array.from({ length: 64 }, (_, i) => i), b: Array.from({ length: 64 }, (_, i) => i) } },
      /make 4096 arms; at most 256/,
    ],
  ])('names %s', (_, more, expected) => {
    expect(messages(more).join('\n')).toMatch(expected)
  })

  it('accepts an InfiniBand fabric bound by HCAs alone', () => {
    const fabrics = {
      ethernet: { kind: 'ethernet', interfaces: { a: 'eth0', b: 'eth0' } },
      fast: { kind: 'infiniband', hcas: { a: 'mlx5_0:1', b: 'mlx5_0' } },
    }
    expect(messages({ fabrics })).toEqual([])
  })

  it('asks no binding of hosts that only single-host probes use', () => {
    const hosts = { a: { ssh: 'x' }, b: { ssh: 'y' }, c: { local: true } }
    expect(
      messages({
        hosts,
        probes: [
          { probe: 'tcp', hosts: ['a', 'b'] },
          { probe: 'inventory', hosts: ['c'] },
        ],
      }),
    ).toEqual([])
  })

  it('reports everything at once', () => {
    expect(messages({ hosts: { a: {}, b: {} }, factors: { fabric: ['x', 'x'] } }).length).toBeGreaterThanOrEqual(4)
  })
})
