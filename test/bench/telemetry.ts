import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BenchRow } from './bench'
import { median } from './hosts'

const kit = join(import.meta.dirname, '../../remote-scripts')
const seconds = 10
const rounds = 3

/** Processor time of a command and of all it started, as a share of one core over its `seconds`; bash counts to the millisecond. */
const costOf = (command: string, env: Record<string, string> = {}, cwd = tmpdir()): Promise<number> =>
  new Promise((resolve, reject) => {
    const script = `TIMEFORMAT='%U %S'; time { ${command}; } >/dev/null 2>&1`
    const child = spawn('bash', ['-c', script], { cwd, env: { ...process.env, LC_ALL: 'C', ...env }, stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
    child.once('error', reject)
    child.once('close', () => {
      const [user = Number.NaN, system = Number.NaN] = said.trim().split(' ').map(Number)
      resolve((user + system) / seconds)
    })
  })

/** The watcher as a job runs it, beside a role that it follows. */
const ours = async (hz: number): Promise<number> => {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-bench-telemetry-'))
  const beside = spawn('setsid', ['sleep', String(seconds + 5)], { stdio: 'ignore' })
  try {
    for (const job of ['launch', 'watch/out']) mkdirSync(join(folder, job), { recursive: true })
    writeFileSync(join(folder, 'launch/role'), `${beside.pid} 0\n`)
    const env = { HR_KIT: kit, HR_JOB: join(folder, 'watch'), HR_OUT: join(folder, 'watch/out'), HR_HZ: String(hz), HR_BESIDE: 'launch:1' }
    const share = await costOf(`HR_SECONDS=${seconds} sh ${kit}/telemetry/watch.sh`, env, join(folder, 'watch/out'))
    const lines = readFileSync(join(folder, 'watch/out/telemetry.jsonl'), 'utf8').trim().split('\n')
    if (lines.length < seconds * hz * 0.9) throw new Error(`${lines.length} lines instead of ${seconds * hz}`)
    return share
  } finally {
    beside.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What a person writes: one small program per counter, every time. */
const forks = `
end=$(($(date +%s) + ${seconds}))
while [ "$(date +%s)" -lt "$end" ]; do
  awk '/^cpu/' /proc/stat
  awk '/MemAvailable/ { print $2 }' /proc/meminfo
  awk -F: 'NR > 2 { print $1, $2 }' /proc/net/dev
  awk '/^Tcp:/ { print $12, $13 }' /proc/net/snmp
  awk '/^TcpExt:/' /proc/net/netstat
  cut -d' ' -f1 /proc/loadavg
  sleep 1
done`

/** The same without a program but sleep: the shell reads byte by byte. */
const builtins = `
turn=0
while [ $turn -lt ${seconds} ]; do
  for file in stat meminfo net/dev net/snmp net/netstat loadavg; do
    while read -r line; do echo "$line"; done </proc/$file
  done
  turn=$((turn + 1))
  sleep 1
done`

const shellCost = (script: string): Promise<number> => costOf(`sh -c '${script.replaceAll("'", "'\\''")}'`)

const row = (what: string, own: number, peer: number, bar: string, pass: boolean | null): BenchRow => ({
  what,
  ours: own * 100,
  peer: peer * 100,
  unit: '% of one core',
  ratio: peer / own,
  bar,
  pass,
})

/** All at once, so that what else the machine does meets all alike; the median of some rounds. */
const measure = async (): Promise<BenchRow[]> => {
  const costs = { one: [] as number[], ten: [] as number[], forks: [] as number[], builtins: [] as number[], vmstat: [] as number[] }
  for (let round = 0; round < rounds; round += 1) {
    const [one, ten, byForks, byBuiltins, vmstat] = await Promise.all([
      ours(1),
      ours(10),
      shellCost(forks),
      shellCost(builtins),
      costOf(`vmstat 1 ${seconds + 1}`),
    ])
    costs.one.push(one)
    costs.ten.push(ten)
    costs.forks.push(byForks)
    costs.builtins.push(byBuiltins)
    costs.vmstat.push(vmstat)
  }
  const [one, ten] = [median(costs.one), median(costs.ten)]
  return [
    row(`1 Hz, its start of Python included, ${cpus().length} cores`, one, median(costs.forks), 'under 1 % of one core', one < 0.01),
    row('1 Hz against a shell without forks but sleep', one, median(costs.builtins), 'told', null),
    row('1 Hz against vmstat 1, which reads processors and memory only', one, median(costs.vmstat), 'told', null),
    row('10 Hz against the shell loop at 1 Hz', ten, median(costs.forks), 'told', null),
  ]
}

export const bench = {
  name: `telemetry beside a launch for ${seconds} s: processor time; peer: a shell loop with one program per counter`,
  run: measure,
}
