import { describe, expect, it } from 'vitest'
import { indicatorCell, type IndicatorCell, type IndicatorRow } from '../../../preload/contract/indicators'
import type { Arm } from '../../../preload/contract/plan'
import { alignedCells, figureText, targetText } from '../../charts/indicator-text'
import { armText, countsOf, sectionsOf } from './board'
import { fieldScale, fieldText, readField } from './target-field'

const cell = (more: Partial<IndicatorCell>): IndicatorCell =>
  indicatorCell.parse({
    arm: { fabric: 'fast' },
    status: 'not_measured',
    value: null,
    interval: null,
    values: [],
    runIds: [],
    simulated: false,
    metrics: [],
    note: '',
    parts: [],
    bound: null,
    reasonCode: 'not_measured',
    reason: 'Run it.',
    ...more,
  })
const value = (of: number, status: IndicatorCell['status'] = 'met', low = of, high = of): IndicatorCell =>
  cell({ value: of, status, interval: { low, high, coverage: 0.9375, method: '' }, reasonCode: null, reason: '' })

const row = (id: IndicatorRow['id'], cells: IndicatorCell[], more: Partial<IndicatorRow> = {}): IndicatorRow => ({
  id,
  title: id,
  definition: '',
  formula: '',
  unit: '1',
  better: 'higher',
  warnsOnly: false,
  target: { side: '>', value: 0.8, default: 0.8, edited: false },
  howTo: null,
  cells,
  ...more,
})
const howTo = { probe: 'zero', use: { probe: 'zero', hosts: ['a'], params: {} }, yaml: '- probe: zero\n', needs: '', lacks: [] }

describe('the sections of the screen', () => {
  const rows = [
    row('overlap', [value(0.4), cell({})], { howTo }),
    row('mfu', [cell({ status: 'cannot_answer', reasonCode: 'no_gpu', reason: 'No GPU.' })]),
    row('tokens_per_gpu', [cell({}), cell({})], { howTo }),
    row('gpu_utilisation', [cell({ reasonCode: 'only_nvidia_smi', reason: 'Not SM activity.' })], {
      howTo: { ...howTo, needs: 'Needs DCGM.' },
    }),
  ]

  it('put together what one probe would measure, and say more only where there is more to say', () => {
    const { measured, unanswered, proposals } = sectionsOf({ rows })
    expect(measured.map(({ id }) => id)).toEqual(['overlap'])
    expect(unanswered.map(({ id }) => id)).toEqual(['mfu'])
    expect(proposals.map((one) => one.rows.map(({ row: of, reason }) => [of.id, reason]))).toEqual([
      [
        ['tokens_per_gpu', ''],
        ['gpu_utilisation', 'Not SM activity.'],
      ],
    ])
  })

  it('name what only one of them needs', () => {
    expect(sectionsOf({ rows }).proposals[0]?.needs).toEqual(['gpu_utilisation: Needs DCGM.'])
    const serving = { ...howTo, needs: 'Needs an endpoint.' }
    const alike = [row('peak_qps', [cell({})], { howTo: serving }), row('latency_mean', [cell({})], { howTo: serving })]
    expect(sectionsOf({ rows: alike }).proposals[0]?.needs).toEqual(['Needs an endpoint.'])
  })

  it('name an arm that is only a number by its factor', () => {
    const arms: Arm[] = [{ gpus: 2 }, { fabric: 'fast' }, { fabric: 'fast', zero_stage: 1 }, {}]
    expect(arms.map(armText)).toEqual(['gpus=2', 'fast', 'fabric=fast, zero_stage=1', '–'])
  })

  it('count an indicator once, by its worst arm', () => {
    const counted = [
      row('overlap', [value(1), value(1, 'missed')]),
      row('mfu', [value(1), value(1, 'undecided')]),
      row('occupancy', [value(1), value(1, 'shown')]),
      row('alert_p95', [value(1, 'missed')], { warnsOnly: true }),
      row('peak_qps', [cell({})]),
    ]
    expect(countsOf({ rows: counted })).toEqual({ missed: 1, warned: 1, undecided: 1, met: 1, open: 1 })
  })
})

describe('figures', () => {
  it('of all arms stand on one scale, as fine as their intervals', () => {
    const latency = row('latency_mean', [value(812_345, 'met', 790_000, 830_000), value(90_500, 'met', 90_000, 91_000), cell({})], {
      unit: 'us',
    })
    expect(alignedCells(latency).map((one) => [one.value.trim(), one.interval, one.unit])).toEqual([
      ['810', '[790, 830]', 'ms'],
      ['90.5', '[90.0, 91.0]', 'ms'],
      ['', '', 'ms'],
    ])
  })

  it('of launches that are all equal have an interval too, of no width', () => {
    const steps = row('data_wait_share', [value(0, 'met', 0, 0), value(0.125, 'met', 0.125, 0.125)])
    expect(alignedCells(steps).map((one) => [one.value.trim(), one.interval])).toEqual([
      ['0', '[0, 0]'],
      ['12.5', '[12.5, 12.5]'],
    ])
  })

  it('have the unit that a reader expects', () => {
    expect(figureText(0.923, '1')).toBe('92.3\u202f%')
    expect(figureText(40 * 1024 ** 3, 'bytes')).toBe('40\u202fGiB')
    expect(targetText(row('latency_mean', [], { unit: 'us', target: { side: '<', value: 800_000, default: null, edited: false } }))).toBe(
      '<\u202f800\u202fms',
    )
  })
})

describe('the field of a target', () => {
  const latency = row('latency_mean', [], { unit: 'us', target: { side: '<', value: 800_000, default: 800_000, edited: false } })

  it('is typed in milliseconds and per cent', () => {
    expect(fieldText(800_000, fieldScale(latency))).toBe('800')
    expect(readField('500', latency, fieldScale(latency))).toEqual({ ok: true, value: 500_000 })
    expect(fieldText(0.92, fieldScale(row('accuracy_at_5', [])))).toBe('92')
    expect(readField('92.5', row('accuracy_at_5', []), fieldScale(row('accuracy_at_5', [])))).toEqual({ ok: true, value: 0.925 })
  })

  it.each(['', '0', '-5', '1e3', '5 ms', '1,5'])('refuses "%s"', (text) => {
    expect(readField(text, latency, fieldScale(latency))).toEqual({ ok: false, most: null })
  })

  it('refuses a share above all', () => {
    expect(readField('101', row('mfu', []), fieldScale(row('mfu', [])))).toEqual({ ok: false, most: 100 })
    expect(readField('101', row('bus_bandwidth_share', []), fieldScale(row('bus_bandwidth_share', [])))).toEqual({ ok: true, value: 1.01 })
  })
})
