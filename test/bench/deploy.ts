import { execFile } from 'node:child_process'
import { stat, writeFile } from 'node:fs/promises'
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

/** What no job over ssh2 can be faster than: one command that runs the probe and prints its result; nothing sent, kept or verified. */
const floor = async (hosts: BenchHosts): Promise<number> => {
  const pool = hosts.newPool()
  const elapsedMs = await timedAtOnce(hosts.aliases, atOnce, async (alias) => {
    const host = await pool.get({ ssh: alias })
    let sizeBytes = 0
    await host.exec(`head -c ${dataBytes} /dev/urandom`, { onStdout: (chunk) => void (sizeBytes += chunk.length) })
    if (sizeBytes !== dataBytes) throw new Error(`${alias}: ${sizeBytes} bytes`)
  })
  await pool.closeAll()
  return elapsedMs / hostCount
}

/**
 * What is compared with. `scp` and `cat` put the script, run it and get the result, and look at nothing; `job` does what a job is here:
 * the script is sent only when its hash differs, it runs detached, its result is on the disk before its end counts, and is hashed on both sides.
 */
type Peer = 'scp' | 'cat' | 'job'

interface PeerHost {
  /** A command line that runs this on the host. */
  ssh(command: string): string
  scp(from: string, to: string): string
  remote(name: string): string
  script: string
  local: string
}

const commandsOf: Record<Peer, (host: PeerHost) => string[]> = {
  scp: ({ ssh, scp, remote, script, local }) => [
    scp(script, remote('write.sh')),
    ssh(`HR_BYTES=${dataBytes} HR_OUT=. sh write.sh`),
    scp(remote('data.bin'), local),
  ],
  cat: ({ ssh, script, local }) => [
    `${ssh('cat >write.sh')} <${script}`,
    ssh(`HR_BYTES=${dataBytes} HR_OUT=. sh write.sh`),
    `${ssh('cat data.bin')} >${local}`,
  ],
  job: ({ ssh, scp, remote, script, local }) => [
    `[ "$(${ssh('mkdir -p job; sha256sum <write.sh')})" = "$(sha256sum <${script})" ] || ${scp(script, remote('write.sh'))}`,
    ssh(
      `cd job; rm -f ended; HR_BYTES=${dataBytes} HR_OUT=. setsid sh -c "sh ../write.sh; sync data.bin; echo >ended" </dev/null >log 2>&1 &`,
    ),
    `sum=$(${ssh('cd job; while [ ! -e ended ]; do sleep 0.01; done; sha256sum <data.bin')})`,
    scp(remote('job/data.bin'), local),
    `[ "$sum" = "$(sha256sum <${local})" ]`,
  ],
}

/** The same by OpenSSH over one multiplexed connection per host. */
const openSsh = async (hosts: BenchHosts, peer: Peer): Promise<number> => {
  const script = path.join(hosts.folder, 'write.sh')
  await writeFile(script, benchScript)
  const elapsedMs = await timedAtOnce(hosts.aliases, atOnce, async (alias) => {
    const multiplexed = ['ControlMaster=auto', `ControlPath=${hosts.folder}/cm-${alias}`, 'ControlPersist=30', 'BatchMode=yes']
    const common = ['-F', hosts.sshConfig, ...multiplexed.flatMap((option) => ['-o', option])].join(' ')
    const home = hosts.homes[hosts.aliases.indexOf(alias)] ?? ''
    const local = path.join(hosts.folder, `${alias}.bin`)
    const commands = commandsOf[peer]({
      ssh: (command) => `ssh ${common} ${alias} 'cd ${home}; ${command}'`,
      scp: (from, to) => `scp -q ${common} ${from} ${to}`,
      remote: (name) => `${alias}:${home}/${name}`,
      script,
      local,
    })
    await run('sh', ['-e', '-c', [...commands, `ssh ${common} -O exit ${alias} 2>/dev/null`].join('\n')])
    if ((await stat(local)).size !== dataBytes) throw new Error(`${alias}: the copy is incomplete`)
  })
  return elapsedMs / hostCount
}

/** The probe alone, by sh, so many at once; xargs starts them, since a process started from Node costs as much as the probe. */
const probeAlone = async (hosts: BenchHosts): Promise<number> => {
  const script = path.join(hosts.folder, 'write.sh')
  const folders = path.join(hosts.folder, 'homes.txt')
  await writeFile(folders, hosts.homes.join('\n'))
  const started = performance.now()
  await run('sh', ['-c', `HR_BYTES=${dataBytes} xargs -P ${atOnce} -I{} env HR_OUT={} sh ${script} <${folders}`])
  return (performance.now() - started) / hostCount
}

/** Beyond the probe's own time in `ours`; the ratio compares the whole of both. */
const row = (what: string, own: number, peer: number, probe: number): BenchRow => {
  const [beyond, ratio] = [own - probe, peer / own]
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

const unbarred = (compared: BenchRow): BenchRow => ({ ...compared, bar: 'none: for comparison', pass: null })

interface Times {
  warm: number[]
  floor: number[]
  probe: number[]
  cold: number
  peers: Record<Peer, number[]>
}

/** Forth and back by turns, so that what else the machine does meets all alike. */
const takeTurns = async (hosts: BenchHosts): Promise<Times> => {
  const times: Times = { warm: [], floor: [], probe: [], cold: 0, peers: { scp: [], cat: [], job: [] } }
  const turnOf = (peer: Peer) => async () => times.peers[peer].push(await openSsh(hosts, peer))
  await openSsh(hosts, 'scp')
  times.cold = await ours(hosts, 'cold', true)
  for (let round = 0; round < rounds; round += 1) {
    times.probe.push(await probeAlone(hosts))
    times.floor.push(await floor(hosts))
    const turns = [async () => times.warm.push(await ours(hosts, `warm${round}`, false)), turnOf('job'), turnOf('scp'), turnOf('cat')]
    for (const turn of round % 2 === 0 ? turns : turns.reverse()) await turn()
  }
  return times
}

const measure = async (): Promise<BenchRow[]> => {
  const hosts = await startHosts(hostCount)
  const times = await takeTurns(hosts).finally(() => hosts.stop())
  const probe = median(times.probe)
  const against = (what: string, peer: Peer, own: number): BenchRow => row(what, own, median(times.peers[peer]), probe)
  const warm = median(times.warm)
  return [
    against(`deploy (kit already there), run, collect 1 MiB; the probe alone ${probe.toFixed(1)} ms; against the same job`, 'job', warm),
    against('against scp that verifies nothing, attached', 'scp', warm),
    unbarred(against('against ssh and cat that verify nothing, attached', 'cat', warm)),
    unbarred(against('what no job can beat: one ssh2 command that prints the result, against scp', 'scp', median(times.floor))),
    against('on hosts that have no kit yet, against scp', 'scp', times.cold),
  ]
}

export const bench = {
  name: `deploy + run + collect, ${hostCount} sshd hosts on loopback, ${atOnce} at once; peer: OpenSSH with ControlMaster`,
  run: measure,
}
