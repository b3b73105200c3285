import { describe, expect, it } from 'vitest'
import type { SshTarget } from './config/target'
import { judgeHostKey, orderHostKeyAlgorithms } from './host-key'
import { hashName, namesMatch, parseKnownHosts } from './known-hosts'

const key = (type: string, fill: number): Buffer => {
  const name = Buffer.from(type)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(name.length)
  return Buffer.concat([length, name, Buffer.alloc(32, fill)])
}
const line = (names: string, wire: Buffer, type = 'ssh-ed25519'): string => `${names} ${type} ${wire.toString('base64')}`
const target = (more: Partial<SshTarget>): SshTarget =>
  ({ hostName: 'gpu7', port: 2200, hostKeyName: '[gpu7]:2200', hostKeyAlias: null, ...more }) as SshTarget
const ours = key('ssh-ed25519', 1)
const other = key('ssh-ed25519', 2)

describe('known_hosts lines', () => {
  it('skips what cannot be read and keeps line numbers', () => {
    const text = [
      '# comment',
      '',
      'gpu7',
      'gpu7 ssh-ed25519',
      'gpu7 ssh-rsa !!!',
      '@odd gpu7 x y',
      `  ${line('gpu7', ours)} comment`,
      line('gpu7', ours, 'ssh-rsa'),
    ].join('\n')
    expect(parseKnownHosts(text, 'f')).toEqual([
      { file: 'f', lineNumber: 7, marker: 'none', names: 'gpu7', keyType: 'ssh-ed25519', keyBase64: ours.toString('base64') },
    ])
  })

  it.each([
    ['gpu7', 'gpu7', true],
    ['GPU7', 'gpu7', true],
    ['gpu?,!gpu7', 'gpu7', false],
    ['*.lab,gpu*', 'gpu7', true],
    [hashName('gpu7'), 'gpu7', true],
    [hashName('gpu8'), 'gpu7', false],
    ['|2|x|y', 'gpu7', false],
    ['|1|short|hash', 'gpu7', false],
    ['[gpu7]:2200', '[gpu7]:2200', true],
  ])('%s covers %s: %s', (names, name, expected) => expect(namesMatch(names, name)).toBe(expected))
})

describe('verdicts on a key', () => {
  const judge = (...lines: string[]) => judgeHostKey(parseKnownHosts(lines.join('\n'), 'f'), target({}), ours).kind

  it.each([
    ['unknown', []],
    ['known', [line('[gpu7]:2200', other), line('[gpu7]:2200', ours)]],
    ['changed', [line('[gpu7]:2200', other)]],
    ['changed', [line('[gpu7]:2200', key('ssh-rsa', 3), 'ssh-rsa')]],
    ['known', [line('gpu7', ours)]],
    ['unknown', [line('gpu7', other)]],
    ['revoked', [line('gpu7', ours), `@revoked ${line('*', ours)}`]],
    ['unknown', [`@revoked ${line('*', other)}`]],
    ['cert_authority', [`@cert-authority ${line('*', other)}`]],
    ['known', [`@cert-authority ${line('*', other)}`, line('[gpu7]:2200', ours)]],
  ] as const)('%s', (kind, lines) => expect(judge(...lines)).toBe(kind))

  it('offers the known types first and never SHA-1', () => {
    const lines = parseKnownHosts([line('[gpu7]:2200', key('ssh-rsa', 3), 'ssh-rsa')].join('\n'), 'f')
    const order = orderHostKeyAlgorithms(lines, target({}))
    expect(order.slice(0, 3)).toEqual(['rsa-sha2-512', 'rsa-sha2-256', 'ssh-ed25519'])
    expect(order).not.toContain('ssh-rsa')
  })
})
