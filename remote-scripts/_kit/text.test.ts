import { describe, expect, it } from 'vitest'
import { cleanText, decodeText, isBinary, quote, stripAnsi } from './text'

const bytes = (text: string, encoding: BufferEncoding = 'utf8'): Uint8Array => new Uint8Array(Buffer.from(text, encoding))

describe('decodeText', () => {
  it('reads UTF-8 and UTF-16, with and without the mark', () => {
    const text = '#       size         count\nµs ✓'
    expect(decodeText(bytes(text))).toBe(text)
    expect(decodeText(bytes(`\uFEFF${text}`))).toBe(text)
    expect(decodeText(bytes(`\uFEFF${text}`, 'utf16le'))).toBe(text)
    expect(decodeText(bytes('# plain ascii text of some length', 'utf16le'))).toBe('# plain ascii text of some length')
    expect(decodeText(bytes(`\uFEFF${text}`, 'utf16le').map((_, index, all) => all[index ^ 1] ?? 0))).toBe(text)
  })

  it('never throws on bytes that are no text', () => {
    expect(decodeText(Uint8Array.from([0xc3, 0x28, 0xff, 0x41]))).toContain('A')
  })
})

it('isBinary tells a report file from UTF-16 text', () => {
  expect(isBinary(Uint8Array.from({ length: 400 }, (_, index) => index % 7))).toBe(true)
  expect(isBinary(bytes('plain text, in two bytes per character', 'utf16le'))).toBe(false)
  expect(isBinary(bytes('\u001B[31mred\u001B[0m\n'))).toBe(false)
})

describe('cleanText', () => {
  it('removes colours, titles and control characters', () => {
    expect(stripAnsi('\u001B[1;31mred\u001B[0m \u001B]0;title\u0007x')).toBe('red x')
    expect(cleanText('a\u0000b\u0008c')).toBe('abc')
  })

  it('loses nothing to \\r and keeps whether the last line is closed', () => {
    expect(cleanText('10%\r20%\rdone\r\nnext')).toBe('10%\n20%\ndone\nnext')
    expect(cleanText('a\r\nb\r\n')).toBe('a\nb\n')
  })

  it.each([
    ['[1,0]<stdout>:', '[1,0]<stdout>:'],
    ['    [1,0]<stdout>:', '    [1,0]<stdout>:'],
    ['[prterun-n1-77@1,3]<stderr>: ', '[prterun-n1-77@1,3]<stderr>: '],
    ['node01: ', 'gpu-7.cluster: '],
    ['0: ', ' 12: '],
    ['2026-02-03T04:05:06.123456Z ', '2026-02-03T04:05:07.000001Z '],
    ['Tue Feb  3 04:05:06 2026 ', 'Tue Feb  3 04:05:07 2026 '],
    ['[pod/bench-0/main] ', '[pod/bench-1/main] '],
    ['worker-1  | ', 'worker-2  | '],
    ['node01: [1,0]<stdout>:', 'node02: [1,0]<stdout>:'],
    ['2026-02-03T04:05:06.123456789Z stdout F ', '2026-02-03T04:05:07.000000001Z stderr F '],
    ['2026-02-03T04:05:06.123456Z 01O ', '2026-02-03T04:05:07.000001Z 01O '],
    ['bench\tRun tests\t2026-02-03T04:05:06.1234567Z ', 'bench\tRun tests\t2026-02-03T04:05:07.0000001Z '],
    ['[2026-02-03, 04:05:06 UTC] {subprocess.py:93} INFO - ', '[2026-02-03, 04:05:07 UTC] {subprocess.py:93} INFO - '],
    ['2026-02-03 04:05:06,123 - INFO - ', '2026-02-03 04:05:07,001 - INFO - '],
    ['2026-02-03T04:05:06+0000 node7 python[4711]: ', '2026-02-03T04:05:07+0000 node7 python[4711]: '],
    ['Feb 03 04:05:06 ', 'Feb 03 04:05:07 '],
    ['1764500000.123456 ', '1764500001.000001 '],
    ['[04:05:06] ', '[04:05:07] '],
    ['(bench pid=4711, ip=10.0.0.2) ', '(bench pid=4712, ip=10.0.0.3) '],
    ['> ', '> '],
  ])('removes the launcher prefix %j', (one, other) => {
    const lines = ['# nThread 1 nGpus 1', '#', '        1024', 'x: y', '        2048', 'end', 'more', 'last']
    const prefixed = lines.map((line, index) => `${index % 2 ? one : other}${line}`).join('\n')
    expect(cleanText(prefixed)).toBe(lines.join('\n'))
  })

  it('takes the lines of a container out of the log that Docker keeps', () => {
    const lines = ['# nThread 1 nGpus 1\n', '  \u001B[32m1024\u001B[0m  "x"\n', 'a long', ' line\n']
    const kept = lines.map((log) => JSON.stringify({ log, stream: 'stdout', time: '2026-02-03T04:05:06.1Z' }))
    expect(cleanText(`${kept.join('\n')}\n{"log":"cut`)).toBe('# nThread 1 nGpus 1\n  1024  "x"\na long line\n{"log":"cut\n')
  })

  it('says whose lines follow where several hosts list their GPUs', () => {
    const text = ['n1: # gpu pwr', 'n2: # gpu pwr', 'n1: 0 1', 'n2: 0 2'].join('\n')
    expect(cleanText(text)).toBe('=== lines of n1 ===\n# gpu pwr\n0 1\n=== lines of n2 ===\n# gpu pwr\n0 2')
    expect(cleanText(cleanText(text))).toBe(cleanText(text))
  })

  it('leaves what a tool itself writes in front', () => {
    const sockperf = Array.from({ length: 9 }, (_, index) => `sockperf: ---> percentile ${index}`).join('\n')
    const iperf = Array.from({ length: 9 }, (_, index) => `[ ${index}]   0.00-1.00   sec  1 MBytes`).join('\n')
    const fields = 'Device: mlx5_0\nMtu: 4096\nLink: IB\nPort: 1\nState: up'
    for (const text of [sockperf, iperf, fields]) expect(cleanText(text)).toBe(text)
  })

  it('puts tables of several processes one after the other', () => {
    const text = '[1,0]<stdout>:# nThread 1 nGpus 1\n[1,1]<stdout>:# nThread 1 nGpus 1\n[1,0]<stdout>:a\n[1,1]<stdout>:b'
    expect(cleanText(text)).toBe('# nThread 1 nGpus 1\na\n# nThread 1 nGpus 1\nb')
  })
})

it('quote is short and has no control characters', () => {
  expect(quote(`\u001B[31m${'x'.repeat(500)}\u0007`)).toHaveLength(240)
})
