import { execFileSync, spawn } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cli } from '../../lab/cli'
import { canNetlab, startNetlab, type Netlab } from '../../lab/netlab'

const python = '/usr/bin/python3'
const launcher = join(import.meta.dirname, '../../../main/hosts/launch.mjs')

/** Runs the command line on a pseudo-terminal, answering what it asks in order. */
const onTerminal = (steps: [string, string][], args: string[]): Promise<{ shown: string; code: number }> =>
  new Promise((resolve) => {
    const child = spawn(python, [
      join(import.meta.dirname, 'terminal.py'),
      JSON.stringify(steps),
      process.execPath,
      launcher,
      'cli',
      ...args,
    ])
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
    child.on('close', () => {
      const lines = text.trimEnd().split('\n')
      resolve({ code: Number(lines.pop()), shown: lines.join('\n') })
    })
  })

describe.skipIf(!canNetlab || !existsSync(python))('questions on the terminal', () => {
  let lab: Netlab
  let known: string
  let args: string[]
  beforeAll(() => {
    lab = startNetlab(20)
    known = join(lab.dir, 'known_by_user')
    const key = join(lab.dir, 'encrypted')
    copyFileSync(join(lab.dir, 'key'), key)
    execFileSync('ssh-keygen', ['-p', '-q', '-f', key, '-P', '', '-N', 'open sesame'], { stdio: 'ignore' })
    const hostName = /hostname (\S+)/.exec(execFileSync('ssh', ['-F', lab.sshConfigFile, '-G', 'lab1'], { encoding: 'utf8' }))?.[1]
    writeFileSync(
      join(lab.dir, 'config_asking'),
      `Host lab1\n  HostName ${hostName}\n  User root\n  IdentityFile ${key}\n  IdentitiesOnly yes\n  UserKnownHostsFile ${known}\n`,
    )
    args = ['hosts', 'test', 'lab1', '--ssh-config', join(lab.dir, 'config_asking'), '--data', join(lab.dir, 'data')]
  })
  afterAll(() => lab?.down())

  it('never waits for an answer where there is no terminal', async () => {
    const ran = await cli([...args, '--json'])
    expect(ran.code).toBe(77)
    expect(ran.json()).toMatchObject({ hosts: [{ ok: false, problem: { code: 'ssh.host_key_unknown' } }] })
  })

  it('no refuses the key', async () => {
    const { shown, code } = await onTerminal([['Trust it?', 'no']], args)
    expect(code).toBe(77)
    expect(shown).toMatch(/ssh-ed25519 SHA256:\S{43}/)
    expect(existsSync(known)).toBe(false)
  })

  it('once trusts it without remembering; the passphrase is not shown', async () => {
    const { shown, code } = await onTerminal(
      [
        ['Trust it?', 'once'],
        ['Passphrase of', 'open sesame'],
      ],
      args,
    )
    expect(code, shown).toBe(0)
    expect(shown).not.toContain('sesame')
    expect(existsSync(known)).toBe(false)
  })

  it('yes remembers it, and the next time only the passphrase is asked', async () => {
    expect(
      (
        await onTerminal(
          [
            ['Trust it?', 'yes'],
            ['Passphrase of', 'open sesame'],
          ],
          args,
        )
      ).code,
    ).toBe(0)
    expect(readFileSync(known, 'utf8')).toMatch(/ ssh-ed25519 /)
    const { shown, code } = await onTerminal([['Passphrase of', 'open sesame']], args)
    expect(code).toBe(0)
    expect(shown).not.toMatch(/Trust it|sesame/)
  })

  it('Ctrl-C at a question declines it', async () => {
    const { shown, code } = await onTerminal([['Passphrase of', '\u0003']], args)
    expect(code).toBe(77)
    expect(shown).toContain('ssh.auth_failed')
  })
})
