import { execFileSync } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { AppError } from '../../../preload/contract'
import { createLocalHost } from './local-host'

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'fine',
    (error: AppError) => error.code,
  )
const runs = (mark: string): boolean => execFileSync('sh', ['-c', `pgrep -f '[s]leep ${mark}' || true`], { encoding: 'utf8' }) !== ''

describe.skipIf(process.platform === 'win32')('the local host', () => {
  const home = realpathSync(mkdtempSync(path.join(tmpdir(), 'headroom-local-')))
  afterAll(() => rmSync(home, { recursive: true, force: true }))
  const host = createLocalHost({ homeDir: home, env: { PATH: process.env['PATH'], COLOUR: 'blue' } })

  it('runs in the home folder with the given environment', async () => {
    const result = await host.exec('pwd; echo $COLOUR; echo warn >&2; exit 3')
    expect({ ...result, stdout: text(result.stdout) }).toEqual({ exitCode: 3, signal: null, stdout: `${home}\nblue\n`, stderr: 'warn\n' })
  })

  it('feeds stdin whole, closes it when there is none, and survives a reader that stops', async () => {
    expect(text((await host.exec('wc -c', { stdin: Buffer.alloc(3_000_000) })).stdout).trim()).toBe('3000000')
    expect(text((await host.exec('wc -c')).stdout).trim()).toBe('0')
    expect((await host.exec('exec 0<&-; sleep 0.1', { stdin: Buffer.alloc(3_000_000) })).exitCode).toBe(0)
  })

  it('names the signal, and what stdout could not hold', async () => {
    expect(await host.exec('kill -KILL $$')).toMatchObject({ exitCode: null, signal: 'KILL' })
    expect(await codeOf(host.exec('yes', { maxBytes: 1000 }))).toBe('remote.tool_failed')
    expect(await codeOf(host.exec('sleep 20', { timeoutMs: 50 }))).toBe('remote.timed_out')
  })

  it('ends the whole process group when cancelled, also what ignores TERM', async () => {
    const mark = `20.${process.pid}`
    const abort = new AbortController()
    const code = codeOf(host.exec(`trap '' TERM; sleep ${mark} & sleep ${mark}; wait`, { signal: abort.signal }))
    await expect.poll(() => runs(mark), { timeout: 5000 }).toBe(true)
    abort.abort()
    expect(await code).toBe('run.cancelled')
    await expect.poll(() => runs(mark), { timeout: 5000 }).toBe(false)
  })

  it('starts nothing when already cancelled', async () => {
    expect(await codeOf(host.exec(`touch ${home}/ran`, { signal: AbortSignal.abort() }))).toBe('run.cancelled')
    expect((await host.exec(`test -e ${home}/ran`)).exitCode).toBe(1)
  })
})
