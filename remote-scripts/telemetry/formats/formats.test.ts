import { describe, expect, it } from 'vitest'
import { dcgmiDmon } from './dcgmi-dmon'
import { smiDmon } from './dmon'

const valuesOf = (results: ReturnType<typeof dcgmiDmon.parse>): [string, number][] =>
  results.flatMap((result) => result.measurements.map(({ metric, value }): [string, number] => [metric, value]))

describe('a line of units that says another unit than the field has', () => {
  it('takes its columns out and is said', () => {
    const results = dcgmiDmon.parse(
      '#Entity   POWER        SMCLK        TMPTR        \nID        mW           GHz          C            \nGPU 0     412350       1.41         61           \n',
    )
    expect(valuesOf(results)).toEqual([['gpu.temperature', 61]])
    expect(results[0]?.problem?.message).toContain('POWER, SMCLK')
  })
})

describe('a GPM column', () => {
  it('named like one of the sets is not taken for it', () => {
    const results = smiDmon.parse('# gpu     sm    mem     sm\n# Idx      %      %  GPM:%\n    0     91     40     12\n')
    expect(valuesOf(results)).toEqual([
      ['gpu.util', 0.91],
      ['gpu.mem_util', 0.4],
    ])
    expect(results[0]?.warnings.map(({ code }) => code)).toEqual(['columns_ignored'])
  })
})

describe('tables of several hosts in one log', () => {
  it('are read host by host: each has a GPU 0', () => {
    const lines = (host: string, watts: number): string[] =>
      ['# gpu    pwr', '# Idx      W', `    0    ${watts}`, `    0    ${watts + 1}`].map((line) => `${host}: ${line}`)
    const [one, other] = [lines('node-1', 300), lines('node-2', 400)]
    const text = `${one.flatMap((line, index) => [line, other[index] ?? '']).join('\n')}\n`
    expect(
      smiDmon
        .parse(text)
        .map(({ facts, measurements }) => [facts['host'], measurements.map(({ value, dimensions }) => [value, dimensions])]),
    ).toEqual([
      ['node-1', [300, 301].map((value, sample) => [value, { gpu: 0, sample, host: 'node-1' }])],
      ['node-2', [400, 401].map((value, sample) => [value, { gpu: 0, sample, host: 'node-2' }])],
    ])
  })
})
