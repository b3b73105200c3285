import { describe, expect, it } from 'vitest'
import { planSchema } from '../../../preload/contract/plan'
import { armPlaces, crossArms } from './arms'
import { layDiagram, neighbour, slotsOf } from './diagram'
import { draftOf, planInput, readLevels } from './draft'
import { renameRole } from './PlanHosts'

const plan = planSchema.parse({
  headroom: 1,
  question: 'Does it matter?',
  hosts: { a: { ssh: 'lab1' }, b: { ssh: 'lab2', setup: 'module load cuda' } },
  fabrics: {
    slow: { kind: 'ethernet', interfaces: { a: 'eth0', b: 'eth0' } },
    fast: { kind: 'infiniband', hcas: { a: 'mlx5_0:1', b: 'mlx5_0:1' } },
  },
  factors: { fabric: ['slow', 'fast'], zero_stage: [1, 2] },
  probes: [{ probe: 'tcp', hosts: ['a', 'b'], params: { seconds: 3 }, when: { fabric: ['slow'] } }],
  repeats: 4,
  order: { kind: 'abba', seed: 7 },
})

describe('plan draft', () => {
  it('gives the same plan back', () => {
    expect(planSchema.parse(planInput(draftOf(plan)))).toEqual(plan)
  })

  it.each([undefined, 'off', { hz: 4 }, { hz: 1, bpftrace: true }])('keeps telemetry %j', (telemetry) => {
    const watched = planSchema.parse({ ...plan, ...(telemetry === undefined ? {} : { telemetry }) })
    expect(planSchema.parse(planInput(draftOf(watched)))).toEqual(watched)
  })

  it('renames a host everywhere', () => {
    const renamed = planSchema.parse(planInput(renameRole(draftOf(plan), 'b', 'server')))
    expect(Object.keys(renamed.hosts)).toEqual(['a', 'server'])
    expect(renamed.fabrics['slow']?.interfaces).toEqual({ a: 'eth0', server: 'eth0' })
    expect(renamed.fabrics['fast']?.hcas).toEqual({ a: 'mlx5_0:1', server: 'mlx5_0:1' })
    expect(renamed.probes[0]?.hosts).toEqual(['a', 'server'])
  })

  it('reads levels as the file would', () => {
    expect(readLevels('fast, 2, 0.5, true,')).toEqual(['fast', 2, 0.5, true])
  })
})

describe('arms', () => {
  it('are the full cross, the last factor fastest, and keep their place', () => {
    const arms = crossArms({ fabric: ['slow', 'fast'], zero_stage: [1, 2] })
    expect(arms.map((arm) => Object.values(arm).join())).toEqual(['slow,1', 'slow,2', 'fast,1', 'fast,2'])
    expect([...armPlaces(plan, [{ zero_stage: 2, fabric: 'fast' }, { fabric: 'new' }]).values()]).toEqual([0, 1, 2, 3, 4])
  })
})

describe('block diagram', () => {
  const launch = (position: number, block: number, fabric: string) => ({
    probe: 'tcp',
    arm: { fabric },
    block,
    warmup: block === 0,
    position,
  })
  const launches = [launch(0, 0, 'slow'), launch(1, 0, 'fast'), launch(2, 1, 'fast'), launch(3, 1, 'slow'), launch(4, 1, 'slow')]
  const diagram = layDiagram(
    launches,
    new Map([
      ['[["fabric","slow"]]', 0],
      ['[["fabric","fast"]]', 1],
    ]),
  )

  it('has a row per probe and arm in the order of the arms, and a column per block', () => {
    expect(diagram.rows.map((row) => row.arm['fabric'])).toEqual(['slow', 'fast'])
    expect(diagram.blocks).toEqual([0, 1])
    expect(diagram.rows.map((row) => diagram.cell(row, 1).map((each) => each.position))).toEqual([[3, 4], [2]])
  })

  it('gives every launch a place of its own, the same in every row of a block', () => {
    expect(slotsOf(diagram)).toEqual([
      { block: 0, nth: 0 },
      { block: 1, nth: 0 },
      { block: 1, nth: 1 },
    ])
    expect(diagram.rows.map((row) => diagram.line(row).map((each) => each.position))).toEqual([
      [0, 3, 4],
      [1, 2],
    ])
    expect(diagram.launches).toBe(5)
  })

  it('moves by arrow keys and stops at the edge', () => {
    const grid = [['a1', 'a2', 'a3'], ['b1']]
    expect(neighbour(grid, 'a1', 'ArrowRight')).toBe('a2')
    expect(neighbour(grid, 'a3', 'ArrowRight')).toBe('a3')
    expect(neighbour(grid, 'a3', 'ArrowDown')).toBe('b1')
    expect(neighbour(grid, 'b1', 'ArrowUp')).toBe('a1')
    expect(neighbour(grid, 'a2', 'End')).toBe('a3')
    expect(neighbour(grid, 'a2', 'x')).toBe('a2')
  })
})
