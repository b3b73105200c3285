import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { presets } from '../presets'
import { seededRandom } from '../random'
import { Pool } from './pool'
import { ModelServer } from './server'
import { capacityPerSecond, requestUs, serviceTimes } from './service-model'

const model = presets['a100-hdr']

describe('the model of a model server', () => {
  it('a prompt costs its arithmetic, a token the weights', () => {
    const { firstUs, tokenUs } = serviceTimes(model, 1024)
    expect(tokenUs).toBeCloseTo(2.6e9 / 1750e3, 6)
    expect(firstUs).toBeCloseTo(400 + (2 * 1.3e9 * 1024) / (2048 * 108 * 1410 * 0.5), 6)
    // A short prompt still reads the weights once.
    expect(serviceTimes(model, 1).firstUs).toBeCloseTo(400 + tokenUs, 6)
    expect(requestUs({ firstUs: 100, tokenUs: 10 }, 5)).toBe(140)
    expect(capacityPerSecond(2, 25_000)).toBe(80)
  })

  it('GPUs take requests in the order in which they come, and the busy share is theirs', () => {
    const pool = new Pool(2)
    expect([pool.admit(0, 100), pool.admit(0, 100), pool.admit(10, 50), pool.admit(10, 50), pool.admit(400, 100)]).toEqual([
      0, 0, 100, 100, 400,
    ])
    expect(pool.busyShare(0, 200)).toBe(0.75)
    expect(pool.busyShare(200, 600)).toBeCloseTo(100 / 800, 12)
    expect(pool.busyShare(600, 700)).toBe(0)
  })
})

describe('the model server over HTTP', () => {
  const server = new ModelServer(model, seededRandom('test'))
  let url = ''
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.http.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.http.address() as AddressInfo).port}`
  })
  afterAll(() => {
    server.http.closeAllConnections()
    server.http.close()
  })
  const post = (path: string, body: unknown): Promise<Response> =>
    fetch(`${url}${path}`, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) })

  it('answers no sooner than the GPU is done, one after the other, and says that it is simulated', async () => {
    const begun = performance.now()
    const answers = await Promise.all([1, 2, 3].map(() => fetch(`${url}/gpus-1/generate?tokens=8`)))
    const service = requestUs(serviceTimes(model, 128), 8) / 1000
    expect(performance.now() - begun).toBeGreaterThan(3 * service * 0.93)
    expect(answers.map(({ headers }) => headers.get('x-simulated'))).toEqual(['true', 'true', 'true'])
    expect(await answers[0]?.json()).toMatchObject({ simulated: true, tokens: 8 })
  })

  it('streams as OpenAI does: a piece for each token, the usage when asked, and the end', async () => {
    const asked = {
      messages: [{ role: 'user', content: 'x'.repeat(40) }],
      max_tokens: 3,
      stream: true,
      stream_options: { include_usage: true },
    }
    const events = (await (await post('/gpus-2/v1/chat/completions', asked)).text()).split('\n\n').filter((text) => text !== '')
    expect(events.at(-1)).toBe('data: [DONE]')
    const pieces = events
      .slice(0, -1)
      .map((text) => JSON.parse(text.slice(6)) as { choices: { delta: { content: string } }[]; usage?: object })
    expect(pieces.map(({ choices }) => choices.length)).toEqual([1, 1, 1, 0])
    expect(pieces.at(-1)?.usage).toEqual({ prompt_tokens: 10, completion_tokens: 3, total_tokens: 13 })
  })

  it('refuses what it does not have or cannot read', async () => {
    expect((await fetch(`${url}/gpus-3/generate`)).status).toBe(404)
    expect((await post('/gpus-1/v1/completions', '{"prompt":')).status).toBe(400)
    expect((await post('/gpus-1/v1/completions', '[1]')).status).toBe(400)
    expect(await (await post('/gpus-1/v1/completions', { prompt: 'x', max_tokens: 2 })).json()).toMatchObject({
      choices: [{ text: 'simulated simulated', finish_reason: 'length' }],
    })
  })
})
