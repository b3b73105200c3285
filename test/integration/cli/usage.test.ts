import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cli, startCli } from '../../lab/cli'

interface Failure {
  problem: { code: string; message: string }
}

const launcher = join(import.meta.dirname, '../../../main/hosts/launch.mjs')
const builtCli = join(import.meta.dirname, '../../../out/main/cli.js')
const oldNode = '/usr/bin/node'
const isOld = existsSync(oldNode) && Number(/v(\d+)/.exec(execFileSync(oldNode, ['--version'], { encoding: 'utf8' }))?.[1]) < 22

describe('the command line', () => {
  let dir: string
  let data: string[]
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'headroom-cli-'))
    data = ['--data', join(dir, 'data')]
    writeFileSync(join(dir, 'garbage.txt'), 'nothing that any tool prints\n')
    writeFileSync(join(dir, 'bad.yaml'), 'headroom: 1\nquestion: [\n')
    expect((await cli(['hosts', 'add', 'here', '--local', ...data])).code).toBe(0)
  }, 120_000)
  afterAll(() => rmSync(dir, { recursive: true, force: true }))

  it.each<[string, number, string]>([
    ['nonsense', 64, 'input.usage'],
    ['', 64, 'input.usage'],
    ['hosts', 64, 'input.usage'],
    ['run', 64, 'input.usage'],
    ['hosts list --bogus', 64, 'input.usage'],
    ['hosts list --lang tlh', 64, 'input.usage'],
    ['hosts add two', 64, 'input.invalid'],
    ['hosts add ../x --ssh lab', 64, 'input.invalid'],
    ['hosts add x --ssh -oProxyCommand=id', 64, 'input.invalid'],
    ['hosts remove nobody', 1, 'store.not_found'],
    ['probes describe nothing', 64, 'input.usage'],
    ['plan check DIR/bad.yaml', 64, 'input.invalid'],
    ['plan check DIR/absent.yaml', 1, 'input.file_unreadable'],
    ['run DIR', 1, 'input.file_unreadable'],
    ['runs show nothing', 1, 'store.not_found'],
    ['runs logs nothing', 1, 'store.not_found'],
    ['runs cancel nothing', 1, 'store.not_found'],
    ['runs resume nothing', 1, 'store.not_found'],
    ['compare nothing --by fabric', 1, 'store.not_found'],
    ['report nothing', 1, 'store.not_found'],
    ['import DIR/garbage.txt', 1, 'parse.unrecognised'],
    ['import DIR/absent.txt', 1, 'input.file_unreadable'],
    ['import DIR/garbage.txt --arm fabric', 64, 'input.usage'],
    ['serve --port 70000', 64, 'input.usage'],
    ['verify --data DIR/absent', 1, 'store.not_found'],
    ['hosts list --data DIR/garbage.txt', 64, 'input.invalid'],
    ['hosts add x --local --data DIR/garbage.txt/below', 64, 'input.invalid'],
    ['hosts add x --local --data /proc/below', 64, 'input.invalid'],
  ])('headroom %s ends with %i and one document that says %s', async (line, code, problem) => {
    const args = line
      .replaceAll('DIR', dir)
      .split(' ')
      .filter((word) => word !== '')
    const ran = await cli([...(args.includes('--data') ? [] : data), '--json', ...args])
    expect({ code: ran.code, problem: (ran.json() as Failure).problem.code }, ran.stdout + ran.stderr).toEqual({ code, problem })
    expect((ran.json() as Failure).problem.message).not.toMatch(/Error: |✖/)
    expect(ran.stderr).toContain(`[${problem}]`)
  })

  it('takes options before and after the command, and prints nothing else on stdout', async () => {
    for (const args of [
      ['--json', ...data, 'hosts', 'list'],
      ['hosts', 'list', '--json', ...data],
    ]) {
      const ran = await cli(args)
      expect(ran.json()).toMatchObject({ hosts: [{ name: 'here', spec: { local: true } }] })
      expect(ran.stderr).toBe('')
    }
  })

  it('explains in the language that is asked for, also wrong usage', async () => {
    expect((await cli(['--lang', 'zh-CN', 'compare', 'nothing', '--by', 'x', ...data])).stderr).toMatch(/找不到/)
    expect((await cli(['nonsense', '--lang=zh-CN'])).stderr).toMatch(/此命令行无法执行/)
    expect((await cli(['runs', 'show', 'nothing', ...data], { LC_ALL: 'zh_CN.UTF-8' })).stderr).toMatch(/找不到/)
  })

  it('one host that does not answer hides nothing of the others', async () => {
    const ran = await cli(['hosts', 'inventory', 'here', 'absent.invalid', '--json', ...data])
    expect(ran.code).toBe(69)
    const { hosts } = ran.json() as { hosts: { host: string; inventory: { hostname: string } | null; problem: { code: string } | null }[] }
    expect(hosts).toMatchObject([
      { host: 'here', problem: null },
      { host: 'absent.invalid', inventory: null, problem: { code: 'ssh.unreachable' } },
    ])
    expect(hosts[0]?.inventory?.hostname).toBeTruthy()
  })

  it('a reader that leaves early is no failure, a full disk is', () => {
    const shell = (command: string): string =>
      execFileSync('bash', ['-c', command], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
    const program = `'${process.execPath}' '${launcher}' cli probes describe nccl`
    expect(shell(`${program} 2>&1 >/dev/null | head -1; ${program} --json | head -c 1; echo " \${PIPESTATUS[0]}"`)).toBe('{ 0\n')
    const full = spawnSync('bash', ['-c', `${program} > /dev/full`], { encoding: 'utf8' })
    expect(full.status).toBe(1)
    expect(full.stderr).toMatch(/^The output cannot be written: ENOSPC[^\n]*\n$/)
  })

  it('works without HOME', () => {
    const env: NodeJS.ProcessEnv = { ...process.env, HEADROOM_DATA: join(dir, 'homeless') }
    delete env.HOME
    const ran = spawnSync(process.execPath, [launcher, 'cli', 'hosts', 'list', '--json'], { env, encoding: 'utf8' })
    expect(JSON.parse(ran.stdout)).toMatchObject({ hosts: [] })
  })

  it.skipIf(!isOld)('says which Node it needs, instead of crashing on an older one', () => {
    for (const program of [builtCli, launcher]) {
      const ran = spawnSync(oldNode, [program, 'hosts', 'list'], { encoding: 'utf8' })
      expect({ status: ran.status, signal: ran.signal, stdout: ran.stdout }).toEqual({ status: 64, signal: null, stdout: '' })
      expect(ran.stderr).toMatch(/needs Node 22 or newer; this is v\d+/)
    }
  })

  it('a second writer hears who holds the store, a reader reads beside it, and a taken port is named', async () => {
    const serving = startCli(['serve', '--json', ...data])
    try {
      const url = await new Promise<string>((resolve) => serving.process.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString())))
      expect(JSON.parse(url)).toMatchObject({ origin: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/$/) as string })
      const second = await cli(['hosts', 'add', 'two', '--local', '--json', ...data])
      expect(second.code).toBe(1)
      expect((second.json() as Failure).problem).toMatchObject({
        code: 'store.busy',
        message: expect.stringMatching(/process \d+ on /) as string,
      })
      expect((await cli(['hosts', 'list', '--json', ...data])).json()).toMatchObject({ hosts: [{ name: 'here' }] })
      expect((await cli(['hosts', 'inventory', 'here', '--json', ...data])).code).toBe(0)
    } finally {
      serving.process.kill('SIGTERM')
    }
    expect((await serving.done).code).toBe(0)
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    const port = String((taken.address() as { port: number }).port)
    const ran = await cli(['serve', '--json', '--port', port, ...data])
    taken.close()
    expect(ran.code).toBe(64)
    expect((ran.json() as Failure).problem.message).toContain(port)
  })
})
