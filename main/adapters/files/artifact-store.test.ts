import { createHash, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { createArtifactStore } from './artifact-store'

const dataDir = mkdtempSync(join(tmpdir(), 'headroom-artifacts-'))
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

const artifacts = createArtifactStore(dataDir)
const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const pathOf = (sha256: string): string => join(dataDir, 'artifacts', sha256.slice(0, 2), sha256.slice(2))

describe('put and read', () => {
  test('names bytes by their hash, read-only, and reads any part', async () => {
    const bytes = randomBytes(100_000)
    const reference = await artifacts.put('client/stdout', bytes)
    expect(reference).toEqual({ name: 'client/stdout', sha256: sha256Of(bytes), bytes: 100_000 })
    expect(statSync(pathOf(reference.sha256)).mode & 0o777).toBe(0o444)
    expect(Buffer.from(await artifacts.read(reference.sha256))).toEqual(bytes)
    expect(Buffer.from(await artifacts.read(reference.sha256, 99_990, 100))).toEqual(bytes.subarray(99_990))
    expect(await artifacts.read(reference.sha256, 200_000)).toHaveLength(0)
    expect(await artifacts.has(reference.sha256)).toBe(true)
    expect(await artifacts.has(sha256Of(Buffer.from('absent')))).toBe(false)
    expect((await artifacts.put('empty', new Uint8Array())).sha256).toBe(sha256Of(new Uint8Array()))
  })

  test('keeps the same bytes once, also when eight write them at once', async () => {
    const bytes = randomBytes(50_000)
    const references = await Promise.all(Array.from({ length: 8 }, (_, i) => artifacts.put(`copy ${i}`, bytes)))
    expect(new Set(references.map(({ sha256 }) => sha256))).toEqual(new Set([sha256Of(bytes)]))
    const before = statSync(pathOf(sha256Of(bytes)))
    await artifacts.put('again', bytes)
    expect(statSync(pathOf(sha256Of(bytes))).ino).toBe(before.ino)
    expect(readdirSync(join(dataDir, 'artifacts', 'partial'))).toEqual([])
  })

  test('a damaged file is healed by the sound bytes', async () => {
    const bytes = randomBytes(1000)
    const { sha256 } = await artifacts.put('a', bytes)
    chmodSync(pathOf(sha256), 0o644)
    writeFileSync(pathOf(sha256), 'short')
    await expect(artifacts.read(sha256)).rejects.toMatchObject({ code: 'store.damaged' })
    await artifacts.put('a', bytes)
    expect(Buffer.from(await artifacts.read(sha256))).toEqual(bytes)
  })
})

describe('writer', () => {
  test('streams, and an abandoned one leaves nothing', async () => {
    const chunks = Array.from({ length: 20 }, () => randomBytes(10_000))
    const writer = await artifacts.writer('big')
    for (const chunk of chunks) await writer.write(chunk)
    const reference = await writer.finish()
    expect(reference).toEqual({ name: 'big', sha256: sha256Of(Buffer.concat(chunks)), bytes: 200_000 })
    await expect(writer.write(Buffer.from('more'))).rejects.toThrow('finished')
    const abandoned = await artifacts.writer('abandoned')
    await abandoned.write(Buffer.from('x'))
    await abandoned.abort()
    expect(readdirSync(join(dataDir, 'artifacts', 'partial'))).toEqual([])
  })
})

describe('hostile names', () => {
  test('never become paths', async () => {
    for (const name of ['../../outside', '/etc/cron.d/x', 'a\0b', '..', 'C:\\x', 'x'.repeat(10_000)]) {
      const reference = await artifacts.put(name, Buffer.from(`content of ${name.slice(0, 20)}`))
      expect(reference.name).toBe(name)
      expect(existsSync(pathOf(reference.sha256))).toBe(true)
    }
    expect(readdirSync(dataDir)).toEqual(['artifacts'])
    for (const hash of ['../../../etc/passwd', '', 'a', `${'a'.repeat(63)}/`, 'A'.repeat(64)]) {
      await expect(artifacts.read(hash)).rejects.toMatchObject({ code: 'store.not_found' })
      expect(await artifacts.has(hash)).toBe(false)
    }
  })
})
