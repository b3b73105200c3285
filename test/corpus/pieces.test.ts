import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { fileTools } from '../../main/hosts/file-tools'
import { parseFile, parseSource } from '../../main/services/parse/parse-file'
import { bytesSource } from '../../main/services/parse/source'
import { fixtures } from './formats'

const inPieces = { wholeBytes: 0 }

/** As a source whose pieces are small, so that lines and characters are cut. */
const small = (bytes: Uint8Array) => ({
  ...bytesSource('x', bytes),
  async *pieces() {
    for (let at = 0; at < bytes.length; at += 997) yield bytes.subarray(at, at + 997)
  },
})

describe('a file read in pieces gives what it gives as a whole', () => {
  it.each(fixtures.map((fixture) => [fixture.name, fixture] as const))('%s', async (_name, { text }) => {
    const bytes = new TextEncoder().encode(text)
    const whole = await parseFile('x', bytes, fileTools)
    expect(await parseSource(small(bytes), fileTools, inPieces)).toEqual(whole)
    expect(await parseFile('x', gzipSync(bytes), fileTools, inPieces)).toEqual(whole)
  })
})
