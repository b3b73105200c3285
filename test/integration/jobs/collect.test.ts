import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FileSink } from '../../../main/ports/jobs'
import { job, newHome, removeHome, runnerWith, shellHost } from './lab'

let home = ''
beforeEach(() => {
  home = newHome()
})
afterEach(() => removeHome(home))

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const outFolder = (jobId: string): string => join(home, '.cache/headroom/jobs', jobId, 'out')

/** A finished job whose output is `files`. */
const finished = async (jobId: string, files: Record<string, Uint8Array>): Promise<ReturnType<typeof runnerWith>> => {
  const runner = runnerWith({ 'ok.sh': 'echo fine' })
  await runner.runJob(shellHost({ home }), job(jobId, 'ok.sh'))
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(outFolder(jobId), name), bytes)
  return runner
}

/** The failure's code; printing what came instead, megabytes of it, would not end. */
const codeOf = (collecting: Promise<unknown>): Promise<string> =>
  collecting.then(
    () => 'no failure',
    (error: { code: string }) => error.code,
  )

/** Small, seeded, and the same on every machine. */
const random = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

describe('collect', () => {
  it('large files come in segments, to the byte', async () => {
    const big = randomBytes(19 * 1024 * 1024 + 4321)
    const runner = await finished('big', { 'big.bin': big, empty: new Uint8Array() })
    const result = await runner.collect(shellHost({ home }), 'big')
    expect(result.files.map((file) => [file.name, file.sha256])).toEqual([
      ['big.bin', sha256(big)],
      ['empty', sha256(new Uint8Array())],
      ['stderr', sha256(new Uint8Array())],
      ['stdout', sha256(Buffer.from('fine\n'))],
    ])
    expect(sha256(result.files[0]?.bytes ?? new Uint8Array())).toBe(sha256(big))
  })

  it.each([1, 2, 3, 4, 5])('goes on where it was when the connection dies anywhere (seed %i)', async (seed) => {
    const next = random(seed)
    const big = randomBytes(11 * 1024 * 1024 + 77)
    const runner = await finished('cut', { 'big.bin': big })
    const cutting = shellHost({ home, cutAfter: (exec) => (exec > 1 && next() < 0.5 ? Math.floor(next() * 3_000_000) : null) })
    let result = null
    for (let attempt = 0; attempt < 20 && !result; attempt += 1) {
      result = await runner.collect(cutting, 'cut').catch((error: { code: string }) => {
        expect(error.code).toBe('ssh.connection_lost')
        return null
      })
    }
    expect(sha256(result?.files.find((file) => file.name === 'big.bin')?.bytes ?? new Uint8Array())).toBe(sha256(big))
  })

  it('a connection that dies for good is told; the next collect does not begin again', async () => {
    const big = randomBytes(24 * 1024 * 1024)
    const runner = await finished('resume', { 'big.bin': big })
    const dying = shellHost({ home, cutAfter: (exec) => (exec > 3 ? 0 : null) })
    expect(await codeOf(runner.collect(dying, 'resume'))).toBe('ssh.connection_lost')
    const alive = shellHost({ home })
    const result = await runner.collect(alive, 'resume')
    expect(sha256(result.files[0]?.bytes ?? new Uint8Array())).toBe(sha256(big))
    expect(alive.received).toBeLessThan(big.length)
    expect(alive.received).toBeGreaterThan(1000)
  })

  it('a cut in any place of one-exec runs loses nothing and runs the job once', async () => {
    const runner = runnerWith({ 'once.sh': 'echo ran >>"$HOME/runs"; echo out; head -c 50000 /dev/zero >data' })
    await runner.runJob(shellHost({ home }), job('warm', 'once.sh'))
    for (const [index, cut] of [0, 1, 60, 150, 400, 900, 2000, 30_000].entries()) {
      const result = await runner.runJob(shellHost({ home, cutAfter: (exec) => (exec === 1 ? cut : null) }), job(`cut${index}`, 'once.sh'))
      expect(result.files.map((file) => `${file.name} ${file.bytes.length}`)).toEqual(['data 50000', 'stderr 0', 'stdout 4'])
    }
    const runs = await runner.runJob(shellHost({ home }), job('count', 'once.sh', { setup: 'grep -c ran "$HOME/runs" >&2' }))
    expect(runs.status.exitCode).toBe(0)
  })

  it('follow goes on from its own offsets when the connection dies in the middle of a log', async () => {
    const runner = runnerWith({ 'log.sh': 'i=0; while [ $i -lt 3000 ]; do echo "line $i of the log"; i=$((i + 1)); done' })
    await runner.runJob(shellHost({ home }), job('warm', 'log.sh'))
    let expected = ''
    for (let line = 0; line < 3000; line += 1) expected += `line ${line} of the log\n`
    const host = shellHost({ home, cutAfter: (exec) => (exec === 2 ? 20_000 : exec === 3 ? 33_333 : null) })
    await runner.launch(host, job('log', 'log.sh'))
    let log = ''
    const onLog = (_name: string, chunk: Uint8Array): void => {
      log += Buffer.from(chunk).toString()
    }
    for (let attempt = 0; ; attempt += 1) {
      const status = await runner.follow(host, 'log', { onLog }).catch(() => null)
      if (status) break
      expect(attempt).toBeLessThan(5)
    }
    expect(host.execs).toBe(4)
    expect(log).toBe(expected)
  })

  it('symbolic links, special files and hostile names stay on the host, with a warning', async () => {
    const runner = await finished('evil', { 'good.txt': Buffer.from('good') })
    const out = outFolder('evil')
    symlinkSync('/etc/passwd', join(out, 'passwd'))
    symlinkSync('/etc', join(out, 'etc'))
    mkdirSync(join(out, 'sub'))
    symlinkSync('/etc/shadow', join(out, 'sub', 'shadow'))
    writeFileSync(join(out, 'sub', 'fine'), 'fine')
    for (const name of ['with space', '-rf', '$(touch x)', "quo'te", 'new\nline', '\u001b[2J', 'x'.repeat(150), 'é', 'total 5'])
      writeFileSync(join(out, name), 'evil')
    const result = await runner.collect(shellHost({ home }), 'evil')
    expect(result.files.map((file) => file.name)).toEqual(['good.txt', 'stderr', 'stdout', 'sub/fine'])
    expect(result.warnings).toEqual([{ code: 'collect.refused', message: expect.stringMatching(/^\d+ entries/) as string }])
    const sink: FileSink = { write: () => undefined, restart: () => undefined }
    for (const name of ['passwd', 'etc/passwd', '../../../etc/passwd', '/etc/passwd', 'sub/shadow']) {
      await expect(runner.pull(shellHost({ home }), 'evil', name, sink)).rejects.toThrow()
    }
  })

  it('what exceeds the cap stays on the host, with a warning; a sink takes what is large', async () => {
    const runner = await finished('cap', { a: randomBytes(6_000_000), b: randomBytes(9_000_000) })
    const capped = await runner.collect(shellHost({ home }), 'cap', undefined, { maxBytes: 7_000_000 })
    expect(capped.files.map((file) => file.name)).toEqual(['a', 'stderr', 'stdout'])
    expect(capped.warnings?.map((warning) => warning.code)).toEqual(['collect.too_large'])
    const sizes: Record<string, number> = {}
    const sinkFor = (name: string): Promise<FileSink> =>
      Promise.resolve({ write: (chunk) => void (sizes[name] = (sizes[name] ?? 0) + chunk.length), restart: () => undefined })
    const streamed = await runner.collect(shellHost({ home }), 'cap', undefined, { sinkFor })
    expect(sizes).toEqual({ a: 6_000_000, b: 9_000_000 })
    expect(streamed.streamed?.map((file) => file.sizeBytes)).toEqual([6_000_000, 9_000_000])
  })

  it('bytes that changed on the way are pulled once more, then refused', async () => {
    const big = randomBytes(5_000_000)
    const runner = await finished('flip', { 'big.bin': big })
    const flipping = (times: number) => {
      const host = shellHost({ home })
      let left = times
      const exec: typeof host.exec = (command, options = {}) => {
        const onStdout = options.onStdout
        return host.exec(command, {
          ...options,
          onStdout: (chunk) => {
            const copy = chunk.slice()
            if (copy.length > 5000 && left > 0) {
              left -= 1
              copy[4000] = (copy[4000] ?? 0) ^ 1
            }
            void onStdout?.(copy)
          },
        })
      }
      return { ...host, exec }
    }
    const healed = await runner.collect(flipping(1), 'flip')
    expect(sha256(healed.files[0]?.bytes ?? new Uint8Array())).toBe(sha256(big))
    expect(await codeOf(runner.collect(flipping(1000), 'flip'))).toBe('remote.checksum_mismatch')
  })
})
