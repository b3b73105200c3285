import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { httpTransport } from './http'
import { UnauthorisedError, type ConnectionStatus } from './types'

const servers: (() => void)[] = []
afterEach(() => {
  for (const close of servers.splice(0)) close()
})

/** A real server that speaks the web host's two addresses. */
const serve = async (): Promise<{
  fetch: typeof globalThis.fetch
  streams: ServerResponse[]
  aborted: () => boolean
  authorizations: (string | undefined)[]
}> => {
  const streams: ServerResponse[] = []
  const authorizations: (string | undefined)[] = []
  let aborted = false
  const server = createServer((request, response) => {
    authorizations.push(request.headers.authorization)
    if (request.headers.authorization !== 'Bearer t0ken') {
      response.writeHead(401).end('{}')
      return
    }
    if (request.url === '/api/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': connected\n\n')
      streams.push(response)
      return
    }
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString()))
    request.on('end', () => {
      const { id, method, payload } = JSON.parse(text) as { id: string; method: string; payload: unknown }
      if (method === 'never') response.on('close', () => (aborted = true))
      else response.end(JSON.stringify({ ok: true, value: { id, method, payload } }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  servers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { fetch: (path, init) => globalThis.fetch(`${origin}${String(path)}`, init), streams, aborted: () => aborted, authorizations }
}

const until = async (condition: () => boolean): Promise<void> => {
  const deadline = Date.now() + 5000
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('The condition never held.')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

describe('httpTransport', () => {
  it('posts a call with the token and gives the reply', async () => {
    const { fetch } = await serve()
    const reply = await httpTransport({ token: 't0ken', fetch }).call('c1', 'hosts.list', { a: 1 })
    expect(reply).toEqual({ ok: true, value: { id: 'c1', method: 'hosts.list', payload: { a: 1 } } })
  })

  it('says that the token is wrong', async () => {
    const { fetch } = await serve()
    await expect(httpTransport({ token: 'other', fetch }).call('c1', 'hosts.list', {})).rejects.toBeInstanceOf(UnauthorisedError)
  })

  it('ends the request when the call is aborted', async () => {
    const { fetch, aborted } = await serve()
    const controller = new AbortController()
    const call = httpTransport({ token: 't0ken', fetch }).call('c1', 'never', {}, controller.signal)
    setTimeout(() => controller.abort(), 50)
    await expect(call).rejects.toMatchObject({ name: 'AbortError' })
    await until(aborted)
  })

  it('delivers events, says when the stream is lost, and opens it again', async () => {
    const { fetch, streams, authorizations } = await serve()
    const transport = httpTransport({ token: 't0ken', fetch })
    const statuses: ConnectionStatus[] = []
    const payloads: unknown[] = []
    transport.onStatus((status) => statuses.push(status))
    transport.subscribe('hosts.changed', (payload) => payloads.push(payload))
    await until(() => statuses.includes('open'))
    expect(streams).toHaveLength(1)
    streams[0]?.write('event: hosts.changed\ndata: {"n":1}\n\n')
    await until(() => payloads.length === 1)
    streams[0]?.destroy()
    await until(() => streams.length === 2 && statuses.at(-1) === 'open')
    streams[1]?.write('event: hosts.changed\ndata: {"n":2}\n\n')
    await until(() => payloads.length === 2)
    expect(statuses).toEqual(['connecting', 'open', 'lost', 'open'])
    expect(payloads).toEqual([{ n: 1 }, { n: 2 }])
    expect(new Set(authorizations)).toEqual(new Set(['Bearer t0ken']))
  })
})
