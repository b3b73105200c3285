import type { Facts } from '../../../preload/contract'
import { setFacts, warn, type Reading } from '../../_kit/reading'
import { collectiveOf } from './collectives'
import { parametersLine } from './segments'
import { readTransport, transportFacts } from '../../_kit/nccl-transport'

/** What the lines around the table say. */
export interface HeaderFacts {
  ranks: number | null
  hosts: string[]
  collective: string | null
  program: string | null
  iterations: number | null
  validation: boolean | null
  average: number | null
  averageText: string | null
  concluded: boolean
  parametersSeen: boolean
}

interface Device {
  rank: number
  host: string
  device: string
  bus: string
  name: string
}

const rankLine =
  /^[ \t]*(?:#[ \t]*)?Rank\s+(\d{1,7})\s+(?:Group\s+\d{1,7}\s+)?(?:Pid\s+\d{1,9}\s+)?on\s+(\S{1,255})\s+device\s+(\d{1,5})\s+\[([^\]]{1,64})\]\s+(\S.{0,200}?)\s*$/

/** NCCL_VERSION_CODE: 22902 is 2.29.2, 2708 is 2.7.8. */
export const ncclVersionOf = (code: number): string | null => {
  if (!Number.isInteger(code) || code < 1000) return null
  const [major, minor] = code >= 10_000 ? [10_000, 100] : [1000, 100]
  return `${Math.floor(code / major)}.${Math.floor((code % major) / minor)}.${code % minor}`
}

const single = (values: Set<string>): string | string[] | null => {
  const sorted = [...values].sort()
  return sorted.length === 0 ? null : sorted.length === 1 ? (sorted[0] ?? null) : sorted
}

const readDevices = (reading: Reading, lines: readonly string[]): { devices: Device[]; damaged: boolean } => {
  const devices = new Map<number, Device>()
  let again = false
  let damaged = false
  for (const line of lines) {
    if (!line.includes('Rank')) continue
    const match = rankLine.exec(line.slice(0, 1000))
    if (!match) continue
    if (!line.trimStart().startsWith('#')) damaged = true
    const [, rank, host, device, bus, name] = match
    const known = devices.get(Number(rank))
    if (known && known.host !== host) again = true
    if (host && device && bus && name) devices.set(Number(rank), { rank: Number(rank), host, device, bus, name })
  }
  if (again)
    warn(
      reading,
      'ranks_not_joined',
      'Several processes count their ranks from 0, each on its own host: nccl-tests was built without MPI, and each measured alone.',
    )
  const places = [...devices.values()].map((device) => `${device.host} ${device.device} ${device.bus}`)
  if (new Set(places).size < places.length) warn(reading, 'ranks_share_gpu', 'Several ranks run on the same GPU.')
  return { devices: [...devices.values()], damaged }
}

const readParameters = (line: string, facts: Facts): void => {
  const number = (name: string): number | null => {
    const found = new RegExp(`\\b${name}:? (\\d{1,18})\\b`).exec(line)?.[1]
    return found === undefined ? null : Number(found)
  }
  facts['threads'] = number('nThread')
  facts['gpus_per_process'] = number('nGpus')
  facts['min_bytes'] = number('minBytes')
  facts['max_bytes'] = number('maxBytes')
  facts['warmup_iters'] = number('warmup iters')
  facts['iters'] =
    /(?<!warmup |agg )\biters: (\d{1,9})/.exec(line)?.[1] === undefined
      ? null
      : Number(/(?<!warmup |agg )\biters: (\d{1,9})/.exec(line)?.[1])
  const validation = number('validation')
  facts['validation'] = validation === null ? null : validation > 0
  const graph = number('graph')
  if (graph !== null && graph > 0) facts['cuda_graph'] = graph
}

const readVersions = (reading: Reading, lines: readonly string[]): void => {
  const facts = reading.facts
  for (const line of lines) {
    if (line.length > 2000) continue
    const tests = /\b(nccl|rccl)-tests version (\d+(?:\.\d+)+)/.exec(line)
    if (tests?.[2]) {
      facts['nccl_tests_version'] = tests[2]
      if (tests[1] === 'rccl') facts['library'] = 'RCCL'
    }
    const fork = /^[ \t]*(?:#[ \t]*)?rccl-tests: Version (\S{1,80})/.exec(line)?.[1]
    if (fork) {
      facts['nccl_tests_version'] = fork
      facts['library'] = 'RCCL'
    }
    const built = /\bNCCL Tests compiled with NCCL (\d+\.\d+)\s*$/.exec(line)?.[1]
    if (built) facts['nccl_built_with'] = built
    const library = /\b(?:nccl|rccl)-library=(\d{4,6})\b/.exec(line)?.[1]
    if (library) facts['nccl_version'] ??= ncclVersionOf(Number(library))
    const stated = /\b(NCCL|RCCL) version *:? ?(\d+(?:\.\d+)+)(?:[-+]\S*)?/.exec(line)
    if (stated?.[2]) {
      facts['nccl_version'] = stated[2]
      facts['library'] ??= stated[1] ?? null
    }
    const cuda = /\bNCCL version \S*\+cuda(\d+\.\d+)/.exec(line)?.[1]
    if (cuda) facts['cuda_version'] = cuda
    const timeouts = /MPICH Slingshot Network Summary: (\d{1,12}) network timeouts/.exec(line)?.[1]
    if (timeouts && Number(timeouts) > 0) {
      facts['network_timeouts'] = Number(timeouts)
      warn(reading, 'network_timeouts', line.trim())
    }
    const reduced = /Reducing maxBytes to (\d{1,18}) /.exec(line)?.[1]
    if (reduced) {
      facts['effective_max_bytes'] = Number(reduced)
      warn(reading, 'max_bytes_reduced', line.replace(/^\s*#\s*/, '').trim())
    }
  }
}

/** Facts of one test into the reading; what the parser itself needs comes back. */
export const readHeaderFacts = (reading: Reading, lines: readonly string[]): HeaderFacts => {
  const found: HeaderFacts = {
    ranks: null,
    hosts: [],
    collective: null,
    program: null,
    iterations: null,
    validation: null,
    average: null,
    averageText: null,
    concluded: false,
    parametersSeen: false,
  }
  let damaged = false
  for (const line of lines) {
    if (line.length > 2000) continue
    if (parametersLine.test(line)) {
      found.parametersSeen = true
      readParameters(line, reading.facts)
      if (!line.trimStart().startsWith('#')) damaged = true
    }
    const program = /\bCollective test (?:starting|concluded): (\S{1,255})/.exec(line)
    if (program?.[1]) {
      found.program ??= program[1]
      found.collective ??= collectiveOf(program[1])
      if (line.includes('concluded')) found.concluded = true
    }
    const average = /^[ \t]*(?:#[ \t]*)?Avg bus bandwidth\s*: (\S{1,32})\s*(\w{0,16})\s*$/.exec(line)
    if (average) found.averageText = average[1] ?? null
    if (average?.[2] === 'FAILED')
      warn(reading, 'average_below_minimum', 'The average bus bandwidth is more than 10 % below the minimum that was asked for.')
    const error = /^[ \t]*#[ \t]*error: (\S.{0,400})$/.exec(line)?.[1]
    if (error) warn(reading, 'library_error', `The last error of the library: ${error}`)
  }
  const { devices, damaged: damagedDevices } = readDevices(reading, lines)
  if (damaged || damagedDevices) warn(reading, 'header_damaged', 'Some header lines have lost their "#".')
  if (devices.length > 0) {
    found.ranks = Math.max(...devices.map((device) => device.rank)) + 1
    found.hosts = [...new Set(devices.map((device) => device.host))]
    if (found.ranks !== devices.length) warn(reading, 'ranks_missing', `The device list names ${devices.length} of ${found.ranks} ranks.`)
  }
  readVersions(reading, lines)
  found.iterations = typeof reading.facts['iters'] === 'number' ? reading.facts['iters'] : null
  found.validation = typeof reading.facts['validation'] === 'boolean' ? reading.facts['validation'] : null
  setFacts(reading, {
    ranks: found.ranks,
    nodes: devices.length > 0 ? found.hosts.length : null,
    hostnames: found.hosts,
    gpu: single(new Set(devices.map((device) => device.name))),
    nccl_version: reading.facts['nccl_version'] ?? null,
    ...transportFacts(readTransport(lines)),
  })
  return found
}
