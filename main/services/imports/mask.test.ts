import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maskSecrets, Masker } from './mask'

const secret = 'wJalrXUtnFEMI7MDENG'
const text = (lines: number): string =>
  Array.from({ length: lines }, (_, i) => `${i * 1024} ${i} float sum -1 43.78 µs 0.01 N/A\n`).join('') +
  `AWS_SECRET_ACCESS_KEY=${secret}\n` +
  '1048576 262144 float sum -1\n'.repeat(lines)

const utf16be = (plain: string): Buffer => Buffer.from(plain, 'utf16le').swap16()
const encodings: [string, (plain: string) => Buffer][] = [
  ['UTF-8', (plain) => Buffer.from(plain)],
  ['Latin-1', (plain) => Buffer.from(plain, 'latin1')],
  ['UTF-16 LE', (plain) => Buffer.from(`\uFEFF${plain}`, 'utf16le')],
  ['UTF-16 BE', (plain) => utf16be(`\uFEFF${plain}`)],
  ['UTF-16 LE at an odd place', (plain) => Buffer.concat([Buffer.from([7]), Buffer.from(plain, 'utf16le')])],
  ['UTF-16 BE at an odd place', (plain) => Buffer.concat([Buffer.from([0xfe]), utf16be(plain)])],
]

describe.each(encodings)('secrets in %s', (_name, encode) => {
  it('are overwritten in place, and nothing else', () => {
    const bytes = new Uint8Array(encode(text(3)))
    expect(maskSecrets(bytes)).toBe(1)
    expect(Buffer.from(bytes)).toEqual(encode(text(3).replace(secret, '*'.repeat(secret.length))))
    expect(maskSecrets(bytes)).toBe(0)
  })

  it('are found wherever the pieces end', () => {
    const whole = encode(text(1500))
    const expected = new Uint8Array(whole)
    maskSecrets(expected)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: whole.length }), { maxLength: 12 }), (ends) => {
        const masker = new Masker()
        const parts: Uint8Array[] = []
        let at = 0
        for (const end of [...ends.sort((a, b) => a - b), whole.length]) {
          parts.push(masker.push(whole.subarray(at, end)))
          at = end
        }
        parts.push(masker.end())
        expect(Buffer.concat(parts).equals(expected)).toBe(true)
        expect(masker.secrets).toBe(1)
      }),
      { numRuns: 60 },
    )
  })
})

it('a secret cut by every possible border of two pieces is found', () => {
  const whole = Buffer.from(`${'x'.repeat(40_000)} https://user:${secret}@host ${'y'.repeat(40_000)}`)
  const expected = new Uint8Array(whole)
  maskSecrets(expected)
  for (let border = 39_990; border < 40_060; border += 1) {
    const masker = new Masker()
    const out = Buffer.concat([masker.push(whole.subarray(0, border)), masker.push(whole.subarray(border)), masker.end()])
    expect(out.equals(expected)).toBe(true)
  }
})

it('keeps every byte of what holds no secret', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 50_000 }), { maxLength: 6 }), (pieces) => {
      const masker = new Masker()
      const out = Buffer.concat([...pieces.map((piece) => masker.push(piece)), masker.end()])
      expect(out.length).toBe(pieces.reduce((sum, piece) => sum + piece.length, 0))
    }),
    { numRuns: 50 },
  )
})
