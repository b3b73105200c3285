import { describe, expect, it } from 'vitest'
import { emptyInventory } from '../_kit/empty-inventory'
import type { RunOutput } from '../_kit/probe'
import { beside } from './beside'
import { readWatch, tracedRetransmits } from './read-watch'

type Role = RunOutput<unknown>['roles'][number]

const columns = ['t_s', 'cpu.user', 'cpu.nice', 'cpu.system', 'cpu.idle', 'cpu.iowait', 'cpu.irq', 'cpu.softirq', 'cpu.steal']
const more = ['launch.cpu_s', 'launch.running', 'own.cpu_s']

interface HostRow {
  /** Seconds of all processors. */
  user: number
  idle: number
  steal?: number
  launch: number | null
}

/** What watch.py writes on a host of two processors, a row per second; the launch runs in all rows but the first and the last. */
const hostFile = (rows: HostRow[], pids: number[] = [], startedUnix = 1_772_600_000, head: Record<string, unknown> = {}): string => {
  const first = {
    headroom_telemetry: 1,
    hz: 1,
    started_unix: startedUnix,
    ticks: 100,
    cores: 2,
    roles: 1,
    physical: [],
    columns: [...columns, ...more],
    ...head,
  }
  const total = { user: 5000, idle: 90_000, steal: 0 }
  const lines = rows.map((row, index) => {
    total.user += row.user * 100
    total.idle += row.idle * 100
    total.steal += (row.steal ?? 0) * 100
    const isRunning = index > 0 && index < rows.length - 1
    return JSON.stringify([index, total.user, 0, 0, total.idle, 0, 0, 0, total.steal, row.launch, isRunning ? 1 : 0, 0.02 + index * 0.0004])
  })
  return [JSON.stringify(first), ...lines, JSON.stringify({ end: 1, launch_pids: pids }), ''].join('\n')
}

const role = (host: string, files: Record<string, string>): Role => ({
  role: `telemetry-${host}`,
  host,
  exitCode: 143,
  files: new Map(Object.entries(files).map(([name, text]) => [name, new TextEncoder().encode(text)])),
  facts: {},
})

const read = (roles: Role[], machineOf: (host: string) => string = (host) => host, measuresOthers = false) =>
  beside.read({ roles, machineOf, measuresOthers })

/** The launch uses `own` and others use `others` of the two processors, for four seconds. */
const load = (own: number, others: number, steal = 0): HostRow[] => {
  const second = (launch: number | null): HostRow => ({ user: own + others, idle: 2 - own - others - steal, steal, launch })
  return [second(null), second(0), second(own), second(2 * own), second(3 * own), second(4 * own), second(null)]
}

const valueOf = (reading: ReturnType<typeof read>, metric: string): number | undefined =>
  reading.measurements.find((one) => one.metric === metric)?.value

describe('processors of others', () => {
  it('are told from the launch’s own, and disturb from half of the host on', () => {
    const alone = read([role('a', { 'telemetry.jsonl': hostFile(load(1.8, 0.05)) })])
    expect(valueOf(alone, 'host.cpu_launch')).toBeCloseTo(0.9, 3)
    expect(valueOf(alone, 'host.cpu_others')).toBeCloseTo(0.025, 2)
    expect(alone.facts['disturbed']).toBeUndefined()
    const beside1 = read([role('a', { 'telemetry.jsonl': hostFile(load(0.3, 1.1)) })])
    expect(beside1.facts['disturbed']).toEqual({ cpu_busy: { host: 'a', othersPercent: 55, launchPercent: 15, seconds: 4 } })
  })

  it('disturb from a quarter on where hardly any processor is left', () => {
    expect(read([role('a', { 'telemetry.jsonl': hostFile(load(1.2, 0.7)) })]).facts['disturbed']).toBeDefined()
    expect(read([role('a', { 'telemetry.jsonl': hostFile(load(0.6, 0.7)) })]).facts['disturbed']).toBeUndefined()
  })

  it('are no strangers where two hosts of the launch are one machine', () => {
    const roles = [role('a', { 'telemetry.jsonl': hostFile(load(0.5, 1.2)) }), role('b', { 'telemetry.jsonl': hostFile(load(1.2, 0.5)) })]
    expect(read(roles).facts['disturbed']).toBeDefined()
    const together = read(roles, () => 'one boot id')
    expect(together.facts['disturbed']).toBeUndefined()
    expect(valueOf(together, 'host.cpu_launch')).toBeCloseTo(0.85, 3)
  })

  it('are not judged beside a probe that measures others, in a launch too short to tell, or on a host without a role of it', () => {
    const busy = role('a', { 'telemetry.jsonl': hostFile(load(0.1, 1.8)) })
    expect(read([busy], undefined, true)).toMatchObject({ facts: { telemetry: {} }, warnings: [] })
    expect(read([busy], undefined, true).facts['disturbed']).toBeUndefined()
    const short = load(0.1, 1.8).slice(0, 3)
    const untold = read([role('a', { 'telemetry.jsonl': hostFile(short) })])
    expect(untold.facts['disturbed']).toBeUndefined()
    expect(untold.warnings).toEqual([
      { code: 'telemetry.too_short', message: expect.stringContaining('a: telemetry at 1 Hz saw too little') },
    ])
    // Ranks that mpirun starts on another host are no role there; a simulated host has no others.
    for (const head of [{ roles: 0 }, { simulated: true }])
      expect(read([role('a', { 'telemetry.jsonl': hostFile(short, [], 1_772_600_000, head) })]).warnings).toEqual([])
    const elsewhere = load(0.1, 1.8).map((row) => ({ ...row, launch: null }))
    expect(read([role('a', { 'telemetry.jsonl': hostFile(elsewhere) })]).facts['disturbed']).toBeUndefined()
  })

  it('may be the hypervisor’s', () => {
    const stolen = read([role('a', { 'telemetry.jsonl': hostFile(load(1, 0, 0.2)) })])
    expect(stolen.facts['disturbed']).toEqual({ cpu_stolen: { host: 'a', percent: 10 } })
  })
})

const gpuHead = 'timestamp, index, uuid, utilization.gpu [%], memory.used [MiB], clocks.sm [MHz], clocks_throttle_reasons.active'
const gpuFile = (rows: { memory: number; reasons: string }[]): string =>
  [
    gpuHead,
    ...rows.map(
      ({ memory, reasons }, index) =>
        `2026/03/04 05:06:0${index}.500, 0, GPU-aa, 97 %, ${memory} MiB, ${index === 0 ? 210 : 1410} MHz, ${reasons}`,
    ),
    '',
  ].join('\n')
const processHead = 'timestamp, gpu_uuid, pid, process_name, used_gpu_memory [MiB]'
const processFile = (...rows: string[]): string => [processHead, ...rows, ''].join('\n')

const idle = { memory: 4, reasons: '0x0000000000000001' }
const busy = { memory: 9000, reasons: '0x0000000000000004' }
const hot = { memory: 9000, reasons: '0x0000000000000048' }
const watched = (gpus: string, processes: string, pids = [4711]) =>
  read([role('a', { 'telemetry.jsonl': hostFile(load(1, 0), pids), 'gpu.csv': gpus, 'gpu-processes.csv': processes })])

describe('GPUs', () => {
  it('are throttled by heat or hardware; at the power limit they are not', () => {
    const capped = watched(gpuFile([idle, busy, busy, busy, busy, busy]), processFile())
    expect(capped.facts['disturbed']).toBeUndefined()
    expect(valueOf(capped, 'gpu.power_capped')).toBe(1)
    expect(valueOf(capped, 'gpu.sm_clock')).toBe(1410)
    const throttled = watched(gpuFile([idle, busy, hot, busy, busy, busy]), processFile())
    expect(throttled.facts['disturbed']).toEqual({
      throttled: { host: 'a', gpu: 0, percent: 20, reasons: 'hw_slowdown, hw_thermal_slowdown' },
    })
  })

  it('are shared with a process that was there before, where the launch uses them', () => {
    const stranger = '2026/03/04 05:06:00.400, GPU-aa, 999, python3, 500 MiB'
    const own = '2026/03/04 05:06:02.400, GPU-aa, 4711, python3, 8900 MiB'
    const used = watched(gpuFile([idle, busy, busy, busy]), processFile(stranger, stranger.replace('00.400', '02.400'), own))
    expect(used.facts['disturbed']).toEqual({ gpu_shared: { host: 'a', gpu: 0, pid: 999, process: 'python3' } })
    expect(watched(gpuFile([idle, busy, busy, busy]), processFile(own)).facts['disturbed']).toBeUndefined()
    // Somebody else's GPU, which the launch leaves alone.
    expect(watched(gpuFile([idle, idle, idle, idle]), processFile(stranger)).facts['disturbed']).toBeUndefined()
  })

  it('whose tool says nothing give a warning, and no figure', () => {
    const broken = watched('NVIDIA-SMI has failed because it could not communicate with the NVIDIA driver.\n', '')
    expect(broken.warnings.map(({ code }) => code)).toEqual(['telemetry.no_gpu_rows'])
    expect(broken.measurements.some(({ metric }) => metric.startsWith('gpu.'))).toBe(false)
  })
})

describe('a watcher', () => {
  it('takes the names of its host, and DCGM only where nobody else needs the counters', () => {
    const gpu = {
      index: 0,
      name: 'A',
      uuid: null,
      memoryMiB: null,
      driver: '550.1',
      computeCapability: null,
      smClockMHz: null,
      pcieGen: null,
      pcieWidth: null,
    }
    const inventory = { ...emptyInventory, gpus: [gpu], tools: { dcgmi: { path: '/opt/dcgm/dcgmi', version: null } } }
    const jobsFor = (probe: string) => beside.jobs({ probe, hosts: [{ name: 'a', python: null, inventory }], hz: 2, bpftrace: false })
    expect(jobsFor('nccl')[0]).toMatchObject({ role: 'telemetry-a', main: false, env: { HR_HZ: '2', HR_DCGM_FIELDS: '1002,1004,1005' } })
    expect(jobsFor('nccl')[0]?.display).toContain('clocks_event_reasons.active --format=csv -lms 500')
    expect(jobsFor('kernel')[0]?.env['HR_DCGM_FIELDS']).toBe('')
  })

  it('that left nothing is a warning with its own words', () => {
    const reading = read([role('a', { stderr: 'remote.python_missing: Telemetry needs Python 3.6 or newer\n' })])
    expect(reading.warnings).toEqual([
      { code: 'telemetry.no_rows', message: 'a: no telemetry: remote.python_missing: Telemetry needs Python 3.6 or newer' },
    ])
    expect(reading.measurements).toEqual([])
  })

  const attached = '{"type": "attached_probes", "data": {"probes": 2}}\n'
  const lastWord = '{"type": "printf", "data": "ended\\n"}\n'

  it('counts what bpftrace traced, and none where it was attached in vain', () => {
    expect(tracedRetransmits(`${attached}${lastWord}{"type": "map", "data": {"@retransmits": 17}}\n`)).toBe(17)
    expect(tracedRetransmits(`${attached}${lastWord}`)).toBe(0)
    // Killed before it could tell.
    expect(tracedRetransmits(attached)).toBeNull()
    expect(tracedRetransmits('')).toBeNull()
  })

  it('says why bpftrace traced nothing', () => {
    const errors = "ERROR: couldn't set RLIMIT_MEMLOCK\nstdin:1:1-34: ERROR: tracepoint not found: tcp:tcp_retransmit_skb\n~~~~\n"
    const files = { 'telemetry.jsonl': hostFile(load(0.5, 1.2)), 'bpftrace-errors.txt': errors }
    expect(readWatch(role('a', files)).warnings).toEqual([
      { code: 'telemetry.not_traced', message: expect.stringContaining('ERROR: tracepoint not found: tcp:tcp_retransmit_skb') },
    ])
    const traced = `${attached}${lastWord}`
    expect(readWatch(role('a', { ...files, 'bpftrace.jsonl': traced })).warnings).toEqual([])
  })
})
