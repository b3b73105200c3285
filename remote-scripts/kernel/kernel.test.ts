import { describe, expect, it } from 'vitest'
import type { ParseResult } from '../../preload/contract'
import type { StreamFormat } from '../_kit/probe'
import { Marks, readFigure } from './ncu/figures'
import { ncuConsole } from './ncu/console-format'
import { ncuCsv } from './ncu/csv-format'
import { counterUnit } from './ncu/units'
import { bareUnit, quantity } from './nvprof/cells'
import { nvprof } from './nvprof/format'

const read = (format: StreamFormat, text: string, pieceLength = 65_536): ParseResult[] => {
  const reader = format.open()
  const bytes = new TextEncoder().encode(text)
  for (let at = 0; at < bytes.length; at += pieceLength) reader.push(bytes.slice(at, at + pieceLength))
  return reader.end()
}
const parse = (text: string, pieceLength?: number): ParseResult[] => read(ncuCsv, text, pieceLength)
const row = (cells: readonly (string | number)[]): string => `${cells.map((cell) => `"${cell}"`).join(',')}\n`
const identity = ['ID', 'Process ID', 'Process Name', 'Host Name', 'Kernel Name', 'Context', 'Stream']
const who = (id: number, kernel: string): (string | number)[] => [id, 9, 'app', 'lab', kernel, 1, 7]
const page = (counters: readonly string[], units: readonly string[], rows: readonly (string | number)[][]): string =>
  row([...identity, ...counters]) + row([...identity.map(() => ''), ...units]) + rows.map(row).join('')
const counter = (results: ParseResult[], name: string): number[] =>
  results.flatMap(({ measurements }) => measurements.filter(({ dimensions }) => dimensions['counter'] === name).map(({ value }) => value))

describe('figures of a locale', () => {
  const meaning = (texts: string[]) => {
    const marks = new Marks()
    const figures = texts.map((text) => readFigure(text, marks, true))
    return {
      figures: figures.map((figure) => figure && `${figure.token}${figure.mark === 0 ? '' : '?'}`),
      comma: marks.meaningOf(1),
      dot: marks.meaningOf(2),
    }
  }

  it.each([
    [['12,717', '43.57'], ['12717?', '43.57'], 'thousands'],
    [['12,717', '43,5'], ['12717?', '43.5'], 'decimal'],
    [['12,717', '9,927.17'], ['12717?', '9927.17'], 'thousands'],
    [['12,717', '1,234,567'], ['12717?', '1234567'], 'thousands'],
    [['12,717', '12,34,567'], ['12717?', '1234567'], 'thousands'],
    [['12,717', '1 234 567,25'], ['12717?', '1234567.25'], 'decimal'],
    [['12,717', '1\u202F234'], ['12717?', '1234'], 'decimal'],
    [['12,717', '508757'], ['12717?', '508757'], 'decimal'],
    [['12,717', '0,125'], ['12717?', '0.125'], 'decimal'],
    [['12,717', '256'], ['12717?', '256'], null],
    [['12,717', '43,5', '43.5'], ['12717?', '43.5', '43.5'], null],
    [['1.234.567,5', '-1,5e3'], ['1234567.5', '-1.5e3'], 'decimal'],
  ])('%j', (texts, tokens, comma) => expect(meaning(texts)).toMatchObject({ figures: tokens, comma }))

  it.each(['', '-', 'nan', 'inf', 'n/a', '1,23,4', '1.2.3,4,5', '1,2345,678', '0x12', '12 (1; 2)', '1e', '(!) 0', '1'.repeat(70)])(
    'no figure: %j',
    (text) => expect(readFigure(text, new Marks(), true)).toBeNull(),
  )
})

describe('units', () => {
  it.each([
    ['usecond', 'us', 0],
    ['ns', 'us', -3],
    ['second', 'us', 6],
    ['Kbyte', 'bytes', 3],
    ['byte/block', 'bytes', 0],
    ['Gbyte/second', 'GB/s', 0],
    ['byte/s', 'GB/s', -9],
    ['cycle/nsecond', 'MHz', 3],
    ['Ghz', 'MHz', 3],
    ['%', '1', -2],
    ['Minst', '1', 6],
    ['inst/cycle', '1', 0],
    ['Ksector/second', '1/s', 3],
    ['', '1', 0],
  ])('ncu prints %j', (printed, unit, power) => expect(counterUnit(printed)).toMatchObject({ unit, power }))

  it.each(['12', 'Kibyte', '(byte)', 'by<te', '/s'])('%j is none', (printed) => expect(counterUnit(printed)).toBeNull())

  it("nvprof's prefixes are binary", () => {
    expect(quantity('15.258789', 'MB')).toMatchObject({ unit: 'bytes', value: 15.258789 * 2 ** 20 })
    expect(quantity('2.5GB/s')).toMatchObject({ unit: 'GB/s', value: 2.5 * 1.073741824 })
    // A unit that stands with a figure goes before the one that its description implies.
    expect(quantity('2.5GB/s', 'B')).toMatchObject({ unit: 'GB/s' })
    expect(quantity('5.8717e+11', 'B')).toMatchObject({ unit: 'bytes', value: 587_170_000_000 })
    expect([quantity('-'), quantity('Low (1)'), quantity('1.5parsec'), quantity('1.2.3ms')]).toEqual([null, null, null, null])
  })
})

describe('counts of bytes, which nvprof prints without a unit', () => {
  it.each([
    ['dram_read_bytes', 'Total bytes read from DRAM to L2 cache', 'B'],
    ['l2_global_load_bytes', 'Bytes read from L2 for misses in L1 for global loads', 'B'],
    ['sysmem_read_bytes', '', 'B'],
    ['dram_read_transactions', 'Device Memory Read Transactions', ''],
    ['inst_per_warp', 'Instructions per warp', ''],
    ['x', 'Bytes per request', ''],
  ])('%s: %s', (name, description, unit) => expect(bareUnit(name, description)).toBe(unit))

  const unitsOf = (text: string): string[] =>
    (read(nvprof, text)[0]?.measurements ?? [])
      .filter(({ dimensions }) => dimensions['stat'] === undefined || dimensions['stat'] === 'avg')
      .map(({ metric, unit, value }) => `${metric} ${value} ${unit}`)

  it('are bytes in a table of metrics, as text and CSV, and in a trace with metrics', () => {
    const begin = '==1== NVPROF is profiling process 1, command: a\n==1== Profiling result:\n'
    const both = ['kernel.dram_write_bytes 640 bytes', 'kernel.counter 640 bytes']
    const csv = '"Device","Kernel","Invocations","Metric Name","Metric Description","Min","Max","Avg"\n'
    const named = '"dram_write_bytes","Total bytes written from L2 cache to DRAM"'
    expect(unitsOf(`${begin}${csv}"GPU (0)","k(int)",2,${named},512,768,640\n`)).toEqual(both)
    const text = 'Invocations  Metric Name  Metric Description  Min  Max  Avg\nDevice "GPU (0)"\n    Kernel: k(int)\n'
    const row = '          2  dram_write_bytes  Total bytes written from L2 cache to DRAM  512  768  640\n'
    expect(unitsOf(`${begin}${text}${row}`)).toEqual(both)
    const trace = '"Device","Context","Stream","Kernel","Correlation_ID","dram_write_bytes (Total bytes written from L2 cache to DRAM)"\n'
    expect(unitsOf(`${begin}${trace}"GPU (0)","1","7","k(int)",12,640\n`)).toEqual(both)
  })
})

describe('raw page', () => {
  it('is read alike however its bytes are cut', () => {
    const text = page(
      ['a__x.sum', 'device__attribute_a', 'device__attribute_b', 'device__attribute_c', 'device__attribute_d', 'b__y.avg'],
      ['byte', '', '', '', '', '%'],
      [
        [...who(0, 'k,"" "'.replaceAll('"', '""')), 12345678901, 1, 2, 3, 4, 5.25],
        [...who(1, 'é(int)'), 77, 1, 2, 3, 4, 99.5],
        [...who(2, 'é(int)'), 78, 1, 2, 30, 4, 0],
      ],
    )
    const whole = parse(text)
    expect(counter(whole, 'a__x.sum')).toEqual([12345678901, 77, 78])
    expect(counter(whole, 'b__y.avg')).toEqual([0.0525, 0.995, 0])
    expect(whole[0]?.measurements.at(0)?.dimensions['kernel']).toBe('k,"" "')
    for (const length of [1, 3, 17, 100]) expect(parse(text, length)).toEqual(whole)
    expect(parse(text.replaceAll('\n', '\r\n'))).toEqual(whole)
  })

  it('sums launches up by kernel when there are too many values, and keeps every duration', () => {
    const names = Array.from({ length: 250 }, (_, index) => `c__${index}.avg`)
    const value = (launch: number, column: number): number => ((launch * 31 + column * 7) % 1000) / 4
    const rows = Array.from({ length: 1200 }, (_, launch) => [
      ...who(launch, launch % 3 === 0 ? 'a' : 'b'),
      1000 + launch,
      ...names.map((_, column) => value(launch, column)),
    ])
    const [result] = parse(page(['gpu__time_duration.sum', ...names], ['ns', ...names.map(() => 'cycle')], rows))
    const durations = result?.measurements.filter(({ metric }) => metric === 'kernel.duration') ?? []
    expect(durations.map(({ value: us }) => us)).toEqual(rows.map((_, launch) => (1000 + launch) / 1000))
    expect(durations[7]?.dimensions).toEqual({ kernel: 'b', launch: 7 })
    const ofA = rows
      .map((_, launch) => launch)
      .filter((launch) => launch % 3 === 0)
      .map((launch) => value(launch, 5))
    const found = (stat: string) =>
      result?.measurements.find(({ dimensions: of }) => of['counter'] === 'c__5.avg' && of['kernel'] === 'a' && of['stat'] === stat)?.value
    expect(found('avg')).toBeCloseTo(ofA.reduce((sum, one) => sum + one, 0) / ofA.length, 9)
    expect([found('min'), found('max')]).toEqual([Math.min(...ofA), Math.max(...ofA)])
    expect(result).toMatchObject({ facts: { kernels: 1200, summed_up: true }, problem: null, rows: { understood: 1200, skipped: 0 } })
    expect(result?.warnings.map(({ code }) => code)).toEqual(['summed_up'])
    expect(result?.measurements.length).toBe(1200 + 2 * 251 * 3)
  })

  it('decides marks for sums too, at the end of the file', () => {
    const names = Array.from({ length: 200 }, (_, index) => `c__${index}.avg`)
    const rows = Array.from({ length: 1100 }, (_, launch) => [
      ...who(launch, 'a'),
      ...names.map(() => (launch % 2 === 0 ? '1.250' : '3.750')),
    ])
    const last = [...who(1100, 'a'), ...names.map(() => '2,5')]
    const average = (text: string) => parse(text)[0]?.measurements.find(({ dimensions }) => dimensions['stat'] === 'avg')?.value
    expect(
      average(
        page(
          names,
          names.map(() => 'cycle'),
          [...rows, last],
        ),
      ),
    ).toBeCloseTo((550 * (1250 + 3750) + 2.5) / 1101, 9)
    const [ambiguous] = parse(
      page(
        names,
        names.map(() => 'cycle'),
        rows,
      ),
    )
    expect(ambiguous).toMatchObject({ measurements: [], problem: { code: 'parse.ambiguous_number', evidence: '1.250' } })
  })

  it('counts rows that are not understood, and goes on behind them', () => {
    const text =
      page(['a__x.sum'], ['byte'], [[...who(0, 'k'), 1], who(1, 'k'), [...who(2, 'k'), 3, 4], [...who(3, 'k'), 5]]) +
      '"4","9","app\n' +
      row([...who(5, 'k'), 6])
    const [result] = parse(text)
    expect(counter(parse(text), 'a__x.sum')).toEqual([1, 5, 6])
    expect(result?.rows).toEqual({ understood: 3, skipped: 3 })
    expect(result?.warnings[0]?.message).toContain('does not have 8 cells')
  })

  it('several tables are several results; ncu is heard in each', () => {
    const one = page(['a__x.sum'], ['byte'], [[...who(0, 'k'), 1]])
    const results = parse(`${one}==ERROR== The application returned an error code (3).\n${one}`)
    expect(results.map(({ problem }) => problem?.code ?? null)).toEqual(['remote.tool_failed', null])
  })

  it('a cut row is not read', () => {
    const text = page(
      ['a__x.sum'],
      ['byte'],
      [
        [...who(0, 'k'), 1],
        [...who(1, 'k'), 234],
      ],
    )
    for (const cut of [2, 3, 4, 20])
      expect(parse(text.slice(0, -cut))[0]).toMatchObject({ problem: { code: 'parse.truncated' }, rows: { understood: 1, skipped: 1 } })
    expect(parse(text.slice(0, -1))[0]).toMatchObject({ problem: null, rows: { understood: 2, skipped: 0 } })
  })

  it('leaves out counters whose unit is not known, and says which', () => {
    const [result] = parse(page(['a__x.sum', 'b__y'], ['byte', '<?>'], [[...who(0, 'k'), 1, 2]]))
    expect(result?.measurements).toHaveLength(1)
    expect(result?.warnings[0]).toMatchObject({ code: 'unit_unknown', message: expect.stringContaining('b__y [<?>]') as string })
  })
})

describe('what ncu and nvprof say', () => {
  it.each([
    [
      'Profiling failed because a driver resource was unavailable. Ensure that no other tool (like DCGM) is concurrently collecting profiling data.',
      /dcgmi profile --pause/,
    ],
    ['Failed to find metric sm__nothing.sum', /--query-metrics/],
    ['Something new went wrong', /Something new went wrong/],
  ])('%s', (said, advice) => {
    const [result] = read(ncuConsole, `==PROF== Connected to process 1 (/a)\n==ERROR== ${said}\n`)
    expect(result?.problem).toMatchObject({
      code: 'remote.tool_failed',
      message: expect.stringMatching(advice) as string,
      evidence: `==ERROR== ${said}`,
    })
  })

  it.each([
    ['======== Warning: No CUDA application was profiled, exiting', 'parse.no_kernels'],
    ['======== Error: Application returned non-zero code 1', 'remote.tool_failed'],
    ['======== Warning: nvprof is not supported on devices with compute capability 8.0 and higher.', 'remote.tool_failed'],
    ['==7== Generated result file: /tmp/x.nvprof', 'parse.no_rows'],
  ])('%s', (said, code) => expect(read(nvprof, `${said}\n`)[0]?.problem).toMatchObject({ code, evidence: said }))

  it('a giant line is left out, those around it are read', () => {
    const table = '==1== NVPROF is profiling process 1, command: a\n   Start  Duration  Device  Context  Stream  Name\n'
    const found = read(nvprof, `${table}${'x'.repeat(3 * 2 ** 20)}\n1.00ms  5.0000us  GPU (0)  1  7  k(int)\n`)
    expect(found[0]?.measurements.map(({ value }) => value)).toEqual([5])
  })

  it('a call of the API is no kernel, and a kernel no call, where the line that begins their group is lost', () => {
    const [result] = read(
      nvprof,
      [
        '==1== Profiling result:',
        '            Type  Time(%)      Time     Calls       Avg       Min       Max  Name',
        ' GPU activities:   60.00%  6.0000us         1  6.0000us  6.0000us  6.0000us  k(int)',
        '                   29.00%  2.0000us         1  2.0000us  2.0000us  2.0000us  cudaLaunchKernel',
        '      API calls:   71.00%  9.0000us         1  9.0000us  9.0000us  9.0000us  cudaMalloc',
        '                   40.00%  4.0000us         1  4.0000us  4.0000us  4.0000us  m<int>(int)',
        '',
      ].join('\n'),
    )
    const named = (dimension: string) => [...new Set(result?.measurements.flatMap(({ dimensions }) => dimensions[dimension] ?? []))]
    expect([named('kernel'), named('api')]).toEqual([
      ['k(int)', 'm<int>(int)'],
      ['cudaLaunchKernel', 'cudaMalloc'],
    ])
  })

  it('each process of nvprof is a result of its own', () => {
    const of = (pid: number, us: string): string =>
      `==${pid}== NVPROF is profiling process ${pid}, command: a\n==${pid}== Profiling result:\n   Start  Duration  Device  Context  Stream  Name\n1.00ms  ${us}  GPU (0)  1  7  k(int)\n`
    const results = read(nvprof, of(1, '5.0000us') + of(2, '6.0000us') + '==3== NVPROF is profiling process 3, command: sh\n')
    expect(results.map(({ measurements }) => measurements.map(({ value }) => value))).toEqual([[5], [6]])
  })
})
