import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { bundleEntry } from '../../../test/lab/bundle'
import type { Measurement, ParseResult } from '../../../preload/contract'
import { parseInventory } from '../../../remote-scripts/inventory/parse'
import { ncclTestsJson } from '../../../remote-scripts/nccl/formats/nccl-tests-json'
import { ncclTestsText } from '../../../remote-scripts/nccl/formats/nccl-tests-text'
import { ncclTransport } from '../../../remote-scripts/_kit/nccl-transport'
import { perftestText } from '../../../remote-scripts/rdma/formats/perftest-text'
import { iperf3Json } from '../../../remote-scripts/tcp/formats/iperf3-json'
import { iperf3Text } from '../../../remote-scripts/tcp/formats/iperf3-text'
import { pingpongJson } from '../../../remote-scripts/tcp/formats/pingpong'
import { probes } from '../../../remote-scripts/index'
import { planSchema } from '../../../preload/contract'
import { parse } from 'yaml'
import { expectedBusbw, expectedRdma, expectedTcp, LAB_SECRET, linkOf, startLab, type Lab } from './index'
import { demoPlan, zeroDemoPlan } from './plan'
import { presets } from './presets'
import { hostEnvironment } from './sessions'
import { hostPath, readLabState } from './state'
import { wireBytes } from './hardware-model'

const MiB = 2 ** 20
const folders: string[] = []
let toolEntry = ''
let lab: Lab
let folder = ''

interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

/** As a session would run it, without the SSH in between. */
const runIn = (dir: string, host: string, command: string): Promise<Ended> => {
  const state = readLabState(dir).hosts.find((one) => one.name === host)
  if (!state) throw new Error(`no host ${host}`)
  const child = spawn('/bin/sh', ['-c', command], { cwd: hostPath(dir, host, 'home'), env: hostEnvironment(dir, state) })
  const ended: Ended = { code: null, stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (ended.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (ended.stderr += chunk.toString()))
  return new Promise((resolve) => child.once('close', (code) => resolve({ ...ended, code })))
}
const on = (host: string, command: string): Promise<Ended> => runIn(folder, host, command)

const newLab = async (seed: number, more: Partial<Parameters<typeof startLab>[0]> = {}): Promise<{ dir: string; lab: Lab }> => {
  const dir = mkdtempSync(join(tmpdir(), 'headroom-tools-'))
  folders.push(dir)
  return { dir, lab: await startLab({ dir, seed, toolEntry, ...more }) }
}

/** Server in the background, client as soon as it listens; both ends. */
const pair = async (server: string, client: string): Promise<{ server: Ended; client: Ended }> => {
  const waiting = on('gpu-b', server)
  const ended = await on('gpu-a', client)
  return { server: await waiting, client: ended }
}

const counters = (host: string): Record<string, { rx: number; tx: number }> => {
  const root = lab.hosts.find((one) => one.name === host)?.sysRoot ?? ''
  const lines = readFileSync(`${root}/proc/net/dev`, 'utf8').split('\n').slice(2).filter(Boolean)
  const found = Object.fromEntries(
    lines.map((line) => {
      const [name = '', rest = ''] = line.split(':')
      const cells = rest.trim().split(/\s+/).map(Number)
      return [name.trim(), { rx: cells[0] ?? 0, tx: cells[8] ?? 0 }]
    }),
  )
  const port = `${root}/sys/class/infiniband/mlx5_0/ports/1/counters`
  const words = (name: string): number => Number(readFileSync(`${port}/${name}`, 'utf8'))
  return { ...found, mlx5_0: { rx: 4 * words('port_rcv_data'), tx: 4 * words('port_xmit_data') } }
}

/** Bytes moved by device and direction while `work` ran. */
const moved = async (host: string, work: () => Promise<unknown>): Promise<(device: string, direction: 'rx' | 'tx') => number> => {
  const before = counters(host)
  await work()
  const after = counters(host)
  return (device, direction) => (after[device]?.[direction] ?? 0) - (before[device]?.[direction] ?? 0)
}

const only = (results: ParseResult[]): ParseResult => {
  expect(results).toHaveLength(1)
  const [result] = results
  if (!result) throw new Error('no result')
  expect(result.problem).toBeNull()
  return result
}
const valueOf = (measurements: Measurement[], metric: string, dimensions: Measurement['dimensions'] = {}): number => {
  const found = measurements.find(
    (one) => one.metric === metric && Object.entries(dimensions).every(([name, value]) => one.dimensions[name] === value),
  )
  if (!found) throw new Error(`no ${metric} with ${JSON.stringify(dimensions)} among ${measurements.map((one) => one.metric).join(' ')}`)
  return found.value
}
/** Within the model's noise of one launch: 12 % covers a slow one. */
const expectNear = (value: number, truth: number): void => expect(Math.abs(value / truth - 1)).toBeLessThan(0.12)

const EXPORTS = '-x NCCL_NET -x NCCL_SOCKET_IFNAME -x NCCL_IB_HCA -x NCCL_DEBUG'
const SOCKET = 'NCCL_NET=Socket NCCL_SOCKET_IFNAME==eth0 NCCL_DEBUG=INFO NCCL_IB_HCA='
const IPOIB = 'NCCL_NET=Socket NCCL_SOCKET_IFNAME==ib0 NCCL_DEBUG=INFO NCCL_IB_HCA='
const IB = 'NCCL_NET=IB NCCL_SOCKET_IFNAME==ib0 NCCL_IB_HCA==mlx5_0:1 NCCL_DEBUG=INFO'
const allReduce = (environment: string, more = ''): string =>
  `${environment} mpirun -np 16 -H 10.20.0.1:8,10.20.0.2:8 ${EXPORTS} all_reduce_perf -b 1024 -e 1G -f 4 -g 1 -n 20 -w 5 ${more}`
const payload = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].reduce((sum, power) => sum + 50 * wireBytes('all_reduce', 1024 * 4 ** power, 16, 2), 0)

beforeAll(async () => {
  toolEntry = await bundleEntry('main/adapters/lab/tool.ts')
  const made = await newLab(5)
  folder = made.dir
  lab = made.lab
})
afterEach(() => lab.setFaults({}))
afterAll(async () => {
  await lab.close()
  for (const dir of folders) rmSync(dir, { recursive: true, force: true })
})

describe('nccl-tests', () => {
  test.each([
    ['Socket on eth0', SOCKET, 'socket', 'eth0', 'NET/Socket'],
    ['Socket on ib0', IPOIB, 'socket', 'ib0', 'NET/Socket'],
    ['IB on mlx5_0', IB, 'verbs', 'mlx5_0', 'NET/IB'],
  ] as const)(
    '%s: the text gives the model back, and the right counters move on both hosts',
    async (_name, environment, kind, device, net) => {
      let text = ''
      const atB = await moved('gpu-b', async () => {
        const atA = await moved('gpu-a', async () => {
          const ended = await on('gpu-a', allReduce(environment))
          expect(ended.code).toBe(0)
          text = ended.stdout
        })
        expect(atA(device, 'tx') / payload).toBeCloseTo(1, 1)
      })
      expect(atB(device, 'rx') / payload).toBeCloseTo(1, 1)
      for (const other of ['eth0', 'ib0', 'mlx5_0'].filter((name) => name !== device && !(device === 'ib0' && name === 'mlx5_0')))
        expect(atB(other, 'tx')).toBeLessThan(1e6)
      const result = only(ncclTestsText.parse(text))
      expect(result.rows).toEqual({ understood: 11, skipped: 0 })
      const link = linkOf(lab.truth, kind, device)
      for (const sizeBytes of [MiB, 1024 * MiB]) {
        const dimensions = { collective: 'all_reduce', size_bytes: sizeBytes, in_place: false }
        expectNear(valueOf(result.measurements, 'nccl.busbw', dimensions), expectedBusbw(lab.truth, 'all_reduce', sizeBytes, link, 16))
      }
      expect(ncclTransport(text)?.observed).toContain(net)
    },
  )

  test('JSON has the whole environment in it, and the same rows', async () => {
    const ended = await on(
      'gpu-a',
      `${allReduce(IB, '-I 1 -J out.json')} >out.txt && ${allReduce(IB, '-J out.json')} >/dev/null && ls out.json.0 >/dev/null && cat out.json`,
    )
    expect(ended.code).toBe(0)
    expect(ended.stdout).toContain(`LAB_API_TOKEN=${LAB_SECRET}`)
    const fromJson = only(ncclTestsJson.parse(ended.stdout))
    const fromText = only(ncclTestsText.parse((await on('gpu-a', 'cat out.txt')).stdout))
    const dimensions = { size_bytes: 1024 * MiB, in_place: true }
    expect(valueOf(fromJson.measurements, 'nccl.busbw', dimensions)).toBeCloseTo(
      valueOf(fromText.measurements, 'nccl.busbw', dimensions),
      1,
    )
    const document = JSON.parse(ended.stdout) as {
      version: number
      results: { out_of_place_per_iter: { times_us: number[]; per_process_max_times_us: number[][] } }[]
    }
    expect(document.version).toBe(3)
    expect(document.results[0]?.out_of_place_per_iter.times_us).toHaveLength(20)
    expect(document.results[0]?.out_of_place_per_iter.per_process_max_times_us).toHaveLength(16)
  })

  test('an IB arm that is routed over sockets shows in the counters, and in the log unless that lies', async () => {
    lab.setFaults({ reroute: { mlx5_0: 'eth0' } })
    const honest = await on('gpu-a', allReduce(IB))
    expect(ncclTransport(honest.stdout)?.observed).toEqual(['NET/Socket', 'eth0'])
    lab.setFaults({ reroute: { mlx5_0: 'eth0' }, logsLie: true })
    let text = ''
    const atA = await moved('gpu-a', async () => (text = (await on('gpu-a', allReduce(IB))).stdout))
    expect(ncclTransport(text)?.observed).toEqual(['NET/IB', 'mlx5_0:1'])
    expect(atA('eth0', 'tx')).toBeGreaterThan(payload)
    expect(atA('mlx5_0', 'tx')).toBe(0)
  })

  test('a network that only the first host was told of is an error, as is one that is not there', async () => {
    const uneven = await on('gpu-a', 'NCCL_NET=Socket mpirun -np 16 -H gpu-a:8,gpu-b:8 all_reduce_perf -b 1M -e 1M')
    expect(uneven.code).toBe(3)
    expect(uneven.stdout).toContain('Test NCCL failure')
    const absent = await on('gpu-a', allReduce('NCCL_NET=IB NCCL_IB_HCA==mlx5_9 NCCL_DEBUG=INFO NCCL_SOCKET_IFNAME='))
    expect(absent.code).toBe(3)
  })

  test('one host alone needs no mpirun and crosses no link', async () => {
    let text = ''
    const atA = await moved('gpu-a', async () => (text = (await on('gpu-a', 'all_gather_perf -b 256M -e 256M -g 8')).stdout))
    const result = only(ncclTestsText.parse(text))
    expect(valueOf(result.measurements, 'nccl.busbw', { in_place: false })).toBeGreaterThan(180)
    expect(atA('eth0', 'tx') + atA('mlx5_0', 'tx')).toBe(0)
  })
})

describe('iperf3 and the ping-pong', () => {
  test.each([
    ['eth0', '10.20.0.1', '10.20.0.2'],
    ['ib0', '10.30.0.1', '10.30.0.2'],
  ])('over %s', async (device, from, to) => {
    const link = linkOf(lab.truth, 'socket', device)
    if (link.kind !== 'socket') throw new Error('not a socket link')
    const server = `iperf3 -s -1 -B ${to} -p 5201 & while ! grep -q ':1451 ' "$HEADROOM_SYS_ROOT/proc/net/tcp"; do sleep 0.02; done; touch up; wait`
    const client = `while [ ! -e ../../gpu-b/home/up ]; do sleep 0.02; done; rm ../../gpu-b/home/up; iperf3 -c ${to} -B ${from} -p 5201 -t 3 -P 4 -O 1 -J`
    let ended: { server: Ended; client: Ended } | undefined
    const atA = await moved('gpu-a', async () => (ended = await pair(server, client)))
    const measured = only(iperf3Json.parse(ended?.client.stdout ?? '')).measurements
    const throughput = valueOf(measured, 'tcp.throughput')
    expectNear(throughput, expectedTcp(link, 4).throughputGBps)
    expect(atA(device, 'tx')).toBeGreaterThan(3 * 0.95 * throughput * 1e9)
    expect(atA(device === 'eth0' ? 'ib0' : 'eth0', 'tx')).toBeLessThan(1e6)
    expectNear(valueOf(only(iperf3Text.parse(ended?.server.stdout ?? '')).measurements, 'tcp.throughput'), throughput)
    const echo = await pair(
      `python3 -B x/pingpong.py listen ${to} 24017 & while ! grep -q ':5DD1 ' "$HEADROOM_SYS_ROOT/proc/net/tcp"; do sleep 0.02; done; touch up; while [ -e up ]; do sleep 0.02; done; kill $!`,
      `while [ ! -e ../../gpu-b/home/up ]; do sleep 0.02; done; python3 -B x/pingpong.py send ${to} 24017 --bind ${from} --messages 2000 --bytes 64; rm ../../gpu-b/home/up`,
    )
    expect(echo.client.stderr).toBe('')
    // The probe reports half of the round trip.
    expectNear(valueOf(only(pingpongJson.parse(echo.client.stdout)).measurements, 'tcp.lat_p50'), link.roundTripUs / 2)
  })

  test('nobody listens: the message and the code of the real tool', async () => {
    const ended = await on('gpu-a', 'iperf3 -c 10.20.0.2 -p 5999 -J')
    expect(ended.code).toBe(1)
    expect(iperf3Json.parse(ended.stdout)[0]?.problem).not.toBeNull()
    expect(ended.stdout).toContain('Connection refused')
  })

  test('the python that is no ping-pong is the real one', async () => {
    expect((await on('gpu-a', 'python3 -c "print(6 * 7)"')).stdout).toBe('42\n')
  })
})

describe('perftest', () => {
  test.each([
    ['--report_gbits', 65_536],
    ['', 8 * MiB],
  ])('ib_write_bw %s: the unit in the header gives the model back', async (option, size) => {
    const link = linkOf(lab.truth, 'verbs', 'mlx5_0')
    if (link.kind !== 'verbs') throw new Error('not a verbs link')
    const common = `ib_write_bw -d mlx5_0 -i 1 -F -n 5000 -q 1 -s ${size} -p 20001 ${option}`
    let ended: { server: Ended; client: Ended } | undefined
    const atA = await moved('gpu-a', async () => (ended = await pair(common, `${common} 10.30.0.2`)))
    expect(ended?.client.code).toBe(0)
    expect(ended?.server.stdout).toContain('Waiting for client to connect')
    const measured = only(perftestText.parse(ended?.client.stdout ?? '')).measurements
    expectNear(valueOf(measured, 'rdma.bw_average', { size_bytes: size }), expectedRdma(link, 'write', size).bandwidthGBps)
    expect(valueOf(measured, 'rdma.bw_peak', { size_bytes: size })).toBeLessThan(25)
    expect(atA('mlx5_0', 'tx') / (5000 * size)).toBeCloseTo(1, 1)
    expect(atA('ib0', 'tx')).toBe(0)
  })

  test('ib_read_lat: percentiles in order around the model', async () => {
    const link = linkOf(lab.truth, 'verbs', 'mlx5_0')
    if (link.kind !== 'verbs') throw new Error('not a verbs link')
    const { client } = await pair(
      'ib_read_lat -d mlx5_0 -F -n 4000 -s 64 -p 20002',
      'ib_read_lat -d mlx5_0 -F -n 4000 -s 64 -p 20002 10.30.0.2',
    )
    const { measurements } = only(perftestText.parse(client.stdout))
    const typical = valueOf(measurements, 'rdma.lat_typical')
    expectNear(typical, expectedRdma(link, 'read', 64).latencyUs)
    expect(valueOf(measurements, 'rdma.lat_min')).toBeLessThan(typical)
    expect(valueOf(measurements, 'rdma.lat_p99')).toBeGreaterThan(typical)
    expect(valueOf(measurements, 'rdma.lat_p999')).toBeGreaterThanOrEqual(valueOf(measurements, 'rdma.lat_p99'))
  })

  test('an HCA that is not there', async () => {
    const ended = await on('gpu-a', 'ib_write_bw -d mlx5_7 10.30.0.2')
    expect(ended.code).toBe(1)
    expect(ended.stderr).toContain('IB device mlx5_7 not found')
  })
})

test('the inventory script finds the stated hardware', async () => {
  const script = readFileSync('remote-scripts/inventory/run.sh', 'utf8')
  const ended = await on('gpu-a', `sh -s <<'END_OF_SCRIPT'\n${script}\nEND_OF_SCRIPT`)
  const { inventory, problem } = parseInventory(ended.stdout)
  expect(problem).toBeNull()
  expect(inventory).toMatchObject({
    hostname: 'gpu-a',
    simulated: true,
    cudaVersion: '12.4',
    ncclVersion: '2.23.4',
    memoryMiB: 1008 * 1024,
  })
  expect(inventory.pythons[0]).toMatchObject({ torch: '2.5.1+cu124', cuda: true })
  expect(probes.get('zero')?.preflight(inventory, null)).toMatchObject({ canRun: true, via: 'torch/nccl' })
  expect(probes.get('dataloader')?.preflight(inventory, null)).toMatchObject({ canRun: false })
  expect(inventory.gpus.map((gpu) => gpu.name)).toEqual(Array.from({ length: 8 }, () => 'NVIDIA A100-SXM4-80GB'))
  expect(inventory.interfaces.filter((one) => one.name !== 'lo')).toMatchObject([
    { name: 'eth0', addresses: ['10.20.0.1'], rateGbps: 25, mtu: 9000, driver: 'mlx5_core', linkType: 'ethernet', up: true },
    { name: 'ib0', addresses: ['10.30.0.1'], rateGbps: 200, linkType: 'infiniband', up: true },
  ])
  expect(inventory.hcas).toEqual([
    { name: 'mlx5_0', port: 1, linkLayer: 'InfiniBand', state: 'ACTIVE', rateGbps: 200, firmware: '20.39.1002', interface: 'ib0' },
  ])
})

test('the plans give every probe parameters that it takes, on all hardware', () => {
  const { hosts } = readLabState(folder)
  for (const model of Object.values(presets)) {
    for (const yaml of [demoPlan(model, hosts, 1), zeroDemoPlan(model, hosts, 1)]) {
      for (const use of planSchema.parse(parse(yaml)).probes) {
        const probe = probes.get(use.probe)
        expect(probe?.params.safeParse(use.params), use.probe).toMatchObject({ success: true })
      }
    }
  }
})

test('the same seed gives the same numbers, launch after launch; another seed others', async () => {
  const rows = async (seed: number): Promise<string[]> => {
    const { dir, lab: other } = await newLab(seed)
    const launches = [await runIn(dir, 'gpu-a', allReduce(SOCKET)), await runIn(dir, 'gpu-a', allReduce(SOCKET))]
    await other.close()
    return launches.map(({ stdout }) =>
      stdout
        .split('\n')
        .filter((line) => /^\s+\d/.test(line))
        .join('\n'),
    )
  }
  const [first, again, different] = [await rows(3), await rows(3), await rows(4)]
  expect(again).toEqual(first)
  expect(first[1]).not.toBe(first[0])
  expect(different[0]).not.toBe(first[0])
})

test('parallel launches lose no byte of each other', async () => {
  const atA = await moved('gpu-a', () => Promise.all(Array.from({ length: 6 }, () => on('gpu-a', allReduce(SOCKET)))))
  expect(atA('eth0', 'tx') / (6 * payload)).toBeGreaterThan(1)
  expect(atA('eth0', 'tx') / (6 * payload)).toBeLessThan(1.01)
})

test('planted faults: a tool that hangs, one that fails, a host without GPU', async () => {
  lab.setFaults({ hang: ['ethtool'], fail: ['ibstat'] })
  expect((await on('gpu-a', 'timeout 1 ethtool eth0')).code).toBe(124)
  expect((await on('gpu-a', 'ibstat')).code).toBe(1)
  const { dir, lab: other } = await newLab(1, { withoutGpu: ['gpu-b'], preset: 'h100-ndr-roce' })
  expect((await runIn(dir, 'gpu-b', 'ls ../bin')).stdout).not.toContain('nvidia-smi')
  const launched = await runIn(dir, 'gpu-a', 'NCCL_NET=IB mpirun -np 16 -H gpu-a:8,gpu-b:8 -x NCCL_NET all_reduce_perf -b 1M -e 1M')
  expect(launched.code).toBe(2)
  expect(launched.stderr).toContain('no CUDA-capable device is detected')
  await other.close()
})

describe('two launches on one simulated host', () => {
  const job = (run: string, role: string): string => `run-20260302t101530-${run}-${role}`
  /** A job at work: its folder names a process that lives until it is ended. */
  const begin = async (name: string): Promise<{ env: string; end: () => Promise<Ended> }> => {
    const path = `"$HOME/.cache/headroom/jobs/${name}"`
    const { stdout } = await on('gpu-a', `mkdir -p ${path} && sleep 60 >/dev/null 2>&1 & echo $!`)
    await on('gpu-a', `echo "${stdout.trim()} 1" >${path}/pid`)
    return {
      env: `HR_JOB=${path} HR_JOB_ID=${name}`,
      end: () => on('gpu-a', `kill ${stdout.trim()}; printf '0' >${path}/exit_code`),
    }
  }
  const measure = (env: string): Promise<Ended> => on('gpu-a', `${env} all_reduce_perf -b 1M -e 1M -g 2`)

  test('are refused while both would let its one clock go on, and say so', async () => {
    const first = await begin(job('aaaaaaaa-3', 'bench'))
    const beside = await begin(job('aaaaaaaa-3', 'second'))
    const other = await begin(job('bbbbbbbb', 'bench'))
    try {
      expect((await measure(first.env)).code).toBe(0)
      // Roles of the same launch belong together, and who only looks disturbs nobody.
      expect((await measure(beside.env)).code).toBe(0)
      expect((await on('gpu-a', `${other.env} nvidia-smi -L`)).code).toBe(0)
      expect(await measure(other.env)).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringContaining('at work for run-20260302t101530-aaaaaaaa-3, a launch of another program'),
      })
      for (const one of [first, beside]) await one.end()
      expect((await measure(other.env)).code).toBe(0)
      expect((await measure('')).code).toBe(0)
    } finally {
      for (const one of [first, beside, other]) await one.end()
    }
  })
})
