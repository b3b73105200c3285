import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createArtifactStore } from '../../../main/adapters/files/artifact-store'
import type { FileSink } from '../../../main/ports/jobs'
import type { HostPool, RemoteHost } from '../../../main/ports/remote-host'
import type { ArtifactStore } from '../../../main/ports/store'
import type { Deps } from '../../../main/services/deps'
import { collectRoles, type RoleSetting } from '../../../main/services/experiments/roles'
import type { Plan, Run } from '../../../preload/contract'
import { knownHostsFor, sshdPath, writeSshConfig, type TestSshd } from '../../lab/sshd'
import { answering, Harness } from '../ssh/harness'
import { clock, job, newHome, removeHome, runnerWith } from './lab'

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const bigBytes = 20_000_000

describe.skipIf(sshdPath === null)('jobs over a real sshd', () => {
  const harness = new Harness()
  const runner = runnerWith({
    'ok.sh': 'echo fine',
    'slow.sh': 'i=0; while [ $i -lt 40 ]; do echo "line $i"; i=$((i + 1)); sleep 0.05; done',
  })
  let home: string
  let sshd: TestSshd
  let pool: HostPool
  let host: RemoteHost

  beforeAll(async () => {
    home = newHome()
    sshd = await harness.sshd({ config: [`SetEnv HOME=${home}`] })
    const dir = harness.folder()
    await writeFile(path.join(dir, 'known_hosts'), knownHostsFor([sshd]))
    pool = harness.pool(await writeSshConfig(dir, { lab: { sshd } }), answering().ask)
    host = await pool.get({ ssh: 'lab' })
  })
  afterAll(async () => {
    await harness.tidy()
    removeHome(home)
  })

  /** Ends the server's side of every live connection; how many there were. */
  const cutConnections = (): number => {
    const pids = sshd.connectionPids()
    for (const pid of pids) process.kill(pid, 'SIGKILL')
    return pids.length
  }

  /** A finished job whose output holds `big.bin`. */
  const finishedWithBig = async (jobId: string): Promise<Buffer> => {
    await runner.runJob(host, job(jobId, 'ok.sh'))
    const bytes = randomBytes(bigBytes)
    writeFileSync(path.join(home, '.cache/headroom/jobs', jobId, 'out', 'big.bin'), bytes)
    return bytes
  }

  it('a connection killed while it follows: the next follow brings the rest of the log, each byte once', async () => {
    await runner.launch(host, job('follow', 'slow.sh'))
    let log = ''
    let cut = 0
    const onLog = (_name: string, chunk: Uint8Array): void => {
      log += Buffer.from(chunk).toString()
      if (cut === 0 && log.includes('line 5\n')) cut = cutConnections()
    }
    await expect(runner.follow(host, 'follow', { onLog })).rejects.toMatchObject({ code: 'ssh.connection_lost' })
    expect(cut).toBeGreaterThan(0)
    expect(await runner.follow(host, 'follow', { onLog })).toMatchObject({ state: 'done', exitCode: 0 })
    expect(log).toBe(Array.from({ length: 40 }, (_, line) => `line ${line}\n`).join(''))
  })

  it('a connection killed while it collects: the transfer goes on where it was, to the byte', async () => {
    const big = await finishedWithBig('collect')
    const got: Buffer[] = []
    let [bytes, cut, restarts] = [0, 0, 0]
    const sink: FileSink = {
      write: (chunk) => {
        got.push(Buffer.from(chunk))
        bytes += chunk.length
        if (cut === 0 && bytes > 3_000_000) cut = cutConnections()
      },
      restart: () => void (restarts += 1),
    }
    const result = await runner.collect(host, 'collect', undefined, { sinkFor: () => Promise.resolve(sink) })
    expect(cut).toBeGreaterThan(0)
    expect([bytes, restarts]).toEqual([bigBytes, 0])
    expect(sha256(Buffer.concat(got))).toBe(sha256(big))
    expect(result.streamed).toEqual([{ name: 'big.bin', sizeBytes: bigBytes, sha256: sha256(big) }])
  })

  it('a slow sink holds the host back instead of filling memory', async () => {
    const folder = path.join(home, '.cache/headroom/jobs/slow-sink/out')
    await runner.runJob(host, job('slow-sink', 'ok.sh'))
    const big = Buffer.alloc(120_000_000, 'headroom ')
    writeFileSync(path.join(folder, 'big.bin'), big)
    let peakBytes = 0
    const before = process.memoryUsage.rss()
    const hash = createHash('sha256')
    const sink: FileSink = {
      write: async (chunk) => {
        await clock.sleep(5)
        hash.update(chunk)
        peakBytes = Math.max(peakBytes, process.memoryUsage.rss() - before)
      },
      restart: () => Promise.reject(new Error('the checksum did not match')),
    }
    await runner.pull(host, 'slow-sink', 'big.bin', sink)
    expect(hash.digest('hex')).toBe(sha256(big))
    expect(peakBytes).toBeLessThan(100_000_000)
  })

  it('a sink that fails ends the transfer with its own error, and the connection lives on', async () => {
    await finishedWithBig('broken-sink')
    const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' })
    const sink: FileSink = { write: () => Promise.reject(full), restart: () => undefined }
    await expect(runner.pull(host, 'broken-sink', 'big.bin', sink)).rejects.toBe(full)
    expect(new TextDecoder().decode((await host.exec('echo alive')).stdout)).toBe('alive\n')
  })

  it('a large file goes into the artifact store as role/file, through a cut connection, and leaves nothing half written', async () => {
    const big = await finishedWithBig('run1-main')
    const dataDir = harness.folder()
    const store = createArtifactStore(dataDir)
    let cut = 0
    const artifacts: ArtifactStore = {
      ...store,
      writer: async (name) => {
        const writer = await store.writer(name)
        const write = (chunk: Uint8Array): Promise<void> => {
          if (cut === 0) cut = cutConnections()
          return writer.write(chunk)
        }
        return { ...writer, write }
      },
    }
    const deps: Partial<Deps> = { artifacts, pool, jobs: runner, clock }
    const setting: RoleSetting = {
      deps: deps as Deps,
      plan: { hosts: { a: { ssh: 'lab' } }, limits: { reconnect_seconds: 10 } } as unknown as Plan,
      run: { id: 'run1' } as Run,
      jobs: [{ role: 'main', host: 'a', main: true } as RoleSetting['jobs'][number]],
      watchers: [],
      signal: new AbortController().signal,
      onLog: () => undefined,
      onMessage: () => undefined,
    }
    const [collected] = await collectRoles(setting)
    expect(cut).toBeGreaterThan(0)
    expect(collected?.streamed).toEqual([{ name: 'main/big.bin', sha256: sha256(big), bytes: bigBytes }])
    expect(collected?.collected.files.map((file) => file.name)).toEqual(['stderr', 'stdout'])
    expect(sha256(await store.read(sha256(big)))).toBe(sha256(big))
    const halfWritten = readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).filter((name) => /\d+-[0-9a-f]{16}$/.test(name))
    expect(halfWritten).toEqual([])
  })
})
