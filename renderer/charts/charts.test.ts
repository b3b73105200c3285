import { describe, expect, it } from 'vitest'
import type { Comparison, ComparisonRow } from '../../preload/contract/comparison'
import { charts as words } from '../messages/results-en'
import { charts as chinese } from '../messages/results-zh-CN'
import { decadeTicks, linearTicks, sizeTicks } from './axes'
import { alignDecimals, atPower, lastPower, medianText, percentText, ratioText, significant } from './digits'
import { seriesGroups, quantile, typicalQuantile } from './distributions'
import { ecdfFigure } from './ecdf-figure'
import { spreadLabels } from './labels'
import { headlineStrips, stripFigure } from './strip-figure'
import { sweepFigure } from './sweep-figure'
import { bandwidthFactor, sweepsOf } from './sweeps'
import { boundText, metricText, plain, scaleOf, sizeText, valueText } from './text'
import { themes } from './theme'

const row = (metric: string, sizeBytes: number, base: number[], other: number[], more: Partial<ComparisonRow> = {}): ComparisonRow => ({
  metric,
  unit: metric.endsWith('time') ? 'us' : 'GB/s',
  better: metric.endsWith('time') ? 'lower' : 'higher',
  headline: metric.endsWith('busbw'),
  dimensions: { collective: 'all_reduce', size_bytes: sizeBytes },
  arms: [
    { level: 'slow', n: base.length, values: base, runIds: base.map((_, index) => `s${index}`), median: base[1] ?? 0, cv: 0.02 },
    { level: 'fast', n: other.length, values: other, runIds: other.map((_, index) => `f${index}`), median: other[1] ?? 0, cv: 0.02 },
  ],
  ratio: { of: 'fast/slow', estimate: 4, low: 3.8, high: 4.2, method: 'Hodges-Lehmann', p: 0.008 },
  bound: {},
  verdict: 'faster',
  reason: '',
  reasonCode: 'interval_excludes_one',
  reasonParams: {},
  ...more,
})

const KiB = 1024
const timeOf = (sizeBytes: number, usPerByte: number): number => 10 + usPerByte * sizeBytes
const launches = (value: number): number[] => [value * 0.99, value, value * 1.01]
const sizes = [1 * KiB, 16 * KiB, 256 * KiB, 4096 * KiB]
const busbw = (sizeBytes: number, usPerByte: number): number => (1.5 * sizeBytes) / timeOf(sizeBytes, usPerByte) / 1e3

const comparison: Comparison = {
  experiment: 'exp-1',
  factor: 'fabric',
  simulated: false,
  levels: ['slow', 'fast'],
  rows: sizes.flatMap((size) => [
    row('nccl.time', size, launches(timeOf(size, 0.008)), launches(timeOf(size, 0.002))),
    row('nccl.busbw', size, launches(busbw(size, 0.008)), launches(busbw(size, 0.002)), {
      bound: { slow: { value: 0.3, source: 'eth0 on a: 2.4 Gb/s line rate (driver)' } },
    }),
  ]),
  fits: ['slow', 'fast'].map((level, index) => ({
    level,
    dimensions: { metric: 'nccl.time', collective: 'all_reduce' },
    segments: [
      {
        fromBytes: sizes[0] ?? 0,
        toBytes: sizes[3] ?? 0,
        interceptUs: 10,
        interceptLowUs: 9,
        interceptHighUs: 11,
        usPerByte: index === 0 ? 0.008 : 0.002,
        usPerByteLow: 0.001,
        usPerByteHigh: 0.01,
      },
    ],
    halfBandwidthBytes: 1250,
    residuals: [],
    method: 'm',
  })),
  confounders: [],
  excluded: [],
  headlines: [],
}

describe('metricText', () => {
  it('says a metric, and of which it is which statistic; a foreign one keeps its name', () => {
    expect(metricText(words, 'serving.knee_qps')).toBe('Rate at the knee')
    expect(metricText(words, 'serving.ttft_p999')).toBe('Time to first token, p99.9')
    expect(metricText(chinese, 'dataloader.wait_mean')).toBe('等待下一批的时间，均值')
    expect(metricText(words, 'command.my_p99')).toBe('command.my_p99')
    expect(metricText(words, 'constructor_mean')).toBe('constructor_mean')
  })
})

describe('digits', () => {
  it('prints what has too many digits in the next prefix of its unit, one for a whole column', () => {
    expect(scaleOf('us', [2_028_000, 671_500])).toEqual({ divisor: 1e3, name: 'ms' })
    expect(scaleOf('us', [36_335])).toEqual({ divisor: 1, name: 'µs' })
    expect(scaleOf('bytes', [21_080_000_000, 1_318_000_000])).toEqual({ divisor: 1e9, name: 'GB' })
    expect(scaleOf('1', [1e9])).toEqual({ divisor: 1, name: '' })
    expect(linearTicks(1.94e6, 2.86e6)).toEqual([2e6, 2.2e6, 2.4e6, 2.6e6, 2.8e6])
    expect(linearTicks(3, 3)).toEqual([])
  })
  it('show no more than the interval supports', () => {
    expect(ratioText({ estimate: 1.7312, low: 1.6987, high: 1.7684 })).toBe('1.73 [1.70, 1.77]')
    expect(ratioText({ estimate: 4.195, low: 3.542, high: 6.103 })).toBe('4.2 [3.5, 6.1]')
    expect(ratioText({ estimate: 10.136, low: 8.02, high: 14.066 })).toBe('10 [8, 14]')
    expect(ratioText({ estimate: 2, low: 2, high: 2 })).toBe('2 [2, 2]')
    expect(ratioText({ estimate: 0.9612, low: 0.9169, high: 0.9978 })).toBe('0.96 [0.92, 0.998]')
  })
  it('never round the end of a ratio to nothing', () => {
    expect(ratioText({ estimate: 1.168, low: 0.083, high: 26.73 })).toBe('1 [0.08, 27]')
  })
  it('follow the spread of the launches', () => {
    expect(medianText({ median: 0.118762, cv: 0.0077, n: 5 })).toBe('0.1188')
    expect(medianText({ median: 36335.87, cv: 0.0161, n: 5 })).toBe('36300')
    expect(medianText({ median: 233.4, cv: 1.2, n: 5 })).toBe('230')
    expect(medianText({ median: 0, cv: null, n: 5 })).toBe('0')
    // A counter that differs by a few bytes in billions.
    expect(medianText({ median: 4.978123456, cv: 1e-10, n: 5 })).toBe('4.97812')
    expect(ratioText({ estimate: 1, low: 0.99999999987, high: 1.00000000001 })).toBe('1.00000 [1.00000, 1.00000]')
    expect(percentText(1e-10)).toBe('<\u202f0.001\u202f%')
  })
  it('round at a power of ten', () => {
    expect([lastPower(0.035), lastPower(1.3), lastPower(300), atPower(36335.9, 1), atPower(1.2037, -2)]).toEqual([
      -2,
      -1,
      2,
      '36340',
      '1.20',
    ])
    expect([significant(0), significant(0.00012345, 3), significant(187312, 3), significant(1.5, 4)]).toEqual([
      '0',
      '0.000123',
      '187000',
      '1.5',
    ])
  })
  it('stand decimal point under decimal point', () => {
    expect(alignDecimals(['1.25', '12.5', '3'])).toEqual(['1.25', '12.5\u2007', '3\u2008\u2007\u2007'])
    expect(alignDecimals(['1', '22'])).toEqual(['1', '22'])
  })
})

describe('axes', () => {
  it('put binary prefixes at powers of two', () => {
    expect(sizeTicks({ low: Math.log10(900), high: Math.log10(2 ** 30) }).map(sizeText)).toEqual([
      '1 KiB',
      '32 KiB',
      '1 MiB',
      '32 MiB',
      '1 GiB',
    ])
  })
  it('put decades, and more between where there are few', () => {
    expect(decadeTicks({ low: -3.1, high: 1.1 })).toEqual([0.001, 0.01, 0.1, 1, 10])
    expect(decadeTicks({ low: -0.1, high: 0.9 })).toEqual([1, 2, 5])
  })
  it('name values with the prefix that suits', () => {
    expect([valueText(36335, 'us'), valueText(0.001, 'GB/s'), valueText(12.5, 'GB/s'), valueText(0.5, '1')]).toEqual([
      '36.3 ms',
      '1 MB/s',
      '12.5 GB/s',
      '0.5',
    ])
  })
  it('keep end labels apart without moving the group', () => {
    const shifts = spreadLabels([1, 1.01], 100)
    expect((shifts[1] ?? 0) + 1 - (shifts[0] ?? 0)).toBeCloseTo(15)
    expect((shifts[0] ?? 0) + (shifts[1] ?? 0)).toBeCloseTo(0)
    expect(spreadLabels([1, 2], 100)).toEqual([0, 0])
  })
})

describe('a sweep over sizes', () => {
  const [bandwidth, time] = sweepsOf(comparison)

  it('comes headline first, with every launch and its run', () => {
    expect([bandwidth?.metric, time?.metric]).toEqual(['nccl.busbw', 'nccl.time'])
    expect(bandwidth?.curves.map(({ level, launches: drawn }) => [level, drawn.length])).toEqual([
      ['slow', 12],
      ['fast', 12],
    ])
    expect(bandwidth?.curves[1]?.launches[2]?.runId).toBe('f2')
  })
  it('draws the fitted time as bandwidth through the collective’s factor', () => {
    expect(bandwidthFactor(bandwidth?.curves[0]?.medians ?? [], time?.curves[0]?.medians ?? [])).toBeCloseTo(1.5, 9)
    const end = bandwidth?.curves[1]?.fitted.at(-1)?.at(-1)
    expect(end?.sizeBytes).toBeCloseTo(4096 * KiB, 3)
    expect(end?.value).toBeCloseTo(busbw(4096 * KiB, 0.002), 9)
  })
  it('refuses a factor that changes with the size', () => {
    const medians = (values: number[]) => values.map((value, index) => ({ sizeBytes: sizes[index] ?? 1, value, n: 3, rowKey: '' }))
    expect(bandwidthFactor(medians([1, 1]), medians([1, 1]))).toBeNull()
  })
  it('states its finding, names its bound, and is the same picture on paper', () => {
    if (!bandwidth) throw new Error('no sweep')
    const screen = sweepFigure(comparison, bandwidth, words, themes.dark)
    const paper = sweepFigure(comparison, bandwidth, words, themes.print)
    expect(screen.title).toBe('Bus bandwidth (busbw) at 4 MiB: fast reaches 4.0 times slow.')
    expect(JSON.stringify(screen.layout)).toContain('2.4 Gb/s line rate (slow)')
    expect(screen.table).toEqual(paper.table)
    expect(screen.traces.length).toBe(paper.traces.length)
    expect(screen.table.rows[3]?.cells).toEqual(['4 MiB', '0.187', '0.749', '3, 3', '4.0 [3.8, 4.2]'])
    expect(sweepFigure(comparison, bandwidth, chinese, themes.print).title).toContain('fast 是 slow 的 4.0 倍')
  })
  it('says of an abstention that it is one', () => {
    const unsure: Comparison = {
      ...comparison,
      rows: comparison.rows.map((one) => ({ ...one, verdict: 'cannot_answer', reasonCode: 'interval_too_wide' })),
    }
    const sweep = sweepsOf(unsure)[0]
    expect(sweep && sweepFigure(unsure, sweep, words, themes.light).title).toContain('cannot tell fast from slow')
  })
})

describe('strips', () => {
  it('name a bound in few words: a line rate, a short source whole, of a long one what it is', () => {
    expect(boundText(words, 'eth0 on b: 25 Gb/s line rate (driver)', ['a', 'b'])).toBe('25 Gb/s line rate (a, b)')
    const explained = 'ZeRO sends 2 Ψ (N-1)/N: Ψ = 1000000 parameters of 4 bytes (float32), N = 2 (arXiv 1910.02054)'
    expect(boundText(words, explained, ['0'])).toBe('ZeRO sends 2 Ψ (N-1)/N (0)')
    expect(boundText(words, 'cache: 3 GB/s', ['0'])).toBe('cache: 3 GB/s (0)')
  })

  it('show the largest size of each headline metric', () => {
    const strips = headlineStrips(comparison)
    expect(strips.map(({ rows }) => rows[0]?.dimensions['size_bytes'])).toEqual([4096 * KiB])
    const figure = strips[0] && stripFigure(comparison, strips[0], words, themes.light)
    expect(figure?.table.rows.length).toBe(8)
    expect(figure?.table.rows[0]).toMatchObject({ runId: 's0' })
  })
  it('let no markup of a level through to Plotly', () => {
    const evil = '<a href="https://evil.example">x</a>'
    const hostile: Comparison = {
      ...comparison,
      levels: ['slow', evil],
      rows: comparison.rows.map((one) => ({ ...one, arms: one.arms.map((arm) => (arm.level === 'fast' ? { ...arm, level: evil } : arm)) })),
    }
    const strip = headlineStrips(hostile)[0]
    const figure = strip && stripFigure(hostile, strip, words, themes.light)
    expect(JSON.stringify([figure?.traces, figure?.layout])).not.toContain('<a')
    expect(plain('a\u202e<b>')).toBe('a\ufffd&lt;b&gt;')
  })
})

describe('distributions', () => {
  const info = (id: number, runId: string, rank: number) => ({
    id,
    runId,
    metric: 'tcp.lat',
    unit: 'us' as const,
    dimensions: { rank },
    count: 4,
  })

  it('pool the ranks of a launch and leave out what does not count', () => {
    const groups = seriesGroups(comparison, [], [info(1, 's0', 0), info(2, 's0', 1), info(3, 'f1', 0), info(4, 'warm-up', 0)])
    expect(
      groups.map(({ launches: found, samples }) => [found.map(({ runId, level, series }) => [runId, level, series.length]), samples]),
    ).toEqual([
      [
        [
          ['s0', 'slow', 2],
          ['f1', 'fast', 1],
        ],
        12,
      ],
    ])
  })
  it('do not mix levels of another factor', () => {
    const runs = [
      { id: 's0', arm: { fabric: 'slow', stage: 1 } },
      { id: 'f1', arm: { fabric: 'fast', stage: 2 } },
    ]
    expect(seriesGroups(comparison, runs, [info(1, 's0', 0), info(2, 'f1', 0)]).length).toBe(2)
  })
  it('take quantiles by nearest rank, and the median over launches', () => {
    const one = Float64Array.from([1, 2, 3, 4])
    expect([quantile(one, 0.5), quantile(one, 0.51), quantile(one, 1), quantile([], 0.5)]).toEqual([2, 3, 4, null])
    expect(typicalQuantile([{ sorted: [1] }, { sorted: [100] }, { sorted: [3] }], 0.5)).toBe(3)
  })
  it('draw a line per launch and one per arm', () => {
    const group = seriesGroups(comparison, [], [info(1, 's0', 0), info(3, 'f1', 0)])[0]
    if (!group) throw new Error('no group')
    const launchesOf = [
      { runId: 's0', level: 'slow', sorted: Float64Array.from([10, 11, 12, 90]) },
      { runId: 'f1', level: 'fast', sorted: Float64Array.from([5, 6, 7, 8]) },
    ]
    const figure = ecdfFigure(comparison, { group, launches: launchesOf, tooLong: 0 }, words, themes.light)
    expect(figure?.traces.length).toBe(4)
    expect(figure?.title).toBe('Half of the samples end within slow 11 µs, fast 6 µs; 99 % within slow 90 µs, fast 8 µs.')
  })
})
