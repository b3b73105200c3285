import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundleEntry } from '../../../test/lab/bundle'
import { planSchema } from '../../../preload/contract'
import { parse } from 'yaml'
import { startLab, type Lab } from './index'
import { processesOfLab } from './processes'

const hasSsh = spawnSync('ssh', ['-V']).status === 0 && spawnSync('sftp', ['-?']).error === undefined
const folder = mkdtempSync(join(tmpdir(), 'headroom-lab-'))
let lab: Lab

interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

/** By the system's OpenSSH client. Asynchronous, because the servers live in this process. */
const run = async (program: string, args: string[], input: string | Buffer = ''): Promise<Ended> => {
  const child = spawn(program, args)
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  child.stdin.end(input)
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, stdout: Buffer.concat(out).toString('latin1'), stderr: Buffer.concat(err).toString('latin1') }
}
const ssh = (host: string, command: string, input: string | Buffer = ''): Promise<Ended> =>
  run('ssh', ['-F', lab.sshConfigFile, host, command], input)
const sftp = (host: string, commands: string): Promise<Ended> => run('sftp', ['-F', lab.sshConfigFile, '-b', '-', host], commands)
const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex')

describe.skipIf(!hasSsh)('the simulated hosts, seen by OpenSSH', () => {
  beforeAll(async () => {
    const toolEntry = await bundleEntry('main/adapters/lab/tool.ts')
    lab = await startLab({ dir: folder, seed: 11, toolEntry })
  })
  afterAll(async () => {
    await lab.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test('exec: output on both streams, exit codes, home, identity', async () => {
    const ended = await ssh('gpu-a', 'hostname; uname -n; pwd; echo "$HEADROOM_SIMULATED" "$USER"; echo oops >&2; exit 3')
    expect(ended).toEqual({ code: 3, stdout: `gpu-a\ngpu-a\n${lab.hosts[0]?.home}\n1 lab\n`, stderr: 'oops\n' })
    expect((await ssh('gpu-b', 'hostname -I')).stdout).toBe('10.20.0.2 10.30.0.2\n')
  })

  test('the environment of this process does not leak into the hosts', async () => {
    process.env['HEADROOM_TEST_LEAK'] = 'leaked'
    const { stdout } = await ssh('gpu-a', 'env')
    delete process.env['HEADROOM_TEST_LEAK']
    expect(stdout).not.toContain('leaked')
  })

  test('a command that a signal ends is reported as such', async () => {
    expect((await ssh('gpu-a', 'kill -TERM $$')).code).toBe(255)
  })

  test('standard input of 8 MiB passes unchanged, both ways', async () => {
    const bytes = randomBytes(8 * 2 ** 20)
    expect((await ssh('gpu-a', 'sha256sum', bytes)).stdout).toBe(`${sha256(bytes)}  -\n`)
    const { stdout } = await ssh('gpu-a', 'cat', bytes)
    expect(sha256(Buffer.from(stdout, 'latin1'))).toBe(sha256(bytes))
  })

  test('the shell reads a program from standard input', async () => {
    const ended = await run('ssh', ['-F', lab.sshConfigFile, '-T', 'gpu-b'], 'echo one\necho two\nexit 5\n')
    expect(ended).toMatchObject({ code: 5, stdout: 'one\ntwo\n' })
  })

  test('a detached process survives its session, and ends with the lab', async () => {
    await ssh('gpu-a', 'setsid sh -c "sleep 0.3; echo late >late.txt; sleep 300" </dev/null >/dev/null 2>&1 &')
    await expect.poll(() => existsSync(join(lab.hosts[0]?.home ?? '', 'late.txt')), { timeout: 5000 }).toBe(true)
    expect(processesOfLab(folder).length).toBeGreaterThan(0)
    const other = mkdtempSync(join(tmpdir(), 'headroom-lab-'))
    const second = await startLab({ dir: other, seed: 1, toolEntry: '/nonexistent' })
    await run('ssh', ['-F', second.sshConfigFile, 'gpu-a', 'setsid sleep 300 </dev/null >/dev/null 2>&1 &'])
    expect(processesOfLab(other)).toHaveLength(1)
    await second.close()
    expect(processesOfLab(other)).toHaveLength(0)
    expect(processesOfLab(folder).length).toBeGreaterThan(0)
    rmSync(other, { recursive: true, force: true })
  })

  test('only the right key of the right user is let in', async () => {
    const stranger = join(folder, 'stranger')
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', stranger])
    const asOther = await run('ssh', ['-F', lab.sshConfigFile, '-o', 'User=root', '-o', 'BatchMode=yes', 'gpu-a', 'true'])
    const withOther = await run('ssh', [
      '-F',
      '/dev/null',
      '-i',
      stranger,
      '-o',
      'IdentitiesOnly=yes',
      '-o',
      'BatchMode=yes',
      '-o',
      `UserKnownHostsFile=${join(folder, 'known_hosts')}`,
      '-p',
      String(lab.hosts[0]?.port),
      'lab@127.0.0.1',
      'true',
    ])
    for (const refused of [asOther, withOther]) {
      expect(refused.code).toBe(255)
      expect(refused.stderr).toContain('Permission denied')
    }
  })

  test('the server says that it is simulated', async () => {
    const banner = await new Promise<string>((resolve, reject) => {
      const socket = connect(lab.hosts[0]?.port ?? 0, '127.0.0.1')
      socket.once('error', reject)
      socket.once('data', (chunk) => {
        resolve(chunk.toString())
        socket.destroy()
      })
    })
    expect(banner).toMatch(/^SSH-2\.0-HeadroomSimulatedLab\r\n/)
  })

  test('clients that break off or talk nonsense leave the other sessions alone', async () => {
    const port = lab.hosts[0]?.port ?? 0
    for (const words of ['', 'GET / HTTP/1.0\r\n\r\n', `SSH-2.0-x\r\n${'\u00ff'.repeat(5000)}`]) {
      const socket = connect(port, '127.0.0.1')
      await new Promise((resolve) => socket.once('connect', resolve))
      socket.on('error', () => socket.destroy())
      if (words !== '') await new Promise((resolve) => socket.write(words, resolve))
      socket.resetAndDestroy()
    }
    const flood = spawn('ssh', ['-F', lab.sshConfigFile, 'gpu-a', 'echo $$ >flood.pid; exec yes'], { stdio: ['ignore', 'pipe', 'ignore'] })
    await new Promise((resolve) => flood.stdout.once('data', resolve))
    flood.kill('SIGKILL')
    const pid = Number(readFileSync(join(lab.hosts[0]?.home ?? '', 'flood.pid'), 'utf8'))
    await expect.poll(() => processesOfLab(folder).includes(pid), { timeout: 5000 }).toBe(false)
    expect((await ssh('gpu-a', 'echo alive')).stdout).toBe('alive\n')
  })

  test('sftp: folders, a round trip of 3 MiB, rename, mode, removal', async () => {
    const source = join(folder, 'source.bin')
    const back = join(folder, 'back.bin')
    writeFileSync(source, randomBytes(3 * 2 ** 20 + 17))
    const ended = await sftp(
      'gpu-b',
      `mkdir up\nput ${source} up/a\nchmod 640 up/a\nrename up/a up/b\nls -l up\nget up/b ${back}\nrm up/b\nrmdir up\npwd\n`,
    )
    expect(ended.code).toBe(0)
    expect(ended.stdout).toMatch(/-rw-r----- .* 3145745 .* b\n/)
    expect(ended.stdout).toContain(`Remote working directory: ${lab.hosts[1]?.home}`)
    expect(sha256(readFileSync(back))).toBe(sha256(readFileSync(source)))
    expect(existsSync(join(lab.hosts[1]?.home ?? '', 'up'))).toBe(false)
  })

  test('sftp does not leave the home folder, not even through a link', async () => {
    await ssh('gpu-b', `ln -s / outside; ln -s ${folder}/planted dangling`)
    for (const path of ['/etc/passwd', '../../../id_ed25519', 'outside/etc/passwd']) {
      const taken = join(folder, 'taken')
      const ended = await sftp('gpu-b', `get ${path} ${taken}\n`)
      expect(ended.code).toBe(1)
      expect(existsSync(taken)).toBe(false)
    }
    const written = await sftp('gpu-b', `put ${join(folder, 'known_hosts')} dangling\n`)
    expect(written.code).toBe(1)
    expect(existsSync(join(folder, 'planted'))).toBe(false)
  })

  test('the plan is valid and names the hosts by their aliases', () => {
    const plan = planSchema.parse(parse(lab.planYaml))
    expect(Object.keys(plan.hosts)).toEqual(['gpu-a', 'gpu-b'])
    expect(plan.factors).toEqual({ fabric: ['ethernet', 'infiniband'] })
    expect(plan.fabrics['infiniband']).toEqual({
      kind: 'infiniband',
      interfaces: { 'gpu-a': 'ib0', 'gpu-b': 'ib0' },
      hcas: { 'gpu-a': 'mlx5_0:1', 'gpu-b': 'mlx5_0:1' },
    })
    expect(plan.probes.map((use) => use.probe)).toEqual(['tcp', 'nccl', 'rdma'])
  })
})
