import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createHostPool } from '../../main/adapters/ssh'
import { systemClock } from '../../main/adapters/system/clock'
import type { HostPool, RemoteHost } from '../../main/ports/remote-host'
import { createJobRunner } from '../../main/services/jobs'
import { kitFiles } from '../../remote-scripts/index'
import { knownHostsFor, startSshd, writeSshConfig, type TestSshd } from '../lab/sshd'

const noLocal: RemoteHost = {
  target: 'local',
  serverSoftware: null,
  cipher: null,
  exec: () => Promise.reject(new Error('the benchmarks use SSH only')),
}

export interface BenchHosts {
  aliases: string[]
  homes: string[]
  sshConfig: string
  folder: string
  /** A pool that has connected to none of them yet. */
  newPool(): HostPool
  stop(): Promise<void>
}

/** Real sshds on loopback, each with a home of its own, that both ssh and our pool know. */
export const startHosts = async (count: number): Promise<BenchHosts> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'headroom-bench-'))
  const aliases = Array.from({ length: count }, (_, index) => `bench${index}`)
  const homes = aliases.map((alias) => path.join(folder, 'homes', alias))
  const servers: TestSshd[] = []
  for (const home of homes) {
    await mkdir(home, { recursive: true })
    servers.push(await startSshd({ config: [`SetEnv HOME=${home}`, 'Subsystem sftp internal-sftp'] }))
  }
  const hosts = Object.fromEntries(aliases.map((alias, index) => [alias, { sshd: servers[index] as TestSshd }]))
  const sshConfig = await writeSshConfig(folder, hosts, ['StrictHostKeyChecking yes'])
  await writeFile(path.join(folder, 'known_hosts'), knownHostsFor(servers))
  return {
    aliases,
    homes,
    sshConfig,
    folder,
    newPool: () => createHostPool({ sshConfigFile: sshConfig, ask: () => Promise.resolve(null), local: noLocal }),
    stop: async () => {
      await Promise.all(servers.map((server) => server.stop()))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The probe of the benchmarks: writes one file of HR_BYTES. */
export const benchScript = 'head -c "$HR_BYTES" /dev/urandom >"$HR_OUT/data.bin"\n'

/** Our runner with the whole real kit and the benchmark's probe. */
export const newRunner = () => createJobRunner({ kitFiles: new Map([...kitFiles, ['bench/write.sh', benchScript]]), clock: systemClock })

/** `work` over all items, so many at once; milliseconds of the whole. */
export const timedAtOnce = async <T>(items: T[], atOnce: number, work: (item: T) => Promise<void>): Promise<number> => {
  const queue = [...items]
  const start = performance.now()
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return performance.now() - start
}

/** The middle value, or the mean of the two middle ones. */
export const median = (values: number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]]
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2
}
