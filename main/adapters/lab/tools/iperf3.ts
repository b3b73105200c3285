import { expectedTcp, type SocketLink } from '../hardware-model'
import { normal } from '../random'
import { moveTraffic } from '../traffic'
import { parseArguments, parseSize, wholeNumber, type Arguments } from './arguments'
import { beginLaunch, pause, routeOf, type Tool, type ToolContext } from './context'
import { iperf3ErrorJson, iperf3Json, iperf3Text, IPERF3_VERSION, type TcpTest } from './iperf3-report'
import { deliver, reach, serve } from './rendezvous'

const DEFAULT_PORT = 5201
const MAX_SECONDS = 86_400
const MAX_STREAMS = 128

const spec = {
  values: {
    client: ['c'],
    port: ['p'],
    time: ['t'],
    parallel: ['P'],
    omit: ['O'],
    bind: ['B'],
    interval: ['i'],
    length: ['l'],
    window: ['w'],
    'set-mss': ['M'],
    congestion: ['C'],
    bytes: ['n'],
    bitrate: ['b'],
    affinity: ['A'],
    format: ['f'],
    title: ['T'],
    'connect-timeout': [],
    logfile: [],
    pidfile: ['I'],
    'rcv-timeout': [],
    'snd-timeout': [],
    'bind-dev': [],
  },
  flags: {
    server: ['s'],
    json: ['J'],
    'one-off': ['1'],
    reverse: ['R'],
    version: ['v'],
    help: ['h'],
    verbose: ['V'],
    'no-delay': ['N'],
    zerocopy: ['Z'],
    forceflush: [],
    'get-server-output': [],
    version4: ['4'],
    version6: ['6'],
    'repeating-payload': [],
  },
}

const fail = (context: ToolContext, json: boolean, message: string): number => {
  if (json) context.print(iperf3ErrorJson(context.host.name, message))
  else context.warn(`iperf3: error - ${message}`)
  return 1
}

const report = (context: ToolContext, test: TcpTest, json: boolean, isServer: boolean): void =>
  context.print(json ? iperf3Json(test, isServer) : iperf3Text(test, isServer))

const runServer = async (context: ToolContext, parsed: Arguments, port: number): Promise<number> => {
  const json = parsed.flags.has('json')
  const served = await serve<TcpTest>(context, {
    tool: 'iperf3',
    port,
    once: parsed.flags.has('one-off'),
    onListening: () => {
      const rule = '-----------------------------------------------------------'
      if (!json) context.print(`${rule}\nServer listening on ${port} (test #1)\n${rule}`)
    },
    onClient: (test) => report(context, test, json, true),
  })
  return served ? 0 : fail(context, json, 'unable to start listener for connections: Address already in use')
}

/** Rates of each stream in each second: the launch's factor, slow drift within it, unequal streams. */
const intervalRates = (throughputGBps: number, streams: number, seconds: number, launch: ReturnType<typeof beginLaunch>): number[][] => {
  const { factor, random } = launch
  const weights = Array.from({ length: streams }, () => Math.exp(0.05 * normal(random)))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let drift = normal(random)
  return Array.from({ length: seconds }, () => {
    drift = 0.6 * drift + 0.8 * normal(random)
    const rate = (throughputGBps / factor) * Math.exp(0.004 * drift)
    return weights.map((weight) => (rate * weight) / total)
  })
}

const simulate = (
  context: ToolContext,
  link: SocketLink,
  parts: Pick<TcpTest, 'serverHost' | 'serverAddress' | 'clientAddress' | 'port'>,
  options: { seconds: number; streams: number; omit: number; reverse: boolean; blockBytes: number },
): TcpTest => {
  const launch = beginLaunch(context, 'iperf3')
  const { throughputGBps } = expectedTcp(link, options.streams)
  const ratesGBps = intervalRates(throughputGBps, options.streams, options.seconds, launch)
  const share = throughputGBps / link.plateauGBps
  const retransmits = ratesGBps.map((row) =>
    row.map(() => Math.floor((2 * launch.random() * link.retransmitsPerSecond * share) / row.length + launch.random())),
  )
  const cpu = link.cpuPercent * share * Math.exp(0.03 * normal(launch.random))
  return {
    ...parts,
    ...options,
    clientHost: context.host.name,
    ratesGBps,
    retransmits: link.retransmitsPerSecond > 0 ? retransmits : retransmits.map((row) => row.map(() => 0)),
    cpuLocalPercent: cpu,
    cpuRemotePercent: cpu * 1.25,
    roundTripUs: link.roundTripUs,
    startedAt: Date.now(),
    cookie: Array.from({ length: 36 }, () => 'abcdefghijklmnopqrstuvwxyz234567'[Math.floor(launch.random() * 32)]).join(''),
  }
}

/** At most so many pauses, that whoever watches the counters sees the rate change and nobody waits for simulated seconds. */
const mostSteps = 12
const stepPauseMs = 15

/** Moves the bytes of each simulated second, those left out of the result first. */
const transfer = async (context: ToolContext, link: SocketLink, test: TcpTest, server: string, omit: number): Promise<void> => {
  const perSecond = test.ratesGBps.map((row) => row.reduce((sum, rate) => sum + rate * 1e9, 0))
  const everySecond = [...Array.from({ length: omit }, () => perSecond[0] ?? 0), ...perSecond]
  const size = Math.ceil(everySecond.length / mostSteps)
  const again = test.retransmits.flat().reduce((sum, count) => sum + count, 0) / perSecond.length
  for (let from = 0; from < everySecond.length; from += size) {
    const part = everySecond.slice(from, from + size)
    const sentBytes = part.reduce((sum, bytes) => sum + bytes, 0)
    // Acknowledgements: one 52-byte segment for about two full frames.
    const backBytes = sentBytes / 350
    const segments = sentBytes / 8948
    const [clientTx, clientRx] = test.reverse ? [backBytes, sentBytes] : [sentBytes, backBytes]
    const sender = { seconds: part.length, segments, retransmits: again * part.length }
    const receiver = { seconds: part.length, segments: segments / 2 }
    const [clientWork, serverWork] = test.reverse ? [receiver, sender] : [sender, receiver]
    moveTraffic(context.dir, context.model, link.device, [
      { host: context.host.name, txBytes: clientTx, rxBytes: clientRx, work: { ...clientWork, cores: test.cpuLocalPercent / 100 } },
      { host: server, txBytes: clientRx, rxBytes: clientTx, work: { ...serverWork, cores: test.cpuRemotePercent / 100 } },
    ])
    await pause(stepPauseMs)
  }
}

const runClient = async (context: ToolContext, parsed: Arguments, port: number): Promise<number> => {
  const json = parsed.flags.has('json')
  const target = parsed.options.get('client') ?? ''
  const seconds = wholeNumber(parsed.options.get('time'), 10)
  const streams = wholeNumber(parsed.options.get('parallel'), 1)
  const omit = wholeNumber(parsed.options.get('omit'), 0)
  const blockBytes = parseSize(parsed.options.get('length') ?? '128K')
  if (!seconds || seconds > MAX_SECONDS) return fail(context, json, `test duration valid values are 0 to ${MAX_SECONDS} seconds`)
  if (!streams || streams > MAX_STREAMS) return fail(context, json, `number of parallel streams too large (maximum = ${MAX_STREAMS})`)
  if (omit === null || omit > 60) return fail(context, json, 'bogus value for --omit')
  const cannot = 'unable to connect to server - server may have stopped running or use a different port, firewall issue, etc.'
  const reached = await reach(context, 'iperf3', target, port)
  if (reached.outcome === 'unknown_host') return fail(context, json, `${cannot}: Name or service not known`)
  if (reached.outcome !== 'ready') return fail(context, json, `${cannot}: Connection refused`)
  const link = routeOf(context, 'socket', reached.device)
  if (link.kind !== 'socket') return fail(context, json, `${cannot}: No route to host`)
  const test = simulate(
    context,
    link,
    {
      serverHost: reached.host.name,
      serverAddress: reached.host.addresses[reached.device] ?? target,
      clientAddress: parsed.options.get('bind') ?? context.host.addresses[reached.device] ?? '',
      port,
    },
    { seconds, streams, omit, reverse: parsed.flags.has('reverse'), blockBytes: blockBytes ?? 131_072 },
  )
  await pause(40)
  await transfer(context, link, test, reached.host.name, omit)
  await deliver(reached.listener, test)
  report(context, test, json, false)
  return 0
}

/** iperf3: one TCP test between two simulated hosts. */
export const iperf3: Tool = async (args, context) => {
  const parsed = parseArguments(args, spec)
  const json = parsed.flags.has('json')
  if (parsed.flags.has('version')) {
    context.print(
      `${IPERF3_VERSION} (cJSON 1.7.15)\nLinux ${context.host.name} 5.15.0-122-generic x86_64\nOptional features available: none (simulated)`,
    )
    return 0
  }
  const port = wholeNumber(parsed.options.get('port'), DEFAULT_PORT)
  if (parsed.unknown) return fail(context, json, `unrecognized option '${parsed.unknown}'`)
  if (!port || port > 65_535) return fail(context, json, 'bad port number')
  if (parsed.flags.has('server')) return runServer(context, parsed, port)
  if (parsed.options.has('client')) return runClient(context, parsed, port)
  return fail(context, json, 'parameter error - must either be a client (-c) or server (-s)')
}
