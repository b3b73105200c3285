import { describe, expect, it } from 'vitest'
import { ncclDebug } from './nccl-debug'
import { ncclTestsText } from './nccl-tests-text'

const channel = (index: number, way: string): string => `node-a:4101:4120 [0] NCCL INFO Channel ${index}/0 : 1[0] -> 0[0] via ${way}`
const kept = (format: typeof ncclDebug, lines: string[]): string[] => lines.filter(format.keeper?.() ?? (() => true))

describe.each([ncclTestsText, ncclDebug])('of a large log $id keeps', (format) => {
  it('each way of a channel once', () => {
    const ways = ['NET/IB/0', 'P2P/CUMEM', 'NET/IB/0/GDRDMA']
    const lines = Array.from({ length: 300 }, (_, i) => channel(i, ways[i % 3] ?? ''))
    expect(kept(format, lines)).toEqual(lines.slice(0, 3))
  })

  it('other lines as often as they come', () => {
    const failure = channel(1, 'NET/IB/0').replace('INFO', 'WARN')
    const lines = [channel(1, 'NET/IB/0'), failure, failure]
    expect(kept(format, lines).length).toBe(3)
  })
})

it('a new test in the same log proves its own way', () => {
  const start = '# nThread 1 nGpus 1 minBytes 8 maxBytes 8 step: 2(factor) warmup iters: 5 iters: 20 validation: 1'
  const lines = [start, channel(0, 'NET/IB/0'), channel(1, 'NET/IB/0'), start, channel(0, 'NET/IB/0')]
  expect(kept(ncclTestsText, lines)).toEqual([start, channel(0, 'NET/IB/0'), start, channel(0, 'NET/IB/0')])
})

it('a row that a channel breaks into is kept', () => {
  const broken = `     1048576        262144     float     sum      -1    ${channel(0, 'NET/IB/0')}`
  expect(kept(ncclTestsText, [channel(0, 'NET/IB/0'), broken, broken])).toHaveLength(3)
})
