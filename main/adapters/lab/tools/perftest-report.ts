import type { RdmaVerb } from '../hardware-model'
import { seededRandom } from '../random'
import { lidOf } from '../sys-root'

export const PERFTEST_VERSION = '6.23'

/** One test as both sides know it. */
export interface RdmaTest {
  tool: string
  verb: RdmaVerb
  measures: 'bandwidth' | 'latency'
  device: string
  linkLayer: 'InfiniBand' | 'Ethernet'
  sizes: number[]
  iterations: number
  /** Of -D; null with -n. */
  durationSeconds: number | null
  queuePairs: number
  bidirectional: boolean
  gigabits: boolean
  clientHost: string
  serverHost: string
  clientIndex: number
  serverIndex: number
  seed: number
}

export interface BandwidthRow {
  sizeBytes: number
  iterations: number
  /** 0: not measured (-D). */
  peakBytesPerUs: number
  averageBytesPerUs: number
}

export interface LatencyRow {
  sizeBytes: number
  iterations: number
  /** Ascending. */
  samplesUs: number[]
}

const verbNames: Record<RdmaVerb, string> = { write: 'RDMA_Write', read: 'RDMA_Read', send: 'Send' }

const title = (test: RdmaTest): string =>
  `${verbNames[test.verb]} ${test.bidirectional ? 'Bidirectional ' : ''}${test.measures === 'bandwidth' ? 'BW' : 'Latency'} Test`

const addressLine = (side: 'local' | 'remote', test: RdmaTest, hostIndex: number, queuePair: number): string[] => {
  const random = seededRandom(`${test.seed}/qp/${test.tool}/${hostIndex}/${queuePair}`)
  const hex = (bits: number): string => Math.floor(random() * 2 ** bits).toString(16)
  const lid = test.linkLayer === 'InfiniBand' ? `0x${lidOf(hostIndex).toString(16)}` : '0000'
  const line = ` ${side} address: LID ${lid} QPN 0x${(0x100 + hostIndex * 64 + queuePair).toString(16).padStart(4, '0')} PSN 0x${hex(24)} RKey 0x${hex(20).padStart(6, '0')} VAddr 0x007f${hex(32).padStart(8, '0')}00`
  if (test.linkLayer === 'InfiniBand') return [line]
  return [line, ` GID: 00:00:00:00:00:00:00:00:00:00:255:255:10:20:00:${String(hostIndex).padStart(2, '0')}`]
}

/** The block of settings and addresses between the rules. */
export const perftestHeader = (test: RdmaTest, role: 'client' | 'server'): string => {
  const [local, remote] = role === 'client' ? [test.clientIndex, test.serverIndex] : [test.serverIndex, test.clientIndex]
  const queuePairs = Array.from({ length: test.queuePairs }, (_, index) => index)
  return [
    `                    ${title(test)}`,
    ` Dual-port       : OFF\t\tDevice         : ${test.device}`,
    ` Number of qps   : ${test.queuePairs}\t\tTransport type : IB`,
    ' Connection type : RC\t\tUsing SRQ      : OFF',
    ' PCIe relax order: ON\t\tLock-free      : OFF',
    ' ibv_wr* API     : ON\t\tUsing DDP      : OFF',
    ` TX depth        : ${test.measures === 'bandwidth' ? 128 : 1}`,
    ...(test.measures === 'bandwidth' ? [' CQ Moderation   : 1'] : []),
    ` Mtu             : ${test.linkLayer === 'InfiniBand' ? 4096 : 1024}[B]`,
    ` Link type       : ${test.linkLayer === 'InfiniBand' ? 'IB' : 'Ethernet'}`,
    ...(test.linkLayer === 'InfiniBand' ? [] : [' GID index       : 3']),
    ` Max inline data : ${test.measures === 'bandwidth' ? 0 : 220}[B]`,
    ' rdma_cm QPs\t : OFF',
    ' Data ex. method : Ethernet',
    '---------------------------------------------------------------------------------------',
    ...queuePairs.flatMap((index) => addressLine('local', test, local, index)),
    ...queuePairs.flatMap((index) => addressLine('remote', test, remote, index)),
  ].join('\n')
}

const pad = (value: number | string, width: number): string => String(value).padEnd(width)

/** Gb/s (decimal) or, as perftest does without --report_gbits, MiB/s. */
const inUnit = (bytesPerUs: number, gigabits: boolean): string =>
  (gigabits ? (bytesPerUs * 8) / 1000 : (bytesPerUs * 1e6) / 2 ** 20).toFixed(2)

/** Column header and rows of a bandwidth test. */
export const bandwidthTable = (test: RdmaTest, rows: BandwidthRow[]): string => {
  const unit = test.gigabits ? 'Gb/sec' : 'MiB/sec'
  const head = ` #bytes     #iterations    BW peak[${unit}]    BW average[${unit}]   MsgRate[Mpps]`
  const lines = rows.map((row) => {
    const peak = pad(inUnit(row.peakBytesPerUs, test.gigabits), 7)
    const average = pad(inUnit(row.averageBytesPerUs, test.gigabits), 7)
    return ` ${pad(row.sizeBytes, 7)}    ${pad(row.iterations, 10)}       ${peak}            ${average}\t\t   ${(row.averageBytesPerUs / row.sizeBytes).toFixed(6)}`
  })
  return [head, ...lines].join('\n')
}

const quantile = (ascending: number[], share: number): number =>
  ascending[Math.min(ascending.length - 1, Math.ceil(share * ascending.length) - 1)] ?? 0

const latencyCells = (
  row: LatencyRow,
): { min: string; max: string; typical: string; average: string; deviation: string; p99: string; p999: string } => {
  const { samplesUs } = row
  const mean = samplesUs.reduce((total, value) => total + value, 0) / samplesUs.length
  const variance = samplesUs.reduce((total, value) => total + (value - mean) ** 2, 0) / samplesUs.length
  const text = (value: number): string => value.toFixed(2)
  return {
    min: text(samplesUs[0] ?? 0),
    max: text(samplesUs.at(-1) ?? 0),
    typical: text(quantile(samplesUs, 0.5)),
    average: text(mean),
    deviation: text(Math.sqrt(variance)),
    p99: text(quantile(samplesUs, 0.99)),
    p999: text(quantile(samplesUs, 0.999)),
  }
}

/** Column header and rows of a latency test. */
export const latencyTable = (test: RdmaTest, rows: LatencyRow[]): string => {
  if (test.durationSeconds !== null) {
    const lines = rows.map(
      (row) =>
        ` ${pad(row.sizeBytes, 7)}       ${pad(row.iterations, 10)}            ${pad(latencyCells(row).average, 7)}           ${(1e6 / (2 * Number(latencyCells(row).average))).toFixed(2)}`,
    )
    return [' #bytes        #iterations       t_avg[usec]    tps average', ...lines].join('\n')
  }
  const head =
    ' #bytes #iterations    t_min[usec]    t_max[usec]  t_typical[usec]    t_avg[usec]    t_stdev[usec]   99% percentile[usec]   99.9% percentile[usec] '
  const lines = rows.map((row) => {
    const cells = latencyCells(row)
    const start = ` ${pad(row.sizeBytes, 7)} ${pad(row.iterations, 10)}          ${pad(cells.min, 7)}        ${pad(cells.max, 7)}      ${pad(cells.typical, 7)}`
    return `${start}  \t       ${pad(cells.average, 7)}     \t${pad(cells.deviation, 7)}\t\t${pad(cells.p99, 7)} \t\t${pad(cells.p999, 7)}`
  })
  return [head, ...lines].join('\n')
}

/** --out_json of the last size only, as perftest writes it: no unit, the settings beside. */
export const perftestJson = (test: RdmaTest, table: string): string => {
  const cells = (table.split('\n').at(-1) ?? '').trim().split(/\s+/)
  const names =
    test.measures === 'bandwidth'
      ? ['MsgSize', 'n_iterations', 'BW_peak', 'BW_average', 'MsgRate']
      : test.durationSeconds !== null
        ? ['MsgSize', 'n_iterations', 't_avg', 'tps_average']
        : ['MsgSize', 'n_iterations', 't_min', 't_max', 't_typical', 't_avg', 't_stdev', 'percentile_99', 'percentile_99.9']
  const results = names.map((name, index) => `"${name}": ${cells[index] ?? '0'}`).join(',\n')
  const info = [
    `"test": "${title(test)
      .replace(/ Test$/, '')
      .replaceAll(' ', '_')}"`,
    '"Dual_port": "OFF"',
    `"Device": "${test.device}"`,
    `"Number_of_qps": ${test.queuePairs}`,
    '"Transport_type": "IB"',
    '"Connection_type": "RC"',
    `"Mtu": ${test.linkLayer === 'InfiniBand' ? 4096 : 1024}`,
    `"Link_type": "${test.linkLayer === 'InfiniBand' ? 'IB' : 'Ethernet'}"`,
  ].join(',\n')
  return `{\n"test_info": {\n${info}\n},\n"results": {\n${results}\n}\n}\n`
}
