import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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
