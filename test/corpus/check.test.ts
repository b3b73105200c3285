import { describe, expect, it } from 'vitest'
import { differences } from './check'
import type { Expectation } from './locate'
import type { ParsedFile } from './types'

const expected: Expectation = {
  file: 'x',
  probe: 'nccl',
  checks: [
    { metric: 'nccl.busbw', dimensions: { size_bytes: 8, in_place: false }, value: 2, rel_tol: 0.001 },
    { metric: 'nccl.busbw', dimensions: { size_bytes: 9 }, value: 7, optional: true },
  ],
  counts: { 'nccl.busbw': 1, 'nccl.wrong': 0 },
  counts_any: { 'nccl.time': [0, 2] },
  facts: { ranks: 2, transport: null, collectives: ['all_reduce'], nics: { eth0: { rate_gbps: 40 } }, block: [384, 1, 1] },
  problem: null,
  must_warn: ['split_row'],
  forbidden: [
    { metric: 'nccl.busbw', dimensions: { size_bytes: 8 }, value: 5 },
    { fact: 'transport', value: 'NET/IB' },
  ],
}

const good = (): ParsedFile => ({
  file: 'x',
  problem: null,
  results: [
    {
      probe: 'nccl',
      tool: { name: 'all_reduce_perf', version: null },
      facts: {
        ranks: 2,
        collectives: ['all_reduce'],
        nics: { eth0: { rate_gbps: 40, duplex: 'Full' }, eth1: { rate_gbps: null } },
        block: [384, 1, 1],
      },
      measurements: [{ metric: 'nccl.busbw', unit: 'GB/s', value: 2.001, dimensions: { size_bytes: 8, in_place: false, dtype: 'float' } }],
      rows: { understood: 1, skipped: 0 },
      warnings: [{ code: 'split_row', message: 'A row was cut.' }],
      problem: null,
    },
  ],
})

const first = (file: ParsedFile): ParsedFile['results'][number] => {
  const result = file.results[0]
  if (!result) throw new Error('no result')
  return result
}

const planted: [string, (file: ParsedFile) => void, RegExp][] = [
  ['a value outside its tolerance', (file) => first(file).measurements.forEach((entry) => (entry.value = 2.01)), /no nccl.busbw = 2/],
  [
    'a wrong dimension',
    (file) => first(file).measurements.forEach((entry) => (entry.dimensions = { size_bytes: 8, in_place: true })),
    /no nccl.busbw = 2/,
  ],
  [
    'a row too many',
    (file) => first(file).measurements.push({ metric: 'nccl.busbw', unit: 'GB/s', value: 1, dimensions: {} }),
    /2 values of nccl.busbw/,
  ],
  [
    'a zero for N/A',
    (file) => first(file).measurements.push({ metric: 'nccl.wrong', unit: '1', value: 0, dimensions: {} }),
    /1 values of nccl.wrong/,
  ],
  [
    'a count that is none of those allowed',
    (file) => first(file).measurements.push({ metric: 'nccl.time', unit: 'us', value: 1, dimensions: {} }),
    /expected one of 0, 2/,
  ],
  ['a list whose repeated value is missing', (file) => (first(file).facts['block'] = [384, 1]), /fact block/],
  ['a list in another order', (file) => (first(file).facts['block'] = [1, 384, 1]), /fact block/],
  ['a wrong entry of a table', (file) => (first(file).facts['nics'] = { eth0: { rate_gbps: 56 } }), /fact nics/],
  ['a wrong fact', (file) => (first(file).facts['ranks'] = 3), /fact ranks/],
  ['a fact that the file does not prove', (file) => (first(file).facts['transport'] = 'NET/IB'), /fact transport/],
  [
    'a forbidden value',
    (file) => first(file).measurements.push({ metric: 'nccl.busbw', unit: 'GB/s', value: 5, dimensions: { size_bytes: 8 } }),
    /forbidden/,
  ],
  ['a missing warning', (file) => (first(file).warnings = []), /no warning split_row/],
  ['an invented problem', (file) => (first(file).problem = { code: 'parse.truncated', message: 'x' }), /unexpected problem/],
  ['a result of another probe', (file) => (first(file).probe = 'tcp'), /result of probe tcp/],
]

describe('the corpus checker', () => {
  it('accepts what is right', () => expect(differences(good(), expected)).toEqual([]))

  it.each(planted)('reports %s', (_, change, message) => {
    const file = good()
    change(file)
    expect(differences(file, expected).join('\n')).toMatch(message)
  })

  it('wants the quoted evidence of a problem, and a like code', () => {
    const failing: Expectation = { ...expected, problem: { code_like: 'remote.failed', evidence: 'Test NCCL failure' } }
    const file = good()
    expect(differences(file, failing).join()).toContain('no problem like')
    first(file).problem = { code: 'remote.tool_failed', message: 'failed', evidence: 'host-b: Test NCCL failure common.cu:1' }
    expect(differences(file, failing)).toEqual([])
    first(file).problem = { code: 'parse.unrecognised', message: 'failed', evidence: 'Test NCCL failure' }
    expect(differences(file, failing).join()).toContain('no problem like')
  })
})
