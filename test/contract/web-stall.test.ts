import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { startWebServer } from '../../main/adapters/http/server'

/** Calls once, says so, and calls again on the same connection while the server is busy. */
const client = (origin: string): string => `
const http = require('node:http')
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
const call = () => new Promise((resolve) => {
  const request = http.request('${origin}api/call', { agent, method: 'POST' }, (response) => {
    response.resume().on('end', () => resolve(response.statusCode + ' ' + request.reusedSocket + '\\n'))
  })
  request.on('error', ({ code }) => resolve(code + ' ' + request.reusedSocket + '\\n'))
  request.end('{}')
})
call().then((first) => {
  process.stdout.write(first)
  setTimeout(() => call().then((second) => process.stdout.write(second, () => process.exit())), 2000)
})`

it('a call that comes while the program computes for seconds is answered on the connection it came by', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-stall-'))
  const web = await startWebServer({
    server: { call: async () => ({ ok: true, value: {} }) } as never,
    onEvent: () => () => undefined,
    rendererDir: folder,
  })
  try {
    const child = spawn(process.execPath, ['-e', client(web.origin)], { stdio: ['ignore', 'pipe', 'inherit'] })
    // As a sweeping analysis holds the thread: longer than Node keeps an idle connection by itself.
    child.stdout.once('data', () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 8000))
    // Without the token both are refused, which is an answer.
    expect((await text(child.stdout)).trim().split('\n')).toEqual(['401 false', '401 true'])
  } finally {
    await web.close()
    rmSync(folder, { recursive: true, force: true })
  }
})
