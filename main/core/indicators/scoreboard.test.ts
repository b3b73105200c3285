import { describe, expect, it } from 'vitest'
import { indicatorIds, planSchema } from '../../../preload/contract'
import { boardOf, cellOf, rowOf, times, type Story } from './indicators.fixture'
import { readTarget, splitSetting } from './target-text'

const plan = planSchema.parse({
  headroom: 1,
  question: 'Which link is faster?',
  hosts: { x: { ssh: 'lab1' }, y: { ssh: 'lab2' } },
  factors: { fabric: ['ethernet', 'fast'] },
  probes: [{ probe: 'tcp', hosts: ['x', 'y'] }],
})

const latency = (value: number, more: Partial<Story> = {}): Story => ({
  probe: 'serving',
  launches: times(5, [['serving.latency_mean', value] as const]),
  ...more,
})

describe('the scoreboard', () => {
  it('has every indicator, and every arm of the plan before it ran', () => {
    const board = boardOf([], { plan })
    expect(board.rows.map(({ id }) => id)).toEqual(indicatorIds)
    expect(board.arms).toEqual([{ fabric: 'ethernet' }, { fabric: 'fast' }])
    for (const { cells, howTo } of board.rows) {
      expect(cells.map(({ status }) => status)).toEqual(['not_measured', 'not_measured'])
      expect(cells[0]?.reason).toMatch(/run probe \w+/)
      expect(howTo?.use.hosts.every((host) => ['x', 'y'].includes(host))).toBe(true)
    }
    expect(rowOf(board, 'bus_bandwidth_share').howTo?.use).toEqual({ probe: 'nccl', hosts: ['x', 'y'], params: {} })
    expect(rowOf(board, 'occupancy').howTo?.use).toMatchObject({ probe: 'kernel', hosts: ['x'] })
  })

  it('keeps arms apart and asks for what one of them lacks', () => {
    const row = rowOf(boardOf([latency(1000), latency(2000, { arm: { fabric: 'ethernet' } })], { plan }), 'latency_mean')
    expect(row.cells.map(({ arm, value }) => [arm['fabric'], value])).toEqual([
      ['ethernet', 2000],
      ['fast', 1000],
    ])
    expect(row.howTo).toBeNull()
    expect(rowOf(boardOf([latency(1000)], { plan }), 'latency_mean').howTo?.probe).toBe('serving')
  })

  it('counts finished launches only: no warm-up, none that was refused or disturbed', () => {
    const lost: Story[] = [
      latency(9e6, { more: { warmup: true } }),
      latency(9e6, { more: { status: 'refused' } }),
      latency(9e6, { facts: { disturbed: { cpu_busy: { host: 'a', othersPercent: 60, launchPercent: 20 } } } }),
    ]
    const cell = cellOf([...lost, latency(1000)], 'latency_mean')
    expect(cell).toMatchObject({ value: 1000, status: 'met' })
    expect(cell.values).toHaveLength(5)
    const kept = planSchema.parse({ ...plan, factors: { fabric: ['fast'] }, limits: { keep_disturbed: true } })
    expect(cellOf([lost[2] as Story], 'latency_mean', { plan: kept })).toMatchObject({ value: 9e6, status: 'missed' })
  })

  it('says what became of launches that do not count', () => {
    const failed = latency(1, { more: { status: 'failed', problem: { code: 'remote.tool_failed', message: 'No request got an answer.' } } })
    expect(cellOf([failed], 'latency_mean')).toMatchObject({
      status: 'cannot_answer',
      reasonCode: 'launches_lost',
      reason: '5 launches of serving ran, and none counts: No request got an answer.',
    })
    const disturbed = latency(1, { facts: { disturbed: { throttled: { host: 'a', gpu: 0, percent: 50, reasons: 'heat' } } } })
    expect(cellOf([disturbed], 'latency_mean').reason).toContain('throttled')
    // A launch that still waits is not lost.
    expect(cellOf([latency(1, { more: { status: 'pending' } })], 'latency_mean').status).toBe('not_measured')
  })

  it('has no median of launches that measured different things', () => {
    const cell = cellOf([latency(1000, { factsOf: (launch) => ({ batch_size: launch < 2 ? 1 : 8 }) })], 'latency_mean')
    expect(cell).toMatchObject({ status: 'cannot_answer', reasonCode: 'launches_differ' })
    expect(cell.reason).toContain('batch_size (1, 8)')
  })

  it('marks what is simulated', () => {
    const board = boardOf([latency(1000, { more: { simulated: true } }), latency(1, { arm: { fabric: 'other' } })])
    expect(board.simulated).toBe(true)
    expect(rowOf(board, 'latency_mean').cells.map(({ simulated }) => simulated)).toEqual([true, false])
  })

  it('takes targets that were set, and none where none is wanted', () => {
    expect(cellOf([latency(900_000)], 'latency_mean', { targets: [['latency_mean', 1_000_000]] }).status).toBe('met')
    expect(cellOf([latency(900_000)], 'latency_mean', { targets: [['latency_mean', null]] })).toMatchObject({
      status: 'shown',
      reasonCode: null,
    })
    const { target } = rowOf(boardOf([], { targets: [['latency_mean', 5]] }), 'latency_mean')
    expect(target).toEqual({ side: '<', value: 5, default: 800_000, edited: true })
  })
})

describe('a target in words', () => {
  it.each([
    ['800ms', 'us', 800_000],
    ['0.8 s', 'us', 800_000],
    ['800000', 'us', 800_000],
    ['92%', '1', 0.92],
    ['0.92', '1', 0.92],
    ['40GiB', 'bytes', 40 * 1024 ** 3],
    ['50/s', '1/s', 50],
    ['none', '1', null],
    ['default', '1', 'default'],
  ] as const)('%s', (text, unit, value) => {
    expect(readTarget(text, unit)).toBe(value)
  })

  it.each(['', '-1', '0', '1e9', 'NaN', '5 parsecs', '5constructor', '1,000'])('"%s" is none', (text) => {
    expect(readTarget(text, 'us')).toBeUndefined()
  })

  it('comes behind the first =', () => {
    expect(splitSetting('mfu=40%')).toEqual({ id: 'mfu', value: '40%' })
    expect(splitSetting('mfu')).toBeNull()
  })
})
