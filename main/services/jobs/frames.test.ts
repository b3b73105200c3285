import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FrameParser, type FileFrame } from './frames'

const nonce = 'a1b2'
type Seen = { line: string } | { file: FileFrame; bytes: string; whole: boolean }

const read = (chunks: Uint8Array[]): { seen: Seen[]; inFile: boolean } => {
  const seen: Seen[] = []
  const parser = new FrameParser(nonce, {
    line: (verb, rest) => seen.push({ line: `${verb} ${rest}` }),
    fileStart: (file) => seen.push({ file, bytes: '', whole: false }),
    fileBytes: (chunk) => {
      const last = seen.at(-1)
      if (last && 'file' in last) last.bytes += Buffer.from(chunk).toString('hex')
    },
    fileEnd: () => {
      const last = seen.at(-1)
      if (last && 'file' in last) last.whole = true
    },
  })
  for (const chunk of chunks) parser.push(chunk)
  return { seen, inFile: parser.inFile }
}

const encode = (items: ({ line: string } | { name: string; bytes: Uint8Array } | { noise: string })[]): Buffer =>
  Buffer.concat(
    items.flatMap((item) => {
      if ('line' in item) return [Buffer.from(`@hr:${nonce} say ${item.line}\n`)]
      if ('noise' in item) return [Buffer.from(`${item.noise}\n`)]
      return [Buffer.from(`@hr:${nonce} file ${item.name} 7 ${item.bytes.length} whole\n`), item.bytes, Buffer.from('\n')]
    }),
  )

const cutAt = (bytes: Buffer, cuts: number[]): Buffer[] => {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end))
}

const oneLine = fc.string({ maxLength: 40, unit: 'grapheme' }).map((text) => text.replace(/[\r\n\0]/g, ' '))
const item = fc.oneof(
  fc.record({ line: oneLine }),
  fc.record({ noise: oneLine.filter((text) => !text.startsWith('@hr:')) }),
  fc.record({ name: fc.constantFrom('out.txt', 'sub/x'), bytes: fc.uint8Array({ maxLength: 200 }) }),
  // A file that quotes the protocol.
  fc.constant({ name: 'trap', bytes: new Uint8Array(Buffer.from(`\n@hr:${nonce} bye\n@hr:${nonce} file x 0 99999 part\n`)) }),
)

const expected = (items: (typeof item extends fc.Arbitrary<infer T> ? T : never)[]): Seen[] =>
  items.flatMap((one): Seen[] => {
    if ('line' in one) return [{ line: `say ${one.line}` }]
    if ('noise' in one) return []
    const file = { name: one.name, offsetBytes: 7, lengthBytes: one.bytes.length, whole: true }
    return [{ file, bytes: Buffer.from(one.bytes).toString('hex'), whole: true }]
  })

describe('FrameParser', () => {
  it('reads the same frames however the bytes are cut into chunks', () => {
    fc.assert(
      fc.property(fc.array(item, { maxLength: 12 }), fc.array(fc.nat(5000), { maxLength: 30 }), (items, cuts) => {
        expect(read(cutAt(encode(items), cuts))).toEqual({ seen: expected(items), inFile: false })
      }),
      { numRuns: 500 },
    )
  })

  it('of a truncated stream reads a true beginning, and never calls a cut file whole', () => {
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 8 }), fc.nat(5000), (items, cut) => {
        const bytes = encode(items)
        const { seen, inFile } = read([bytes.subarray(0, cut % bytes.length)])
        const full = expected(items)
        const last = seen.at(-1)
        const torn = last && 'file' in last && !last.whole ? last : null
        expect(torn !== null).toBe(inFile)
        const certain = torn ? seen.slice(0, -1) : seen
        expect(certain).toEqual(full.slice(0, certain.length))
        const match = torn ? full[certain.length] : undefined
        if (torn && match && 'file' in match) expect(match.bytes.startsWith(torn.bytes)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('passes over noise of any size, and over a frame with another nonce', () => {
    const noise = Buffer.from(`${'x'.repeat(300_000)}@hr:${nonce} say hidden\n@hr:ffff say forged\n@hr:${nonce} say real\n`)
    expect(read([noise]).seen).toEqual([{ line: 'say real' }])
  })

  it('refuses a torn frame and an unreadable header', () => {
    expect(() => read([Buffer.from(`@hr:${nonce} file x 0 2 part\nabc\n`)])).toThrow('changed on the host')
    for (const header of ['x 0 -1 part', 'x 0 1e9 part', 'x 0 99999999999999999999 -', 'x 0 1 abc', '']) {
      expect(() => read([Buffer.from(`@hr:${nonce} file ${header}\n`)])).toThrow('cannot be read')
    }
  })
})
