import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { loadSteps } from '../../remote-scripts/serving/formats/load-steps'
import { servingJobs } from '../../remote-scripts/serving/jobs'
import { servingParams } from '../../remote-scripts/serving/params'
import type { BenchRow } from './bench'
import { median } from './hosts'

const run = promisify(execFile)
/** Debian's own; any from 3.6 on will do. */
const python = '/usr/bin/python3'
const generator = join(import.meta.dirname, '../../remote-scripts/serving/generator')
const heldRate = 2000
const askedRate = 20_000
const lagLimitMs = 5
const seconds = 5
const rounds = 5

/** Answers every request at once, without looking at it: what is measured is who asks. */
const server = `
const body = 'HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\nhello'
const listening = require('node:net').createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy())
  socket.on('data', (data) => {
    let count = 0
    for (let at = data.indexOf('\\r\\n\\r\\n'); at >= 0; at = data.indexOf('\\r\\n\\r\\n', at + 4)) count += 1
    if (count > 0) socket.write(body.repeat(count))
  })
}).listen(0, '127.0.0.1', () => console.log(listening.address().port))
`

const startServer = async (): Promise<{ url: string; child: ChildProcess }> => {
  const child = spawn(process.execPath, ['-e', server], { stdio: ['ignore', 'pipe', 'inherit'] })
  const port = await new Promise<string>((resolve, reject) => {
    child.once('error', reject)
    child.stdout.once('data', (data: Buffer) => resolve(data.toString().trim()))
  })
  return { url: `http://127.0.0.1:${port}/`, child }
}

interface Held {
  sentRate: number
  completedRate: number
  lagP99Ms: number
  cpuShare: number
}

/** One step of our generator, as the probe runs it. */
const ours = async (url: string, rate: number): Promise<Held> => {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-bench-serving-'))
  try {
    const params = servingParams.parse({ url, rate, seconds: rate > heldRate ? 2 : seconds, warmup_requests: 200 })
    const [job] = servingJobs({ params, arm: {}, fabric: null, hosts: [{ name: 'here', python: null, inventory: null }] })
    await run(python, ['-B', join(generator, 'loadgen.py')], {
      cwd: folder,
      env: { ...process.env, HR_SPEC: String(job?.env['HR_SPEC']), HR_OUT: folder },
    })
    const [result] = loadSteps.parse(readFileSync(join(folder, 'steps.jsonl'), 'utf8'))
    const value = (metric: string): number => result?.measurements.find((one) => one.metric === metric)?.value ?? Number.NaN
    if (value('serving.error_rate') > 0 && rate === heldRate) throw new Error(`requests failed: ${JSON.stringify(result?.warnings)}`)
    return {
      sentRate: value('serving.arrival_rate'),
      completedRate: value('serving.qps'),
      lagP99Ms: value('serving.lag_p99') / 1000,
      cpuShare: value('serving.generator_cpu'),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const bareTimerMs = async (): Promise<number> => {
  const { stdout } = await run(python, ['-B', join(import.meta.dirname, 'child/bare_timer.py'), generator, String(heldRate), '2'])
  return (JSON.parse(stdout) as { p99_ms: number }).p99_ms
}

/** wrk sends as fast as answers come (closed loop), on one thread; null when it is not installed. */
const wrkRate = async (url: string): Promise<number | null> => {
  try {
    const { stdout } = await run('wrk', ['-t1', '-c64', '-d2s', url])
    return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1] ?? Number.NaN)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    process.stderr.write('serving: wrk is not installed, so there is no peer (sh .ci/setup-system.sh bench)\n')
    return null
  }
}

const measure = async (): Promise<BenchRow[]> => {
  const { url, child } = await startServer()
  const held: Held[] = []
  const timers: number[] = []
  const most: number[] = []
  const peers: number[] = []
  try {
    for (let round = 0; round < rounds; round += 1) {
      timers.push(await bareTimerMs())
      held.push(await ours(url, heldRate))
      most.push((await ours(url, askedRate)).completedRate)
      const peer = await wrkRate(url)
      if (peer !== null) peers.push(peer)
    }
  } finally {
    child.kill()
  }
  const share = median(held.map((one) => one.completedRate / one.sentRate))
  const lag = median(held.map((one) => one.lagP99Ms))
  const timer = median(timers)
  const peer = peers.length > 0 ? median(peers) : null
  const cpu = median(held.map((one) => one.cpuShare))
  return [
    {
      what: `open loop of ${heldRate} requests/s (Poisson), median of ${rounds} rounds: completed over sent; ${cpu.toFixed(2)} of a core`,
      ours: share,
      peer: null,
      unit: '',
      ratio: null,
      bar: 'at least 0.99',
      pass: share >= 0.99,
    },
    {
      what: 'the same: 99th percentile of the lag, median of the rounds; peer: a timer that sends nothing',
      ours: lag,
      peer: timer,
      unit: 'ms',
      ratio: timer / lag,
      bar: timer < lagLimitMs ? `< ${lagLimitMs} ms` : `< ${lagLimitMs} ms, where a timer alone is that punctual`,
      // On a machine so busy that a bare timer is later, a miss says nothing about the generator.
      pass: lag < lagLimitMs ? true : timer < lagLimitMs ? false : null,
    },
    {
      what: `highest rate on one core (${askedRate}/s asked for); peer: wrk, closed loop, 1 thread, 64 connections`,
      ours: median(most),
      peer,
      unit: '1/s',
      ratio: peer === null ? null : median(most) / peer,
      bar: 'for information',
      pass: null,
    },
  ]
}

export const bench = { name: 'serving: the load generator against a server that answers at once; peer: wrk', run: measure }
