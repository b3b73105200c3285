import { randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'
import { appError, type EventName, type Unsubscribe } from '../../../preload/contract'
import type { Server } from '../../../preload/contract/rpc'
import { contentSecurityPolicy, sendStatic } from './static'

export interface WebServerOptions {
  server: Server
  onEvent: (listener: (event: EventName, payload: unknown) => void) => Unsubscribe
  /** Folder of the built renderer. */
  rendererDir: string
  port?: number
}

export interface WebServer {
  /** `http://127.0.0.1:PORT/` without the token. */
  origin: string
  token: string
  /** What to open in a browser; the token is in the fragment, so it reaches no log and no Referer. */
  url: string
  close(): Promise<void>
}

/**
 * An idle connection is kept this long. With Node's five seconds a large comparison, which holds the thread for longer, would end connections on which
 * the next call lies already: the window would say that the program is gone.
 */
const keepAliveMs = 10 * 60_000

const maxBodyBytes = 256 * 1024 * 1024
const callBody = z.object({ id: z.string().max(100), method: z.string().max(100), payload: z.unknown() })

const sendJson = (response: ServerResponse, status: number, value: unknown): void => {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  response.end(JSON.stringify(value))
}

const refuse = (response: ServerResponse, status: number, message: string): void =>
  sendJson(response, status, { ok: false, problem: { code: 'input.invalid', message } })

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > maxBodyBytes) throw appError('input.invalid', `The request is larger than ${maxBodyBytes} bytes.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const handleCall = async (request: IncomingMessage, response: ServerResponse, server: Server): Promise<void> => {
  const aborter = new AbortController()
  response.on('close', () => {
    if (!response.writableFinished) aborter.abort()
  })
  let body: z.infer<typeof callBody>
  try {
    body = callBody.parse(JSON.parse(await readBody(request)))
  } catch (error) {
    return refuse(response, 400, error instanceof Error ? error.message : String(error))
  }
  const reply = await server.call(body.id, body.method, body.payload, aborter.signal)
  if (!response.destroyed) sendJson(response, 200, reply)
}

const handleEvents = (response: ServerResponse, onEvent: WebServerOptions['onEvent']): void => {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  response.write(': connected\n\n')
  const stop = onEvent((event, payload) => response.write(`event: ${event}\ndata: ${JSON.stringify(payload)}\n\n`))
  const keepAlive = setInterval(() => response.write(': alive\n\n'), 15_000)
  response.on('close', () => {
    clearInterval(keepAlive)
    stop()
  })
}

/**
 * The app on loopback. A page from elsewhere cannot use it: the Host header must be ours (DNS rebinding), a foreign Origin
 * is refused, and every call needs the random token (other users of this machine).
 */
export const startWebServer = async ({ server, onEvent, rendererDir, port = 0 }: WebServerOptions): Promise<WebServer> => {
  const token = randomBytes(32).toString('base64url')
  const expected = Buffer.from(`Bearer ${token}`)
  const http = createHttpServer({ keepAliveTimeout: keepAliveMs })
  await new Promise<void>((resolve, reject) => {
    http.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE' ? appError('input.invalid', `Port ${port} on 127.0.0.1 is in use; choose another with --port.`) : error,
      ),
    )
    http.listen(port, '127.0.0.1', resolve)
  })
  const bound = (http.address() as AddressInfo).port
  const hosts = new Set([`127.0.0.1:${bound}`, `localhost:${bound}`])
  const origins = new Set([...hosts].map((host) => `http://${host}`))

  const authorised = (request: IncomingMessage): boolean => {
    const given = Buffer.from(request.headers.authorization ?? '')
    return given.length === expected.length && timingSafeEqual(given, expected)
  }
  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!hosts.has(request.headers.host ?? '')) return refuse(response, 421, 'This server answers only to its own loopback name.')
    if (request.headers.origin !== undefined && !origins.has(request.headers.origin))
      return refuse(response, 403, 'Requests from other origins are refused.')
    const path = new URL(request.url ?? '/', 'http://local').pathname
    if (!path.startsWith('/api/')) return sendStatic(request, response, rendererDir, path)
    if (!authorised(request)) return refuse(response, 401, 'The token is missing or wrong; open the address that headroom printed.')
    if (path === '/api/call' && request.method === 'POST') return handleCall(request, response, server)
    if (path === '/api/events' && request.method === 'GET') return handleEvents(response, onEvent)
    return refuse(response, 404, 'There is nothing here.')
  }
  http.on('request', (request, response) => {
    response.setHeader('content-security-policy', contentSecurityPolicy)
    route(request, response).catch((error: unknown) => {
      if (!response.headersSent) refuse(response, 500, error instanceof Error ? error.message : String(error))
      else response.destroy()
    })
  })
  const origin = `http://127.0.0.1:${bound}/`
  return {
    origin,
    token,
    url: `${origin}#token=${token}`,
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve())
        http.closeAllConnections()
      }),
  }
}
