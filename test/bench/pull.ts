import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { open, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import type { FileSink } from '../../main/ports/jobs'
import type { BenchRow } from './bench'
import { median, newRunner, startHosts, type BenchHosts } from './hosts'

const run = promisify(execFile)
const sizeBytes = 256 * 1024 * 1024
const rounds = 6
const jobId = 'pull'
const megabytesPerSecond = (elapsedMs: number): number => sizeBytes / 1e6 / (elapsedMs / 1000)

/** One file, to disk, verified, over a new connection; the largest growth of this process's memory meanwhile. */
const ours = async (hosts: BenchHosts): Promise<{ rate: number; growthBytes: number }> => {
  const runner = newRunner()
  const pool = hosts.newPool()
  const file = await open(path.join(hosts.folder, 'ours.bin'), 'w')
  const before = process.memoryUsage.rss()
  let peak = before
  const sampling = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20)
  const sink: FileSink = {
    write: async (chunk) => {
      await file.write(chunk)
    },
    restart: () => Promise.reject(new Error('the checksum did not match')),
  }
  const start = performance.now()
  const host = await pool.get({ ssh: 'bench0' })
  await runner.pull(host, jobId, 'data.bin', sink)
  const rate = megabytesPerSecond(performance.now() - start)
  clearInterval(sampling)
  await file.close()
  await pool.closeAll()
  return { rate, growthBytes: peak - before }
}

const sftp = async (hosts: BenchHosts): Promise<number> => {
  const batch = path.join(hosts.folder, 'batch')
  const target = path.join(hosts.folder, 'sftp.bin')
  await writeFile(batch, `get ${hosts.homes[0]}/.cache/headroom/jobs/${jobId}/out/data.bin ${target}\n`)
  const start = performance.now()
  await run('sftp', ['-q', '-F', hosts.sshConfig, '-c', 'aes128-gcm@openssh.com', '-b', batch, 'bench0'])
  const rate = megabytesPerSecond(performance.now() - start)
  if ((await stat(target)).size !== sizeBytes) throw new Error('sftp copied only a part')
  return rate
}

const prepare = async (hosts: BenchHosts): Promise<void> => {
  const pool = hosts.newPool()
  const host = await pool.get({ ssh: 'bench0' })
  await newRunner().runJob(host, { jobId, script: 'bench/write.sh', env: { HR_BYTES: '1' }, setup: '', limitSeconds: 60 })
  await pool.closeAll()
  const folder = path.join(hosts.homes[0] ?? '', '.cache/headroom/jobs', jobId, 'out')
  mkdirSync(folder, { recursive: true })
  await run('sh', ['-c', `head -c ${sizeBytes} /dev/urandom >${folder}/data.bin`])
}

/** Same bytes at both ends, once, outside the timing. */
const compare = async (hosts: BenchHosts): Promise<void> => {
  const { stdout } = await run('sha256sum', [path.join(hosts.folder, 'ours.bin'), path.join(hosts.folder, 'sftp.bin')])
  const sums = new Set(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.slice(0, 64)),
  )
  if (sums.size !== 1) throw new Error('the two copies differ')
}

const measure = async (): Promise<BenchRow[]> => {
  const hosts = await startHosts(1)
  const rates = { ours: [] as number[], peer: [] as number[] }
  const ratios: number[] = []
  let growthBytes = 0
  try {
    await prepare(hosts)
    // The hash's code and the page cache are warm for both from here on.
    createHash('sha256').update('warm').digest()
    for (let round = 0; round < rounds; round += 1) {
      // ABBA, so that what else the machine does meets both alike.
      const ownFirst = round % 2 === 1
      const early = ownFirst ? await ours(hosts) : null
      const peer = await sftp(hosts)
      const own = early ?? (await ours(hosts))
      rates.peer.push(peer)
      rates.ours.push(own.rate)
      ratios.push(own.rate / peer)
      growthBytes = Math.max(growthBytes, own.growthBytes)
    }
    await compare(hosts)
  } finally {
    await hosts.stop()
  }
  const [own, peer] = [median(rates.ours), median(rates.peer)]
  const growthMb = growthBytes / 1e6
  return [
    {
      what: 'pull 256 MiB to disk, SHA-256 verified (the peer verifies nothing)',
      ours: own,
      peer,
      unit: 'MB/s',
      ratio: median(ratios),
      bar: "at least sftp's rate",
      pass: median(ratios) >= 1,
    },
    { what: 'growth of memory meanwhile', ours: growthMb, peer: null, unit: 'MB', ratio: null, bar: 'under 150 MB', pass: growthMb < 150 },
  ]
}

export const bench = { name: 'pull 256 MiB; peer: OpenSSH sftp with the same cipher', run: measure }
