import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { procedures, type Method } from '../../preload/contract'
import { createClient, type Client, type RpcTransport } from '../../preload/contract/rpc'
import { startCore, wires, type Core } from './harness'

const plan = {
  headroom: 1 as const,
  question: 'Is it contracted?',
  hosts: { here: { local: true as const }, too: { local: true as const } },
  probes: [{ probe: 'tcp', hosts: ['here', 'too'], params: {} }],
}

const methods = Object.keys(procedures) as Method[]
const needsInput = methods.filter((method) => !procedures[method].input.safeParse({}).success)

describe.each(wires)('the contract over $name', (wire) => {
  let core: Core
  let transport: RpcTransport
  let client: Client
  let close: () => Promise<void>

  beforeAll(async () => {
    core = startCore()
    const opened = await wire.open(core)
    transport = opened.transport
    close = opened.close
    client = createClient(transport)
  })
  afterAll(async () => {
    await close()
    await core.close()
  })

  it.each(needsInput)('%s answers bad input with a problem, not a crash', async (method) => {
    const reply = await transport.call('x', method, { surprising: ['<script>', 1e308] })
    expect(reply).toMatchObject({ ok: false, problem: { code: 'input.invalid' } })
  })

  it('refuses procedures that do not exist, inherited names included', async () => {
    for (const method of ['hosts.explode', 'constructor', '__proto__', 'toString']) {
      expect(await transport.call('x', method, {})).toMatchObject({ ok: false, problem: { code: 'input.invalid' } })
    }
  })

  it('keeps the address book', async () => {
    await client.call('hosts.add', { name: 'here', spec: { local: true } })
    await expect(client.call('hosts.list', {})).resolves.toMatchObject({
      hosts: [{ name: 'here', spec: { local: true }, inventory: null }],
    })
    await client.call('hosts.remove', { name: 'here' })
    await expect(client.call('hosts.list', {})).resolves.toMatchObject({ hosts: [] })
  })

  it('describes itself and its probes', async () => {
    await expect(client.call('system.info', {})).resolves.toMatchObject({ version: '0.0.0-test', host: 'web' })
    const probes = await client.call('probes.list', {})
    expect(probes.map((probe) => probe.id)).toEqual(expect.arrayContaining(['inventory', 'nccl', 'rdma', 'tcp']))
    for (const probe of probes) expect(probe.paramsSchema).toMatchObject({ type: 'object' })
    const readers = await client.call('probes.readers', {})
    expect(readers.map((reader) => reader.id)).toEqual(expect.arrayContaining(['nccl', 'kernel', 'timeline']))
  })

  it('takes small files together, and the same message again as done', async () => {
    const { id } = await client.call('imports.open', {})
    const files = ['a/1.txt', 'b/1.txt'].map((path) => ({ path, base64: Buffer.from(`words of ${path}`).toString('base64') }))
    for (let times = 0; times < 2; times += 1) await client.call('imports.addSmall', { id, files })
    await expect(client.call('imports.status', { id })).resolves.toMatchObject({ totals: { files: 2, bytes: 32, waiting: 2 } })
    const outside = await transport.call('x', 'imports.addSmall', { id, files: [{ path: '../etc/passwd', base64: '' }] })
    expect(outside).toMatchObject({ ok: false, problem: { code: 'input.invalid' } })
    await client.call('imports.discard', { id })
  })

  it('sets a target, answers what held before, and refuses what is no target', async () => {
    const told: unknown[] = []
    const stop = client.on('targets.changed', (payload) => told.push(payload))
    const set = (value: number | null | 'default') => client.call('indicators.setTarget', { id: 'latency_mean', value })
    expect(await set(500_000)).toEqual({ id: 'latency_mean', value: 'default' })
    expect(await set(null)).toEqual({ id: 'latency_mean', value: 500_000 })
    expect(await set('default')).toEqual({ id: 'latency_mean', value: null })
    await vi.waitFor(() => expect(told).toHaveLength(3))
    stop()
    for (const change of [
      { id: 'mfu', value: 1.5 },
      { id: 'mfu', value: -1 },
      { id: 'mfu', value: 0 },
      { id: 'mood', value: 1 },
    ])
      expect(await transport.call('x', 'indicators.setTarget', change)).toMatchObject({ ok: false, problem: { code: 'input.invalid' } })
  })

  it('turns a plan into YAML and back', async () => {
    const { yaml } = await client.call('plans.toYaml', { plan })
    const parsed = await client.call('plans.parse', { yaml })
    expect(parsed.problems).toEqual([])
    expect(parsed.plan).toMatchObject({ question: plan.question, repeats: 5, order: { kind: 'randomised-blocks' } })
  })

  it('says what is wrong with a plan, all at once', async () => {
    const { plan: none, problems } = await client.call('plans.parse', {
      yaml: 'headroom: 1\nquestion: q\nhosts: {}\nrepeats: many\nprobes: []\n',
    })
    expect(none).toBeNull()
    const text = problems.map((problem) => problem.message).join('\n')
    expect(text).toMatch(/repeats \(line 4\)/)
    expect(text).toMatch(/probes \(line 5\)/)
  })

  it('has empty lists and typed not-found answers on an empty store', async () => {
    await expect(client.call('experiments.list', {})).resolves.toEqual([])
    await expect(client.call('store.verify', {})).resolves.toMatchObject({ ok: true, findings: [] })
    for (const [method, input] of [
      ['experiments.get', { id: 'exp-none' }],
      ['runs.get', { id: 'run-none' }],
      ['runs.log', { id: 'run-none', name: 'client/stdout' }],
      ['runs.retry', { id: 'run-none' }],
      ['compare.run', { experiment: 'none', by: 'fabric' }],
      ['series.get', { id: 7 }],
      ['reports.model', { experiment: 'none' }],
      ['reports.export', { experiment: 'none', lang: 'en' }],
      ['hosts.test', { name: 'nobody' }],
      ['imports.add', { id: 'imp-none', path: 'a.log', offset: 0, base64: '', last: true }],
      ['imports.addPaths', { id: 'imp-none', paths: ['/tmp'] }],
      ['imports.preview', { id: 'imp-none' }],
      ['imports.status', { id: 'imp-none' }],
      ['imports.files', { id: 'imp-none' }],
      ['imports.commit', { id: 'imp-none', experiment: 'x' }],
      ['imports.cancel', { id: 'imp-none' }],
      ['imports.discard', { id: 'imp-none' }],
      ['imports.list', { experiment: 'none' }],
      ['imports.undo', { id: 'imp-none' }],
      ['imports.restore', { id: 'imp-none' }],
    ] as const) {
      expect(await transport.call('x', method, input), method).toMatchObject({ ok: false, problem: { code: 'store.not_found' } })
    }
  })

  it('reads a file without storing it', async () => {
    const [parsed] = await client.call('files.parse', {
      files: [{ name: 'notes.txt', base64: Buffer.from('just some words').toString('base64') }],
    })
    expect(parsed).toMatchObject({ file: 'notes.txt', problem: { code: 'parse.unrecognised' }, results: [] })
  })

  it('stages an import, stores it, and takes it back', async () => {
    const { id } = await client.call('imports.open', {})
    const settled = new Promise<void>((resolve) =>
      client.on('imports.progress', (progress) => (progress.id === id && progress.phase === 'ready' ? resolve() : undefined)),
    )
    await new Promise((resolve) => setTimeout(resolve, 300))
    const bytes = readFileSync(join(import.meta.dirname, '../../remote-scripts/tcp/fixtures/iperf3-text-two-streams/input.txt'))
    const whole = { id, path: 'eth/run1.log', base64: bytes.subarray(0, 400).toString('base64') }
    expect(await client.call('imports.add', { ...whole, offset: 0, last: false })).toEqual({ received: 400 })
    await client.call('imports.add', { ...whole, offset: 400, base64: bytes.subarray(400).toString('base64'), last: true })
    await client.call('imports.preview', { id })
    await settled
    expect(await client.call('imports.files', { id })).toMatchObject({ total: 1, files: [{ path: 'eth/run1.log', state: 'recognised' }] })
    const { import: record, experiment } = await client.call('imports.commit', { id, experiment: 'old logs', arm: { fabric: 'ethernet' } })
    expect(await client.call('imports.status', { id })).toMatchObject({ progress: { phase: 'stored' }, totals: { recognised: 1 } })
    expect(await client.call('experiments.get', { id: experiment })).toMatchObject({
      runs: [{ arm: { fabric: 'ethernet' }, status: 'done' }],
    })
    expect(await client.call('imports.undo', { id: record.id })).toMatchObject({ undone: true })
    await expect(client.call('experiments.list', {})).resolves.toEqual([])
    await client.call('imports.restore', { id: record.id })
    expect(await client.call('imports.list', { experiment })).toEqual([{ ...record, undone: false }])
    await client.call('imports.undo', { id: record.id })
  })

  it.each(['../up.log', '/etc/passwd', 'a/../../b', 'a//b', 'a\\b', 'nul\u0000', '.', ''])(
    'refuses a staged file named %j',
    async (path) => {
      const { id } = await client.call('imports.open', {})
      const reply = await transport.call('x', 'imports.add', { id, path, offset: 0, base64: '', last: true })
      expect(reply).toMatchObject({ ok: false, problem: { code: 'input.invalid' } })
      await client.call('imports.discard', { id })
    },
  )

  it('delivers events, and prompts with their answers', async () => {
    const asked = new Promise<string>((resolve) => client.on('prompt.requested', (request) => resolve(request.id)))
    await client.call('system.info', {})
    await new Promise((resolve) => setTimeout(resolve, 300))
    const answer = core.prompts.ask({ kind: 'password', host: 'gpu', user: 'me' })
    const id = await asked
    await expect(client.call('prompts.pending', {})).resolves.toMatchObject([{ id, kind: 'password' }])
    await client.call('prompts.answer', { id, answers: ['secret'] })
    await expect(answer).resolves.toEqual(['secret'])
    await expect(client.call('prompts.pending', {})).resolves.toEqual([])
  })

  it('aborts a call that is under way', async () => {
    const aborter = new AbortController()
    const unreachable = {
      ...plan,
      hosts: { far: { ssh: 'nobody@192.0.2.1' } },
      probes: [{ probe: 'tcp', hosts: ['far', 'far'], params: {} }],
    }
    const started = Date.now()
    const call = transport.call('long', 'plans.check', { plan: unreachable }, aborter.signal).catch((error: unknown) => error)
    setTimeout(() => aborter.abort(), 100)
    await call
    expect(Date.now() - started).toBeLessThan(10_000)
  })
})
