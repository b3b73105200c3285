import { describe, expect, it } from 'vitest'
import type { ComparisonRow } from '../../../preload/contract/comparison'
import { charts as words, compare } from '../../messages/results-en'
import { filterRows, flatRows, groupRows, sortRows } from './rows'
import { levelName, pairOf, rowKey } from '../../charts/model'

const row = (
  metric: string,
  dimensions: ComparisonRow['dimensions'],
  estimate: number | null,
  more: Partial<ComparisonRow> = {},
): ComparisonRow => ({
  metric,
  unit: 'GB/s',
  better: 'higher',
  headline: false,
  dimensions,
  arms: [
    { level: 'slow', n: 5, values: [], runIds: [], median: 0.1234, cv: 0.02 },
    { level: 'fast', n: 5, values: [], runIds: [], median: 12.34, cv: 0.02 },
  ],
  ratio: estimate === null ? null : { of: 'fast/slow', estimate, low: estimate * 0.9, high: estimate * 1.1, method: '', p: 0.01 },
  bound: {},
  verdict: estimate === null ? 'cannot_answer' : 'faster',
  reason: '',
  reasonCode: 'interval_excludes_one',
  reasonParams: {},
  ...more,
})

const rows = [
  row('tcp.throughput', { direction: 'sent' }, 3),
  row('nccl.busbw', { collective: 'all_reduce', size_bytes: 1048576 }, 8, { bound: { slow: { value: 1.234, source: '' } } }),
  row('nccl.busbw', { collective: 'all_reduce', size_bytes: 1024 }, null),
]
const none = { text: '', probe: null, brushed: null }
const metrics = (found: readonly ComparisonRow[]): unknown[] => found.map(({ metric, dimensions }) => [metric, dimensions['size_bytes']])

describe('the table of measurements', () => {
  it('is filtered by probe, by every word, by verdict and by brush', () => {
    expect(filterRows(rows, none, words, compare.verdicts).length).toBe(3)
    expect(filterRows(rows, { ...none, probe: 'tcp' }, words, compare.verdicts).length).toBe(1)
    expect(filterRows(rows, { ...none, text: 'BUSBW 1 mib' }, words, compare.verdicts).length).toBe(1)
    expect(filterRows(rows, { ...none, text: 'cannot' }, words, compare.verdicts).length).toBe(1)
    expect(filterRows(rows, { ...none, brushed: new Set([rowKey(rows[2] as ComparisonRow)]) }, words, compare.verdicts)).toEqual([rows[2]])
  })
  it('sorts sizes as numbers, and what has no value last both ways', () => {
    expect(metrics(sortRows(rows, { key: 'metric', descending: false }))).toEqual([
      ['nccl.busbw', 1024],
      ['nccl.busbw', 1048576],
      ['tcp.throughput', undefined],
    ])
    expect(metrics(sortRows(rows, { key: 'ratio', descending: true }))[2]).toEqual(['nccl.busbw', 1024])
    expect(metrics(sortRows(rows, { key: 'ratio', descending: false }))).toEqual([
      ['tcp.throughput', undefined],
      ['nccl.busbw', 1048576],
      ['nccl.busbw', 1024],
    ])
  })
  it('shows telemetry after what was measured', () => {
    const beside = row('gpu.power', { host: 'a', probe: 'tcp', stat: 'mean' }, null)
    expect(metrics(sortRows([beside, ...rows], { key: 'metric', descending: false })).at(-1)).toEqual(['gpu.power', undefined])
  })
  it('tells rows apart by a level that nobody measured, and names numbered levels by their factor', () => {
    const missing = ([1, 2] as const).map((level) => {
      const base = row('zero.collective_bytes', {}, null)
      return { ...base, arms: base.arms.slice(0, 1).map((arm) => ({ ...arm, level: 0 })), level, reasonCode: 'arm_missing' as const }
    })
    expect(new Set(missing.map(rowKey)).size).toBe(2)
    expect(missing.map((one) => pairOf(one, [0, 1, 2]))).toEqual([
      { baseline: '0', level: '1' },
      { baseline: '0', level: '2' },
    ])
    expect(levelName({ factor: 'zero_stage', levels: [0, 1, 2] }, '2')).toBe('zero_stage 2')
    expect(levelName({ factor: 'fabric', levels: ['slow', 'fast'] }, 'fast')).toBe('fast')
  })
  it('says once what all rows of a metric share', () => {
    const [busbw] = groupRows(sortRows(rows, { key: 'metric', descending: false }), ['slow', 'fast'], words)
    expect([busbw?.shared, busbw?.rows.map(({ varying }) => varying)]).toEqual(['all_reduce', ['1 KiB', '1 MiB']])
    expect(busbw?.rows[1]).toMatchObject({
      where: 'all_reduce, 1 MiB',
      interval: '[7.2, 8.8]',
      medians: ['0.1234', '12.34'],
      counts: '5, 5',
    })
    expect(busbw?.rows[1]?.bound).toBe('10\u202f%, –')
    expect(busbw?.rows[0]).toMatchObject({ interval: '', bound: '' })
  })
  it('keeps the order when it is not grouped', () => {
    expect(flatRows(rows, ['slow', 'fast'], words).map(({ where }) => where)).toEqual(['sent', 'all_reduce, 1 MiB', 'all_reduce, 1 KiB'])
  })
})
