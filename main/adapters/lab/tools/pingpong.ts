import { expectedTcp } from '../hardware-model'
import { latencySamples } from '../random'
import { moveTraffic } from '../traffic'
import { parseArguments, wholeNumber } from './arguments'
import { beginLaunch, pause, routeOf, type Tool, type ToolContext } from './context'
import { deliver, reach, serve } from './rendezvous'

const FRAME_BYTES = 66
const MAX_MESSAGES = 10_000_000

const spec = { values: { bind: [], messages: [], warmup: [], bytes: [], seconds: [] }, flags: {} }

const fail = (context: ToolContext, address: string, port: number, message: string): number => {
  context.warn(`pingpong: ${address} port ${port}: ${message}`)
  return 1
}

const listen = async (context: ToolContext, address: string, port: number): Promise<number> => {
  const served = await serve<object>(context, {
    tool: 'pingpong',
    port,
    once: false,
    onListening: () => context.print(`pingpong: listening on ${address} port ${port}`),
    onClient: () => undefined,
  })
  return served ? 0 : fail(context, address, port, '[Errno 98] Address already in use')
}

const send = async (
  context: ToolContext,
  address: string,
  port: number,
  options: { messages: number; warmup: number; bytes: number; bind: string | null },
): Promise<number> => {
  const reached = await reach(context, 'pingpong', address, port)
  if (reached.outcome === 'unknown_host') return fail(context, address, port, '[Errno -2] Name or service not known')
  if (reached.outcome !== 'ready') return fail(context, address, port, '[Errno 111] Connection refused')
  const link = routeOf(context, 'socket', reached.device)
  if (link.kind !== 'socket') return fail(context, address, port, '[Errno 113] No route to host')
  const launch = beginLaunch(context, 'pingpong')
  const { roundTripUs } = expectedTcp(link, 1)
  // Beyond a small message the bytes themselves take time, each way.
  const wireUs = (2 * options.bytes) / (link.streamGBps * 1000)
  const samples = latencySamples(launch.random, (roundTripUs + wireUs) * launch.factor, options.messages)
  const bytes = (options.messages + options.warmup) * (options.bytes + FRAME_BYTES)
  const messages = options.messages + options.warmup
  const seconds = (samples.reduce((sum, sampleUs) => sum + sampleUs, 0) * (messages / samples.length)) / 1e6
  const work = { seconds, cores: 0.35, segments: messages }
  moveTraffic(context.dir, context.model, link.device, [
    { host: context.host.name, txBytes: bytes, rxBytes: bytes, work },
    { host: reached.host.name, txBytes: bytes, rxBytes: bytes, work },
  ])
  await deliver(reached.listener, {})
  await pause(20)
  const document = {
    headroom: 'pingpong',
    version: 1,
    python: '3.10.12',
    local: options.bind ?? context.host.addresses[reached.device],
    remote: reached.host.addresses[reached.device],
    message_bytes: options.bytes,
    warmup: options.warmup,
    messages: options.messages,
    cut_by_time_limit: false,
    rtt_us: samples.map((sample) => Number(sample.toFixed(3))),
  }
  context.print(JSON.stringify(document))
  return 0
}

/** Stands in for the tcp probe's pingpong.py, whose addresses exist in the lab only: same arguments, same document. */
export const pingpong: Tool = async (args, context) => {
  const script = args.findIndex((word) => word.endsWith('pingpong.py'))
  const parsed = parseArguments(args.slice(script + 1), spec)
  const [mode, address = '', portText] = parsed.positional
  const port = wholeNumber(portText, 0)
  const messages = wholeNumber(parsed.options.get('messages'), 2000)
  const warmup = wholeNumber(parsed.options.get('warmup'), 200)
  const bytes = wholeNumber(parsed.options.get('bytes'), 64)
  const valid = port && messages !== null && messages <= MAX_MESSAGES && warmup !== null && bytes
  if (!valid || (mode !== 'listen' && mode !== 'send')) {
    context.warn('usage: pingpong.py {listen,send} address port [--bind B] [--messages N] [--warmup N] [--bytes N] [--seconds S]')
    return 2
  }
  if (mode === 'listen') return listen(context, address, port)
  return send(context, address, port, { messages, warmup, bytes, bind: parsed.options.get('bind') ?? null })
}
