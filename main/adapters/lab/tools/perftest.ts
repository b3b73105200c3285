import { writeFileSync } from 'node:fs'
import { expectedRdma, linkOf, type RdmaVerb, type VerbsLink } from '../hardware-model'
import { latencySamples, normal } from '../random'
import { moveTraffic } from '../traffic'
import { parseArguments, parseSize, wholeNumber, type Arguments } from './arguments'
import { beginLaunch, pause, type Tool, type ToolContext } from './context'
import {
  bandwidthTable,
  latencyTable,
  perftestHeader,
  perftestJson,
  PERFTEST_VERSION,
  type BandwidthRow,
  type LatencyRow,
  type RdmaTest,
} from './perftest-report'
import { deliver, reach, serve } from './rendezvous'

const DEFAULT_PORT = 18_515
const MAX_SIZE = 2 ** 31
/** A server per test needs a moment between two tests. */
const PATIENCE_MS = 1500
const RULE = '---------------------------------------------------------------------------------------'
const STARS = '************************************'

const spec = {
  values: {
    'ib-dev': ['d'],
    'ib-port': ['i'],
    port: ['p'],
    size: ['s'],
    iters: ['n'],
    duration: ['D'],
    qp: ['q'],
    'gid-index': ['x'],
    mtu: ['m'],
    'tx-depth': ['t'],
    'rx-depth': ['r'],
    connection: ['c'],
    sl: ['S'],
    inline_size: ['I'],
    'cq-mod': ['Q'],
    out_json_file: [],
    margin: ['f'],
  },
  flags: {
    all: ['a'],
    CPU: ['F', 'CPU-freq'],
    bidirectional: ['b'],
    report_gbits: [],
    out_json: [],
    rdma_cm: ['R'],
    events: ['e'],
    noPeak: ['N'],
    report_histogram: ['H'],
    report_unsorted: ['U'],
    perform_warm_up: [],
    version: ['V'],
  },
}

const isReady = (context: ToolContext, parsed: Arguments): VerbsLink | string => {
  const device = parsed.options.get('ib-dev') ?? context.model.hcas[0]?.name ?? ''
  if (!context.model.hcas.some((hca) => hca.name === device))
    return ` IB device ${device} not found\n Unable to find the Infiniband/RoCE device`
  if ((wholeNumber(parsed.options.get('ib-port'), 1) ?? 0) !== 1)
    return ` Invalid port number ${parsed.options.get('ib-port')} for device ${device}`
  // A reroute to another HCA is the wrong cable; RDMA never falls back to TCP by itself.
  const target = context.state.faults.reroute?.[device]
  const actual = target && context.model.hcas.some((hca) => hca.name === target) ? target : device
  const link = linkOf(context.model, 'verbs', actual)
  return link.kind === 'verbs' ? link : ' Unable to open the device'
}

/** Sizes of -a: 2 bytes to 8 MiB. */
const allSizes = (): number[] => Array.from({ length: 23 }, (_, index) => 2 ** (index + 1))

const wireLimit = (context: ToolContext, link: VerbsLink): number =>
  (0.987 * 1000 * (context.model.hcas.find((hca) => hca.name === link.device)?.rateGbps ?? Infinity)) / 8

const bandwidthRow = (
  test: RdmaTest,
  link: VerbsLink,
  sizeBytes: number,
  launch: ReturnType<typeof beginLaunch>,
  context: ToolContext,
): BandwidthRow => {
  const expected = expectedRdma(link, test.verb, sizeBytes, test.queuePairs)
  const both = test.bidirectional ? 1.94 : 1
  const noisy = ((expected.bandwidthGBps * 1000) / launch.factor) * Math.exp(0.002 * normal(launch.random))
  // A quick launch may not beat the wire: headers leave about 1 % of the line rate.
  const bytesPerUs = both * Math.min(noisy, wireLimit(context, link))
  const iterations = test.durationSeconds === null ? test.iterations : Math.round((bytesPerUs * test.durationSeconds * 1e6) / sizeBytes)
  const sentBytes = iterations * sizeBytes
  const direction =
    test.verb === 'read'
      ? { clientTx: sentBytes / 90, clientRx: sentBytes }
      : { clientTx: sentBytes, clientRx: test.bidirectional ? sentBytes : sentBytes / 90 }
  // One thread polls the completion queue on the side that sends; both sides' bytes share the time.
  const seconds = (sentBytes * (test.bidirectional ? 2 : 1)) / (bytesPerUs * 1e6)
  moveTraffic(context.dir, context.model, link.device, [
    { host: test.clientHost, txBytes: direction.clientTx, rxBytes: direction.clientRx, work: { seconds, cores: 1 } },
    {
      host: test.serverHost,
      txBytes: direction.clientRx,
      rxBytes: direction.clientTx,
      work: { seconds, cores: test.bidirectional ? 1 : 0.02 },
    },
  ])
  return {
    sizeBytes,
    iterations,
    peakBytesPerUs: test.durationSeconds === null ? bytesPerUs * (1 + 0.003 * launch.random()) : 0,
    averageBytesPerUs: bytesPerUs,
  }
}

const latencyRow = (
  test: RdmaTest,
  link: VerbsLink,
  sizeBytes: number,
  launch: ReturnType<typeof beginLaunch>,
  context: ToolContext,
): LatencyRow => {
  const typicalUs = expectedRdma(link, test.verb, sizeBytes).latencyUs * launch.factor
  const samplesUs = latencySamples(launch.random, typicalUs, Math.min(test.iterations, 20_000)).sort((a, b) => a - b)
  const bytes = test.iterations * sizeBytes
  const work = { seconds: (2 * test.iterations * typicalUs) / 1e6, cores: 1 }
  moveTraffic(context.dir, context.model, link.device, [
    { host: test.clientHost, txBytes: bytes, rxBytes: bytes, work },
    { host: test.serverHost, txBytes: bytes, rxBytes: bytes, work },
  ])
  return { sizeBytes, iterations: test.iterations, samplesUs }
}

const measure = (context: ToolContext, test: RdmaTest, link: VerbsLink): string => {
  const launch = beginLaunch(context, test.tool)
  if (test.measures === 'bandwidth') {
    const rows = test.sizes.map((size) => bandwidthRow(test, link, size, launch, context))
    return bandwidthTable(test, rows)
  }
  return latencyTable(
    test,
    test.sizes.map((size) => latencyRow(test, link, size, launch, context)),
  )
}

const readTest = (context: ToolContext, tool: string, parsed: Arguments, server: { name: string; index: number }): RdmaTest | string => {
  const [, verb = 'write', kind = 'bw'] = tool.split('_')
  const defaultSize = kind === 'bw' ? 65_536 : 2
  const size = parsed.options.has('size') ? parseSize(parsed.options.get('size') ?? '') : defaultSize
  const iterations = wholeNumber(parsed.options.get('iters'), kind === 'bw' ? (verb === 'read' ? 1000 : 5000) : 1000)
  const duration = wholeNumber(parsed.options.get('duration'), 0)
  const queuePairs = wholeNumber(parsed.options.get('qp'), 1)
  if (size === null || size < 1 || size > MAX_SIZE) return ` Message size should be between 1 and ${MAX_SIZE}`
  if (!iterations || iterations < 5) return ' Iteration number should be between 5 and 1000000000'
  if (duration === null || !queuePairs || queuePairs > 16_384) return ' Number of Qps should be between 1 and 16384'
  const device = parsed.options.get('ib-dev') ?? context.model.hcas[0]?.name ?? ''
  const hca = context.model.hcas.find((candidate) => candidate.name === device)
  return {
    tool,
    verb: verb as RdmaVerb,
    measures: kind === 'bw' ? 'bandwidth' : 'latency',
    device,
    linkLayer: hca?.linkLayer ?? 'InfiniBand',
    sizes: parsed.flags.has('all') ? allSizes() : [size],
    iterations,
    durationSeconds: parsed.options.has('duration') ? duration : null,
    queuePairs,
    bidirectional: parsed.flags.has('bidirectional'),
    gigabits: parsed.flags.has('report_gbits'),
    clientHost: context.host.name,
    serverHost: server.name,
    clientIndex: context.host.index,
    serverIndex: server.index,
    seed: context.state.seed,
  }
}

const runClient = async (context: ToolContext, tool: string, parsed: Arguments, link: VerbsLink, port: number): Promise<number> => {
  const target = parsed.positional[0] ?? ''
  const reached = await reach(context, tool, target, port, PATIENCE_MS)
  if (reached.outcome === 'unknown_host') {
    context.warn(`Name or service not known for ${target}:${port}\n Unable to open file descriptor for socket connection`)
    return 1
  }
  if (reached.outcome !== 'ready') {
    context.warn(
      reached.outcome === 'refused'
        ? `Couldn't connect to ${target}:${port}\nUnable to open file descriptor for socket connection`
        : 'Failed to exchange data between server and clients',
    )
    return 1
  }
  const test = readTest(context, tool, parsed, reached.host)
  if (typeof test === 'string') {
    context.warn(test)
    return 1
  }
  await pause(30)
  const table = measure(context, test, link)
  await deliver(reached.listener, { test, table })
  if (test.durationSeconds !== null && test.measures === 'bandwidth') context.print("  WARNING: BW peak won't be measured in this run.")
  context.print([RULE, perftestHeader(test, 'client'), RULE, table, RULE].join('\n'))
  writeJson(parsed, test, table)
  return 0
}

const writeJson = (parsed: Arguments, test: RdmaTest, table: string): void => {
  if (!parsed.flags.has('out_json')) return
  writeFileSync(parsed.options.get('out_json_file') ?? 'perftest_out.json', perftestJson(test, table))
}

const runServer = async (context: ToolContext, tool: string, port: number): Promise<number> => {
  const served = await serve<{ test: RdmaTest; table: string }>(context, {
    tool,
    port,
    once: true,
    onListening: () => context.print(`\n${STARS}\n* Waiting for client to connect... *\n${STARS}`),
    onClient: ({ test, table }) => {
      // The passive side of a read and of the one-sided latency tests has nothing to show.
      const silent = test.verb === 'read'
      context.print([RULE, perftestHeader(test, 'server'), RULE, ...(silent ? [] : [table, RULE])].join('\n'))
    },
  })
  if (served) return 0
  context.warn(' Failed to open an RDMA connection: Address already in use')
  return 1
}

/** ib_{write,read,send}_{bw,lat}: server without a host name, client with one. */
export const perftest =
  (tool: string): Tool =>
  async (args, context) => {
    const parsed = parseArguments(args, spec)
    if (parsed.flags.has('version')) {
      context.print(`Version: ${PERFTEST_VERSION}`)
      return 0
    }
    const port = wholeNumber(parsed.options.get('port'), DEFAULT_PORT)
    if (parsed.unknown || !port || port > 65_535) {
      context.warn(` Invalid Command or flag: ${parsed.unknown ?? '--port'}`)
      return 1
    }
    const link = isReady(context, parsed)
    if (typeof link === 'string') {
      context.warn(link)
      return 1
    }
    return parsed.positional.length > 0 ? runClient(context, tool, parsed, link, port) : runServer(context, tool, port)
  }
