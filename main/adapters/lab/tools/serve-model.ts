import type { AddressInfo } from 'node:net'
import { gpuFigures } from '../gpu-figures'
import { seededRandom } from '../random'
import { ModelServer } from '../serving/server'
import { passTime, type GpuActivity } from '../simulated-time'
import { withStateLock } from '../state'
import { simulatedGpt } from '../training-kernels'
import { parseArguments, wholeNumber } from './arguments'
import type { Tool, ToolContext } from './context'

const spec = { values: { port: ['p'] }, flags: { help: ['h'], 'with-parent': [] } }
const everyMs = 250
const contextMiB = 1100
const mebibyte = 2 ** 20

/** Of one GPU that reads the weights for every token: memory is the wall, and its SMs wait for it. */
const decoding = (share: number, context: ToolContext): GpuActivity => {
  const figures = gpuFigures[context.model.preset]
  const dramActive = share * (figures.dramReachedGBps / figures.dramPeakGBps)
  return {
    util: share,
    smActive: 0.9 * share,
    tensorActive: 0.03 * share,
    dramActive,
    power: 0.45 * share,
    memoryMiB: Math.round((2 * simulatedGpt.parameters) / mebibyte) + contextMiB,
  }
}

/** Simulated time passes with the real one while requests are served, so that who watches the host sees its GPUs at work. */
const tellActivity = (server: ModelServer, context: ToolContext): NodeJS.Timeout => {
  let beforeUs = performance.now() * 1000
  return setInterval(() => {
    const toUs = performance.now() * 1000
    const shares = [...server.pools].map(([gpus, pool]) => ({ gpus, share: pool.busyShare(beforeUs, toUs) }))
    const seconds = (toUs - beforeUs) / 1e6
    beforeUs = toUs
    const busy = shares.filter(({ share }) => share > 0).sort((a, b) => b.gpus - a.gpus)[0]
    if (!busy) return
    const work = { seconds, cores: 1, gpu: { ...decoding(busy.share, context), gpus: busy.gpus } }
    withStateLock(context.dir, () => passTime(context.dir, context.model, [{ host: context.host.name, work }]))
  }, everyMs)
}

/** Until a signal comes, or the program that started it has gone. */
const untilStopped = (withParent: boolean): Promise<void> =>
  new Promise((resolve) => {
    const parent = process.ppid
    const look = setInterval(() => {
      if (withParent && process.ppid !== parent) end()
    }, everyMs)
    const end = (): void => {
      clearInterval(look)
      resolve()
    }
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, end)
  })

/** serve-model: an endpoint of known service times on this host, until it is stopped. */
export const serveModel: Tool = async (args, context) => {
  const parsed = parseArguments(args, spec)
  const port = wholeNumber(parsed.options.get('port'), 0)
  if (parsed.unknown || port === null || port > 65_535 || context.host.gpus === 0) {
    context.warn(context.host.gpus === 0 ? 'serve-model: this host has no GPU' : 'usage: serve-model [--port N] [--with-parent]')
    return 2
  }
  const server = new ModelServer(context.model, seededRandom(`${context.state.seed}/serve-model/${context.host.name}`))
  await new Promise<void>((resolve, reject) => {
    server.http.once('error', reject)
    server.http.listen(port, '127.0.0.1', resolve)
  })
  const at = (server.http.address() as AddressInfo).port
  context.print(
    `Simulated model server on http://127.0.0.1:${at}/gpus-1 (and gpus-2, gpus-4): generate, v1/chat/completions, v1/completions`,
  )
  const telling = tellActivity(server, context)
  await untilStopped(parsed.flags.has('with-parent'))
  clearInterval(telling)
  server.http.closeAllConnections()
  server.http.close()
  return 143
}
