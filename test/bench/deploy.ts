import { execFile } from 'node:child_process'
import { readFile, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import type { BenchRow } from './bench'
import { benchScript, median, newRunner, startHosts, timedAtOnce, type BenchHosts } from './hosts'

const run = promisify(execFile)
const hostCount = 32
const atOnce = 8
const rounds = 6
const dataBytes = 1_048_576

/** Connect, deploy, run, collect, disconnect, as the program does it. */
const ours = async (hosts: BenchHosts, jobId: string, expectUpload: boolean): Promise<number> => {
  const pool = hosts.newPool()
  const runner = newRunner()
  const elapsedMs = await timedAtOnce(hosts.aliases, atOnce, async (alias) => {
    const host = await pool.get({ ssh: alias })
    const job = { jobId, script: 'bench/write.sh', env: { HR_BYTES: String(dataBytes) }, setup: '', limitSeconds: 60 }
    const result = await runner.runJob(host, job)
    const sizeBytes = result.files.find((file) => file.name === 'data.bin')?.bytes.length
    if (sizeBytes !== dataBytes || result.uploadedBytes > 0 !== expectUpload)
      throw new Error(`${alias}: ${sizeBytes} bytes, uploaded ${result.uploadedBytes}`)
  })
  await pool.closeAll()
  return elapsedMs / hostCount
}

/** The same by OpenSSH over one multiplexed connection per host: put the script, run it, get the result. */
const openSsh = async (hosts: BenchHosts): Promise<number> => {
  const script = path.join(hosts.folder, 'write.sh')
  await writeFile(script, benchScript)
  const elapsedMs = await timedAtOnce(hosts.aliases, atOnce, async (alias) => {
    const common = [
      '-F',
      hosts.sshConfig,
      '-o',
      'ControlMaster=auto',
      '-o',
      `ControlPath=${hosts.folder}/cm-${alias}`,
      '-o',
      'ControlPersist=30',
      '-o',
      'BatchMode=yes',
    ]
    const home = hosts.homes[hosts.aliases.indexOf(alias)] ?? ''
    const local = path.join(hosts.folder, `${alias}.bin`)
    const ssh = (command: string): string => ['ssh', ...common, alias, `'${command}'`].join(' ')
    await run('sh', ['-c', `${ssh(`cat >${home}/write.sh`)} <${script}`])
    await run('sh', ['-c', ssh(`HR_BYTES=${dataBytes} HR_OUT=${home} sh ${home}/write.sh`)])
    await run('sh', ['-c', `${ssh(`cat ${home}/data.bin`)} >${local}`])
    await run('ssh', [...common, '-O', 'exit', alias])
    if ((await stat(local)).size !== dataBytes) throw new Error(`${alias}: the copy is incomplete`)
  })
  return elapsedMs / hostCount
}

/** The probe alone, by sh, so many at once. */
const probeAlone = async (hosts: BenchHosts): Promise<number> => {
  const script = path.join(hosts.folder, 'write.sh')
  await readFile(script)
  const elapsedMs = await timedAtOnce(hosts.homes, atOnce, async (home) => {
    await run('sh', [script], { env: { ...process.env, HR_BYTES: String(dataBytes), HR_OUT: home } })
  })
  return elapsedMs / hostCount
}

/** Beyond the probe's own time in `ours`; the ratio compares the whole of both. */
const row = (what: string, own: number, peer: number, probe: number, ratio = peer / own): BenchRow => {
  const beyond = own - probe
  return {
    what,
    ours: beyond,
    peer: peer - probe,
    unit: 'ms per host beyond the probe',
    ratio,
    bar: 'at most 25 ms, and 4 times faster',
    pass: beyond <= 25 && ratio >= 4,
  }
}

/** ABBA, so that what else the machine does meets both alike. */
const measure = async (): Promise<BenchRow[]> => {
  const hosts = await startHosts(hostCount)
  const ratios: number[] = []
  const times = { peer: [] as number[], cold: 0, warm: [] as number[], probe: [] as number[] }
  try {
    times.peer.push(await openSsh(hosts))
    times.cold = await ours(hosts, 'cold', true)
    for (let round = 0; round < rounds; round += 1) {
      times.probe.push(await probeAlone(hosts))
      const ownFirst = round % 2 === 1
      const early = ownFirst ? await ours(hosts, `warm${round}`, false) : null
      const peer = await openSsh(hosts)
      const own = early ?? (await ours(hosts, `warm${round}`, false))
      times.warm.push(own)
      times.peer.push(peer)
      ratios.push(peer / own)
    }
  } finally {
    await hosts.stop()
  }
  const probe = median(times.probe)
  const peer = median(times.peer)
  return [
    row(
      `deploy (kit already there), run, collect 1 MiB; the probe alone ${probe.toFixed(1)} ms`,
      median(times.warm),
      peer,
      probe,
      median(ratios),
    ),
    row('the same on hosts that have no kit yet', times.cold, peer, probe),
  ]
}

export const bench = {
  name: `deploy + run + collect, ${hostCount} sshd hosts on loopback, ${atOnce} at once; peer: ssh with ControlMaster and cat`,
  run: measure,
}
