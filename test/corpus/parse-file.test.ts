import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { parsedFile } from '../../preload/contract'
import { fileTools } from '../../main/hosts/file-tools'
import { parseFile as parseWith, type ParseOptions } from '../../main/services/parse/parse-file'

const fixture = (path: string): Uint8Array => new Uint8Array(readFileSync(resolve(import.meta.dirname, '../../remote-scripts', path)))
const parseFile = (name: string, content: Uint8Array, options?: ParseOptions) => parseWith(name, content, fileTools, options)
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const join = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))

const nccl = fixture('nccl/fixtures/text-v2.13-unnamed-collective/input.txt')
const iperf = fixture('tcp/fixtures/iperf3-text-two-streams/input.txt')
const sockperf = fixture('tcp/fixtures/sockperf-pingpong/input.txt')
const perftest = fixture('rdma/fixtures/bw-gbits-all-sizes/input.txt')

describe('parseFile', () => {
  it('tells formats by content, whatever the name says', async () => {
    const parsed = parsedFile.parse(await parseFile('iperf3.json', nccl))
    expect(parsed.results.map((result) => result.probe)).toEqual(['nccl'])
    expect(parsed).toMatchObject({ file: 'iperf3.json', problem: null })
  })

  it('gives every tool of one file its results', async () => {
    const parsed = await parseFile('all.log', join(perftest, iperf, sockperf, nccl))
    expect(parsed.results.map((result) => `${result.probe} ${result.tool.name} ${result.measurements.length}`).sort()).toEqual([
      'nccl nccl-tests 73',
      'rdma ib_write_bw 12',
      'tcp iperf3 3',
      'tcp sockperf 11',
    ])
  })

  it('finds a tool far behind other output', async () => {
    const noise = bytes('some line of a job script that says nothing\n'.repeat(8000))
    expect((await parseFile('job.out', join(noise, iperf))).results.map((result) => result.tool.name)).toEqual(['iperf3'])
  })

  it('refuses what no parser knows, an empty file and binary files', async () => {
    for (const content of ['', '\n \n', 'Dear diary,\nnothing was measured today.\n', '{"a":1}'])
      expect(await parseFile('x', bytes(content))).toMatchObject({ problem: { code: 'parse.unrecognised' }, results: [] })
    expect((await parseFile('r.ncu-rep', join(bytes('NVR'), new Uint8Array(100)))).problem?.message).toMatch(/ncu --import/)
    const noise = Uint8Array.from({ length: 5000 }, (_, index) => (index * 31) % 256)
    expect((await parseFile('x.bin', noise)).problem?.code).toBe('parse.unrecognised')
  })

  it('says that a file breaks off, and gives what could be read', async () => {
    const parsed = await parseFile('cut.log', nccl.subarray(0, Math.floor(nccl.length * 0.8)))
    expect(parsed.problem?.code).toBe('parse.truncated')
    expect(parsed.results[0]?.measurements.length).toBeGreaterThan(10)
  })

  it('does as --probe says', async () => {
    expect((await parseFile('x', join(iperf, nccl), { probe: 'tcp' })).results.map((result) => result.probe)).toEqual(['tcp'])
    expect((await parseFile('x', iperf, { probe: 'nccl' })).problem?.code).toBe('parse.unrecognised')
    expect((await parseFile('x', iperf, { probe: 'no-such' })).problem?.code).toBe('input.invalid')
  })

  it('lets no secret of the file out', async () => {
    const json = await parseFile('nccl.json', fixture('nccl/fixtures/json-v2/input.json'))
    expect(json.results).toHaveLength(1)
    expect(JSON.stringify(json)).not.toMatch(/THISMUSTNOTLEAVE|nope/)
    const log = join(nccl.subarray(0, 900), bytes('\nexport HF_TOKEN=hf_secretsecretsecret1 run https://me:hunter2@proxy/\n'))
    expect(JSON.stringify(await parseFile('x', log))).not.toMatch(/secretsecret|hunter2/)
  })

  it('gives what could be unpacked of a gzip file that breaks off or is damaged', async () => {
    const packed = gzipSync(join(...Array.from({ length: 40 }, () => nccl)), { level: 1 })
    const cut = await parseFile('cut.gz', packed.subarray(0, packed.length - 12))
    expect(cut.problem).toMatchObject({ code: 'parse.truncated' })
    expect(cut.results.length).toBeGreaterThan(0)
    const damaged = packed.slice()
    damaged.fill(0, packed.length - 8, packed.length - 4)
    expect((await parseFile('bad-sum.gz', damaged)).problem?.message).toMatch(/damaged or breaks off/)
    expect(await parseFile('only-head.gz', packed.subarray(0, 10))).toMatchObject({ problem: { code: 'parse.truncated' }, results: [] })
  })

  it('unpacks a file twice, not for ever', async () => {
    const twice = gzipSync(gzipSync(nccl))
    expect((await parseFile('x', twice)).results).toHaveLength(1)
    expect(await parseFile('x', gzipSync(twice))).toMatchObject({ problem: { code: 'parse.unrecognised' }, results: [] })
  })

  it('finds a tool far behind other output in a packed log that is read in pieces', async () => {
    const noise = bytes('some line of a job script that says nothing\n'.repeat(60_000))
    const parsed = await parseFile('job.out.gz', gzipSync(join(noise, nccl, noise, nccl)), { wholeBytes: 100_000 })
    expect(parsed.results.map((result) => result.tool.name)).toContain('nccl-tests')
  })

  it('reads UTF-16 without a mark in pieces', async () => {
    const wide = Buffer.from(new TextDecoder().decode(iperf), 'utf16le')
    expect((await parseFile('x', wide, { wholeBytes: 0 })).results).toEqual((await parseFile('x', iperf)).results)
  })

  it('says how to unpack what it does not', async () => {
    const tar = new Uint8Array(1024)
    tar.set(bytes('logs/run1.log'))
    tar.set(bytes('ustar'), 257)
    expect((await parseFile('logs.tar', tar)).problem?.message).toMatch(/tar -xf/)
    expect((await parseFile('logs.tar.gz', gzipSync(tar))).problem?.message).toMatch(/tar -xf/)
    expect((await parseFile('x.zst', Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 1, 2))).problem?.message).toMatch(/zstd -d/)
    expect((await parseFile('words.txt', bytes('BZhello, these are words\n'.repeat(9)))).problem?.message).not.toMatch(/bzip2/)
  })
})
