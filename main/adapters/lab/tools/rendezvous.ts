import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { addListener, findListener, removeListener, type Listener } from '../listeners'
import { findHost, type LabHostState } from '../state'
import { pause, type ToolContext } from './context'

/** One message each way, as a line of JSON, over real TCP on loopback. */
const readLine = (socket: Socket): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = ''
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => {
      text += chunk
      const end = text.indexOf('\n')
      if (end >= 0) resolve(text.slice(0, end))
    })
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('the other side closed the connection')))
  })

const listenOn = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      const address = server.address()
      if (address !== null && typeof address === 'object') resolve(address.port)
      else reject(new Error('no loopback port'))
    })
  })

/** The simulated port itself where it is free, so that a look into the real /proc/net/tcp finds it; else any port. */
const listen = async (server: Server, port: number): Promise<number> => {
  try {
    return await listenOn(server, port)
  } catch {
    // Taken on this machine, perhaps by another simulated host: only the lab's own table is binding.
    return listenOn(server, 0)
  }
}

export interface ServeOptions<Request> {
  tool: string
  port: number
  /** Ends after the first client. */
  once: boolean
  onListening(): void
  /** Prints the server's side; the client goes on when this returns. */
  onClient(request: Request): void
}

/** Waits on a simulated port until a client has been served (or for ever). False: the port is taken. */
export const serve = async <Request>(context: ToolContext, options: ServeOptions<Request>): Promise<boolean> => {
  const server = createServer()
  const realPort = await listen(server, options.port)
  const listener: Listener = { host: context.host.name, tool: options.tool, port: options.port, realPort, pid: process.pid }
  if (!addListener(context.dir, listener)) {
    server.close()
    return false
  }
  const stop = (): void => {
    removeListener(context.dir, listener)
    server.close()
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.once(signal, () => {
      stop()
      process.exit(signal === 'SIGTERM' ? 143 : 130)
    })
  }
  options.onListening()
  await new Promise<void>((resolve, reject) => {
    server.on('connection', (socket) => {
      readLine(socket)
        .then((line) => {
          options.onClient(JSON.parse(line) as Request)
          socket.end('"done"\n')
          if (options.once) resolve()
        })
        .catch(reject)
    })
  })
  stop()
  return true
}

export type Reached =
  { outcome: 'unknown_host' | 'refused' | 'wrong_server' } | { outcome: 'ready'; host: LabHostState; device: string; listener: Listener }

const POLL_MS = 10

/** Looks for a server of the same tool behind a simulated address and port, for at most so long. */
export const reach = async (context: ToolContext, tool: string, address: string, port: number, patienceMs = 0): Promise<Reached> => {
  const found = findHost(context.state, address)
  if (!found) return { outcome: 'unknown_host' }
  const deadline = Date.now() + patienceMs
  let listener = findListener(context.dir, found.host.name, port)
  while (!listener && Date.now() < deadline) {
    await pause(POLL_MS)
    listener = findListener(context.dir, found.host.name, port)
  }
  if (!listener) return { outcome: 'refused' }
  if (listener.tool !== tool) return { outcome: 'wrong_server' }
  return { outcome: 'ready', ...found, listener }
}

/** Hands the request to the server and waits until it has printed its side. */
export const deliver = async (listener: Listener, request: object): Promise<void> => {
  const socket = createConnection({ host: '127.0.0.1', port: listener.realPort, noDelay: true })
  const answer = readLine(socket)
  socket.write(`${JSON.stringify(request)}\n`)
  await answer
  socket.end()
}
