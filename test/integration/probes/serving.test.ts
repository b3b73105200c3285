import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunReading } from '../../../remote-scripts/_kit/probe'
import { loadRequests } from '../../../remote-scripts/serving/formats/load-requests'
import { servingParams } from '../../../remote-scripts/serving/params'
import serving from '../../../remote-scripts/serving/probe'
import { selfSigned, startEndpoint, type Endpoint } from '../../lab/endpoint'
import { runRoles } from './run-roles'

let endpoint: Endpoint
let folder = ''
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hr-serving-'))
  endpoint = await startEndpoint()
})
afterAll(() => {
  endpoint?.stop()
  rmSync(folder, { recursive: true, force: true })
})

interface Loaded extends RunReading {
  files: ReadonlyMap<string, Uint8Array>
  /** A measurement's value; of the only rate unless one is named. */
  value(metric: string, dimensions?: Record<string, unknown>): number | undefined
  /** Failed requests by kind, of all rates. */
  kinds: Record<string, number>
}

const read = (files: ReadonlyMap<string, Uint8Array>, name: string): string => new TextDecoder().decode(files.get(name))

const load = async (params: Record<string, unknown>, env: Record<string, string> = {}): Promise<Loaded> => {
  const parsed = servingParams.parse({ arrivals: 'constant', warmup_requests: 5, seconds: 1, ...params })
  const output = await runRoles(
    serving,
    { params: parsed, arm: {}, fabric: null, hosts: [{ name: 'a', python: null, inventory: null }] },
    { env },
  )
  const reading = serving.read(output)
  const kinds: Record<string, number> = {}
  for (const { metric, value, dimensions } of reading.measurements)
    if (metric === 'serving.errors') kinds[String(dimensions['kind'])] = (kinds[String(dimensions['kind'])] ?? 0) + value
  const value = (metric: string, wanted: Record<string, unknown> = {}): number | undefined =>
    reading.measurements.find(
      (one) => one.metric === metric && Object.entries(wanted).every(([name, level]) => one.dimensions[name] === level),
    )?.value
  return { ...reading, files: output.roles[0]?.files ?? new Map(), value, kinds }
}

interface QueueStats {
  n: number
  mean_us: number
  p50_us: number
  connections: number
}
const queueStats = async (): Promise<QueueStats> => (await (await fetch(`${endpoint.url}/stats`)).json()) as QueueStats

const codes = (reading: RunReading): string[] => reading.warnings.map((warning) => warning.code)

describe('the load generator against an endpoint of known service times', () => {
  it('measures a fixed delay, sends what was asked for, and obeys the law of Little', async () => {
    const found = await load({ url: `${endpoint.url}/fixed?ms=40`, rates: [100], seconds: 2 })
    expect(found.problem).toBeNull()
    expect(found.value('serving.requests')).toBe(200)
    expect(found.value('serving.error_rate')).toBe(0)
    const [min = 0, p50 = 0] = [found.value('serving.latency_min'), found.value('serving.latency_p50')]
    expect(min).toBeGreaterThan(39_500)
    expect(p50).toBeLessThan(55_000)
    expect(found.value('serving.qps')).toBeGreaterThan(95)
    expect(found.value('serving.qps')).toBeLessThan(105)
    // 100 a second, 40 ms each: four in flight.
    expect(found.value('serving.in_flight_mean')).toBeGreaterThan(3.6)
    expect(found.value('serving.in_flight_mean')).toBeLessThan(6)
    expect(found.value('serving.little_gap')).toBeLessThan(0.1)
    expect(found.series.find((one) => one.metric === 'serving.latency')?.values).toHaveLength(200)
  })

  it('the figures of the steps are those of the rows of single requests', async () => {
    const found = await load({ url: `${endpoint.url}/queue?ms=4&exponential=1`, rates: [60, 120], arrivals: 'poisson', seconds: 1.5 })
    const reader = loadRequests.open()
    reader.push(found.files.get('requests.jsonl') ?? new Uint8Array())
    const [raw] = reader.end()
    expect(raw?.problem).toBeNull()
    const figures = raw?.measurements.filter(({ metric }) => /_(mean|min|max|p\d+)$|requests$/.test(metric)) ?? []
    expect(figures.length).toBeGreaterThan(28)
    for (const { metric, dimensions, value } of figures)
      expect([metric, found.value(metric, dimensions)]).toEqual([metric, expect.closeTo(value, 2)])
  })

  it('finds the waiting in front of a single worker, as the worker itself counts it', async () => {
    await queueStats()
    // M/M/1: 100 a second come, 200 could be served: half a second of work a second, 10 ms in the system in the mean.
    const found = await load({ url: `${endpoint.url}/queue?ms=5&exponential=1`, rates: [100], arrivals: 'poisson', seconds: 5, seed: 3 })
    const known = await queueStats()
    const mean = found.value('serving.latency_mean') ?? 0
    expect(mean).toBeGreaterThan(known.mean_us * 0.9)
    expect(mean).toBeLessThan(known.mean_us * 1.15 + 3000)
    expect(mean).toBeGreaterThan(10_000 * 0.6)
    expect(found.value('serving.requests')).toBeGreaterThan(440)
    expect(found.value('serving.requests')).toBeLessThan(560)
  })

  it('finds the knee at the known capacity, and says when it cannot', async () => {
    const ramp = { url: `${endpoint.url}/queue?ms=10`, seconds: 2.5, target_ms: 400, timeout_s: 10 }
    const found = await load({ ...ramp, rates: [50, 85, 160] })
    expect(found.facts['knee_between'], String(found.facts['knee'])).toEqual([85, 160])
    expect(found.value('serving.knee_qps', { statistic: 'p95', target_us: 400_000 })).toBeCloseTo(85, -1)
    // One worker of 10 ms completes 100 a second, however many are asked for.
    expect(found.value('serving.qps', { rate_target: 160 })).toBeGreaterThan(92)
    expect(found.value('serving.qps', { rate_target: 160 })).toBeLessThan(104)
    expect(codes(found)).toEqual(expect.arrayContaining(['little_law', 'latency_alert']))
    const calm = await load({ ...ramp, rates: [20, 40], seconds: 1 })
    expect(calm.value('serving.knee_qps')).toBeUndefined()
    expect(calm.facts['knee']).toMatch(/every step meets/)
    expect(calm.facts['knee_at_least']).toMatchObject({
      completed: calm.value('serving.qps', { rate_target: 40 }),
      rate: 40,
      target_us: 400_000,
    })
    expect(codes(calm)).toContain('knee_at_least')
  }, 60_000)

  it('times tokens: first token, every gap, time per token, tokens a second', async () => {
    const url = `${endpoint.url}/v1/chat/completions?tokens=11&first_ms=60&gap_ms=20&per_piece=2`
    const found = await load({ url, api: 'chat', model: 'tiny', prompt: 'Say something', rates: [10], seconds: 2 })
    expect(found.problem).toBeNull()
    expect(found.value('serving.requests')).toBe(20)
    expect(found.value('serving.ttft_min')).toBeGreaterThan(59_500)
    expect(found.value('serving.ttft_p50')).toBeLessThan(75_000)
    expect(found.value('serving.itl_mean')).toBeGreaterThan(19_000)
    expect(found.value('serving.itl_mean')).toBeLessThan(22_000)
    // Two tokens a piece, by the endpoint's own count: 200 ms for 21 tokens after the first.
    expect(found.value('serving.tpot_p50')).toBeGreaterThan(9_300)
    expect(found.value('serving.tpot_p50')).toBeLessThan(11_500)
    expect(found.value('serving.latency_min')).toBeGreaterThan(259_500)
    expect(found.value('serving.output_tokens_per_s')).toBeGreaterThan(190)
    expect(found.value('serving.output_tokens_per_s')).toBeLessThan(250)
    expect(found.series.find((one) => one.metric === 'serving.itl')?.values).toHaveLength(20 * 10)
  })

  it('uses connections again, and opens one per request when told to', async () => {
    const before = (await queueStats()).connections
    await load({ url: `${endpoint.url}/queue?ms=1`, rates: [50] })
    const kept = (await queueStats()).connections
    await load({ url: `${endpoint.url}/queue?ms=1`, rates: [50], keep_alive: false })
    const fresh = (await queueStats()).connections
    expect(kept - before).toBeLessThan(40)
    expect(fresh - kept).toBeGreaterThanOrEqual(55)
  })
})

describe.concurrent('failures by kind', () => {
  const rates = { rates: [20], timeout_s: 0.4, connect_timeout_s: 0.4, warmup_s: 0.2, max_body_bytes: 100_000 }
  const faults: [string, string, string][] = [
    ['/stall', 'timeout', 'no whole answer within the time limit'],
    ['/close', 'closed', 'closed before an answer'],
    ['/short', 'truncated', 'closed within the answer'],
    ['/garbage', 'protocol', 'no status line'],
    ['/drip', 'protocol', 'longer than 32768 bytes'],
    ['/endless', 'too_large', 'more than 100000 bytes'],
    ['/status?code=429', 'http_status', 'HTTP 429'],
    ['/redirect?to=http://127.0.0.1:1/', 'http_status', 'HTTP 302'],
  ]
  it.each(faults)('%s: %s, and nothing is claimed to have been measured', async (path, kind, text) => {
    const found = await load({ url: `${endpoint.url}${path}`, ...rates })
    expect(found.kinds).toEqual({ [kind]: 20 })
    expect(found.measurements.find((one) => one.metric === 'serving.errors')?.dimensions['error']).toContain(text)
    expect(found.value('serving.error_rate')).toBe(1)
    expect(found.value('serving.latency_p95')).toBeUndefined()
    expect(found.problem).toMatchObject({ code: 'remote.tool_failed', message: 'No request got an answer that counts.' })
  })

  it('every fifth answer an error: they are counted, and not in the latencies', async () => {
    const found = await load({ url: `${endpoint.url}/errors?every=5`, ...rates, rates: [100] })
    expect(found.problem).toBeNull()
    expect(found.kinds).toEqual({ http_status: 20 })
    expect(found.value('serving.error_rate')).toBeCloseTo(0.2, 6)
    expect(found.series.find((one) => one.metric === 'serving.latency')?.values).toHaveLength(80)
  })

  it('a stream that breaks off after two tokens, and an endpoint that streams nothing', async () => {
    const ask = { api: 'completions', prompt: 'x', ...rates }
    const cut = await load({ url: `${endpoint.url}/v1/completions?cut=2`, ...ask })
    expect(cut.kinds).toEqual({ truncated: 20 })
    expect(cut.value('serving.ttft_p50')).toBeUndefined()
    const plain = await load({ url: `${endpoint.url}/fixed?ms=1`, ...ask })
    expect(plain.measurements.find((one) => one.metric === 'serving.errors')?.dimensions['error']).toBe('the answer is no event stream')
  })

  it('requests beyond the limit of the client are not queued', async () => {
    const found = await load({ url: `${endpoint.url}/fixed?ms=300`, rates: [40], max_in_flight: 4, warmup_s: 0.5 })
    expect(found.kinds['client_limit']).toBeGreaterThan(15)
    expect(found.value('serving.latency_max')).toBeLessThan(400_000)
  })

  it('an endpoint that is not there is said at once', async () => {
    const found = await load({ url: 'http://127.0.0.1:1/', rates: [10] })
    expect(found.problem).toMatchObject({ code: 'remote.not_listening', message: expect.stringContaining('127.0.0.1 port 1') })
    expect(found.measurements).toEqual([])
  })
})

describe.concurrent('accuracy at k', () => {
  const lines = (entries: object[]): string => entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')

  it('reads the first k choices, best first', async () => {
    const file = join(folder, 'labels.jsonl')
    // Ten prompts whose words are the predictions: the answer is the first of six, the third of six, none of one.
    const prompts = [...Array<string>(6).fill('Yes. b c d e'), ...Array<string>(3).fill('b c yes d e'), 'no']
    writeFileSync(file, lines(prompts.map((prompt) => ({ prompt, answers: ['yes'] }))))
    const url = `${endpoint.url}/v1/chat/completions?tokens=2&first_ms=1&gap_ms=1`
    const found = await load({ url, api: 'chat', labels_file: file, rates: [20], accuracy_k: [1, 5, 7] })
    expect(found.value('serving.accuracy', { k: 1 })).toBeCloseTo(0.6, 9)
    expect(found.value('serving.accuracy', { k: 5 })).toBeCloseTo(0.9, 9)
    expect(found.value('serving.accuracy', { k: 7 })).toBeUndefined()
    expect(codes(found)).toEqual(expect.arrayContaining(['accuracy_cannot_answer', 'accuracy_short']))
  })

  it('follows a path in the answer of a plain request', async () => {
    const file = join(folder, 'plain.jsonl')
    writeFileSync(file, lines([...Array(8).keys()].map((n) => ({ prompt: `w0 w1 w2 w3 "${n}`, answers: [`w${n}`] }))))
    const ask = { method: 'POST', body: '{"text": "{{prompt}}"}', predictions: '$.predictions[*].label', match: 'exact' }
    const found = await load({ url: `${endpoint.url}/predict`, ...ask, labels_file: file, rates: [20], accuracy_k: [2, 4] })
    expect(found.value('serving.accuracy', { k: 2 })).toBe(0.25)
    expect(found.value('serving.accuracy', { k: 4 })).toBe(0.5)
  })
})

describe.concurrent('secrets and trust', () => {
  const secret = 'sk-known-secret-of-this-test'

  it('sends the key that the host has, and keeps it nowhere', async () => {
    const url = `${endpoint.url}/v1/completions?tokens=1&first_ms=1&key=`
    const ask = { api: 'completions', prompt: 'x', rates: [20], api_key_env: 'TEST_API_KEY' }
    // The address may not hold a key, so the endpoint's demand is part of the params only here, past the schema.
    const params = { ...servingParams.parse({ url: `${endpoint.url}/`, warmup_requests: 5, seconds: 1, ...ask }), url: url + secret }
    const run = async (key: string): Promise<{ text: string; reading: RunReading }> => {
      const context = { params, arm: {}, fabric: null, hosts: [{ name: 'a', python: null, inventory: null }] }
      const output = await runRoles(serving, context, { env: { TEST_API_KEY: key } })
      return {
        reading: serving.read(output),
        text: output.roles.flatMap(({ files }) => [...files.keys()].map((name) => read(files, name))).join('\n'),
      }
    }
    const right = await run(secret)
    expect(right.reading.problem).toBeNull()
    expect(right.text).not.toContain(secret)
    const wrong = await run('sk-another-key')
    expect(wrong.reading.problem?.evidence).toContain('HTTP 401')
    expect(wrong.text).not.toMatch(/sk-another|known-secret/)
    const none = await run('')
    expect(none.reading.problem).toMatchObject({ code: 'input.invalid', message: expect.stringContaining('TEST_API_KEY') })
  })

  it('checks certificates unless told otherwise', async () => {
    const files = selfSigned(folder)
    const secure = await startEndpoint(files)
    try {
      const ask = { url: `${secure.url}/fixed?ms=5`, rates: [20], warmup_s: 0.2 }
      const strange = await load(ask)
      expect(Object.keys(strange.kinds)).toEqual(['tls'])
      expect(strange.problem?.evidence).toMatch(/self.signed certificate/)
      const known = await load({ ...ask, tls_ca_file: files.certificate })
      expect(known.problem).toBeNull()
      expect(known.value('serving.latency_p50')).toBeGreaterThan(4900)
      const careless = await load({ ...ask, tls_verify: false })
      expect(careless.problem).toBeNull()
      expect(codes(careless)).toContain('tls_not_verified')
    } finally {
      secure.stop()
    }
  })
})
