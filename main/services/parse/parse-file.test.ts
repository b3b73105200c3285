import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parsedFile } from '../../../preload/contract'
import { parseFile } from './parse-file'

const fixture = (path: string): Uint8Array => new Uint8Array(readFileSync(resolve(import.meta.dirname, '../../../remote-scripts', path)))
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const join = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))

const nccl = fixture('nccl/fixtures/text-v2.13-unnamed-collective/input.txt')
const iperf = fixture('tcp/fixtures/iperf3-text-two-streams/input.txt')
const sockperf = fixture('tcp/fixtures/sockperf-pingpong/input.txt')
const perftest = fixture('rdma/fixtures/bw-gbits-all-sizes/input.txt')

describe('parseFile', () => {
  it('tells formats by content, whatever the name says', () => {
    const parsed = parsedFile.parse(parseFile('iperf3.json', nccl))
    expect(parsed.results.map((result) => result.probe)).toEqual(['nccl'])
    expect(parsed).toMatchObject({ file: 'iperf3.json', problem: null })
  })

  it('gives every tool of one file its results', () => {
    const parsed = parseFile('all.log', join(perftest, iperf, sockperf, nccl))
    expect(parsed.results.map((result) => `${result.probe} ${result.tool.name} ${result.measurements.length}`).sort()).toEqual([
      'nccl nccl-tests 73',
      'rdma ib_write_bw 12',
      'tcp iperf3 3',
      'tcp sockperf 7',
    ])
  })

  it('finds a tool far behind other output', () => {
    const noise = bytes('some line of a job script that says nothing\n'.repeat(8000))
    expect(parseFile('job.out', join(noise, iperf)).results.map((result) => result.tool.name)).toEqual(['iperf3'])
  })

  it('refuses what no parser knows, an empty file and binary files', () => {
    for (const content of ['', '\n \n', 'Dear diary,\nnothing was measured today.\n', '{"a":1}'])
      expect(parseFile('x', bytes(content))).toMatchObject({ problem: { code: 'parse.unrecognised' }, results: [] })
    expect(parseFile('r.ncu-rep', join(bytes('NVR'), new Uint8Array(100))).problem?.message).toMatch(/ncu --import/)
    expect(
      parseFile(
        'x.bin',
        Uint8Array.from({ length: 5000 }, (_, index) => (index * 31) % 256),
      ).problem?.code,
    ).toBe('parse.unrecognised')
  })

  it('says that a file breaks off, and gives what could be read', () => {
    const parsed = parseFile('cut.log', nccl.subarray(0, Math.floor(nccl.length * 0.8)))
    expect(parsed.problem?.code).toBe('parse.truncated')
    expect(parsed.results[0]?.measurements.length).toBeGreaterThan(10)
  })

  it('does as --probe says', () => {
    expect(parseFile('x', join(iperf, nccl), { probe: 'tcp' }).results.map((result) => result.probe)).toEqual(['tcp'])
    expect(parseFile('x', iperf, { probe: 'nccl' }).problem?.code).toBe('parse.unrecognised')
    expect(parseFile('x', iperf, { probe: 'no-such' }).problem?.code).toBe('input.invalid')
  })

  it('lets no secret of the file out', () => {
    const json = parseFile('nccl.json', fixture('nccl/fixtures/json-v2/input.json'))
    expect(json.results).toHaveLength(1)
    expect(JSON.stringify(json)).not.toMatch(/THISMUSTNOTLEAVE|nope/)
    const log = join(nccl.subarray(0, 900), bytes('\nexport HF_TOKEN=hf_secretsecretsecret1 run https://me:hunter2@proxy/\n'))
    expect(JSON.stringify(parseFile('x', log))).not.toMatch(/secretsecret|hunter2/)
  })
})
