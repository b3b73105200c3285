import { appError, type AppError } from '../../../preload/contract'
import type { Ask } from '../../ports/remote-host'
import type { SshTarget } from './config/target'
import { appendKnownHost, fingerprint, keyTypeOf, namesMatch, readKnownHosts, type KnownHostLine } from './known-hosts'

export type HostKeyVerdict =
  | { kind: 'known' }
  | { kind: 'unknown' }
  | { kind: 'revoked'; line: KnownHostLine }
  | { kind: 'changed'; lines: KnownHostLine[] }
  | { kind: 'cert_authority'; line: KnownHostLine }

/** The names a key may be known by: with a port, OpenSSH also accepts the key of the plain host name. */
const namesOf = (target: SshTarget): { primary: string; fallback: string | null } => ({
  primary: target.hostKeyName,
  fallback: target.hostKeyAlias === null && target.port !== 22 ? target.hostName : null,
})

/** Judges a key by the known_hosts lines. Any other key of the host means changed, whatever its type. */
export const judgeHostKey = (lines: KnownHostLine[], target: SshTarget, key: Buffer): HostKeyVerdict => {
  const base64 = key.toString('base64')
  const { primary, fallback } = namesOf(target)
  const named = lines.filter((line) => namesMatch(line.names, primary))
  const alsoNamed = fallback === null ? [] : lines.filter((line) => namesMatch(line.names, fallback))
  const revoked = [...named, ...alsoNamed].find((line) => line.marker === 'revoked' && line.keyBase64 === base64)
  if (revoked !== undefined) return { kind: 'revoked', line: revoked }
  const plain = named.filter((line) => line.marker === 'none')
  if (plain.some((line) => line.keyBase64 === base64)) return { kind: 'known' }
  if (plain.length > 0) return { kind: 'changed', lines: plain }
  if (alsoNamed.some((line) => line.marker === 'none' && line.keyBase64 === base64)) return { kind: 'known' }
  const authority = named.find((line) => line.marker === 'cert-authority')
  return authority === undefined ? { kind: 'unknown' } : { kind: 'cert_authority', line: authority }
}

// ssh-rsa (SHA-1) and ssh-dss are left out on purpose.
const offered = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
] as const
export type HostKeyAlgorithm = (typeof offered)[number]

/** Host key algorithms with the types that known_hosts holds first, so that the server shows a key we can check. */
export const orderHostKeyAlgorithms = (lines: KnownHostLine[], target: SshTarget): HostKeyAlgorithm[] => {
  const { primary, fallback } = namesOf(target)
  const typesFor = (name: string): Set<string> =>
    new Set(lines.filter((line) => line.marker === 'none' && namesMatch(line.names, name)).map((line) => line.keyType))
  let types = typesFor(primary)
  if (types.size === 0 && fallback !== null) types = typesFor(fallback)
  const known = (algorithm: HostKeyAlgorithm): boolean => types.has(algorithm.startsWith('rsa-') ? 'ssh-rsa' : algorithm)
  return [...offered.filter(known), ...offered.filter((algorithm) => !known(algorithm))]
}

const place = (line: KnownHostLine): string => `${line.file}:${line.lineNumber}`

const quoteWord = (word: string): string => (/^[A-Za-z0-9_./:-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)

const changedError = (target: SshTarget, key: Buffer, lines: KnownHostLine[]): AppError => {
  const line = lines.find((candidate) => candidate.keyType === keyTypeOf(key)) ?? lines[0]
  if (line === undefined) throw new Error('a changed key has a known one')
  const expected = fingerprint(Buffer.from(line.keyBase64, 'base64'))
  const removeCommand = `ssh-keygen -R ${quoteWord(target.hostKeyName)} -f ${quoteWord(line.file)}`
  return appError(
    'ssh.host_key_changed',
    `The host key of ${target.hostKeyName} is not the known one: the server shows ${keyTypeOf(key)} ${fingerprint(key)}, ` +
      `${place(line)} has ${line.keyType} ${expected}. Compare it on the host with: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub. ` +
      `If the host was set up anew, forget the old key with: ${removeCommand}`,
    {
      params: {
        host: target.hostKeyName,
        keyType: keyTypeOf(key),
        fingerprint: fingerprint(key),
        expectedKeyType: line.keyType,
        expectedFingerprint: expected,
        file: line.file,
        line: line.lineNumber,
        command: removeCommand,
      },
    },
  )
}

export interface HostKeyContext {
  target: SshTarget
  /** What the user calls the host. */
  label: string
  ask: Ask
  signal: AbortSignal
  /** Keys accepted for this process only: `name fingerprint`. */
  acceptedOnce: Set<string>
  warn: (message: string) => void
}

const unknownError = (target: SshTarget, key: Buffer, why: string): AppError =>
  appError(
    'ssh.host_key_unknown',
    `The host key of ${target.hostKeyName} is not known (${keyTypeOf(key)} ${fingerprint(key)}) and ${why}.`,
    {
      params: { host: target.hostKeyName, keyType: keyTypeOf(key), fingerprint: fingerprint(key) },
    },
  )

const keep = async (context: HostKeyContext, key: Buffer): Promise<void> => {
  const { target } = context
  const file = target.userKnownHostsFiles[0]
  context.acceptedOnce.add(`${target.hostKeyName} ${fingerprint(key)}`)
  if (file === undefined) return
  try {
    await appendKnownHost(file, target.hostKeyName, key, target.hashKnownHosts)
  } catch (error) {
    context.warn(`The host key of ${target.hostKeyName} was accepted, but could not be written to ${file}: ${(error as Error).message}`)
  }
}

const decideUnknown = async (context: HostKeyContext, key: Buffer): Promise<void> => {
  const { target } = context
  if (context.acceptedOnce.has(`${target.hostKeyName} ${fingerprint(key)}`)) return
  if (target.strictHostKeyChecking === 'yes') throw unknownError(target, key, 'StrictHostKeyChecking is yes')
  if (target.strictHostKeyChecking !== 'ask') return keep(context, key)
  const answers = await context.ask(
    {
      kind: 'host_key',
      host: context.label,
      address: `${target.hostName}:${target.port}`,
      keyType: keyTypeOf(key),
      fingerprint: fingerprint(key),
    },
    context.signal,
  )
  if (answers?.[0] === 'accept') return keep(context, key)
  if (answers?.[0] !== 'once') throw unknownError(target, key, 'nobody accepted it')
  context.acceptedOnce.add(`${target.hostKeyName} ${fingerprint(key)}`)
}

const filesOf = (target: SshTarget): string[] => [...target.userKnownHostsFiles, ...target.globalKnownHostsFiles]

/** What known_hosts says before the connection is made. Throws ssh.config_invalid. */
export const readKnownHostsOf = (target: SshTarget): Promise<KnownHostLine[]> => readKnownHosts(filesOf(target))

/** Whether lines read earlier settle that the key is the known one, so that nothing need be read again. */
export const isKnownHostKey = (lines: KnownHostLine[], target: SshTarget, key: Buffer): boolean =>
  judgeHostKey(lines, target, key).kind === 'known'

/**
 * Passes, or throws ssh.host_key_*: the files are read anew, since another connection may have added the key.
 * A changed key is refused even with StrictHostKeyChecking no, where OpenSSH goes on.
 */
export const checkHostKey = async (context: HostKeyContext, key: Buffer): Promise<void> => {
  const { target } = context
  const verdict = judgeHostKey(await readKnownHostsOf(target), target, key)
  switch (verdict.kind) {
    case 'known':
      return
    case 'revoked':
      throw appError(
        'ssh.host_key_revoked',
        `The host key of ${target.hostKeyName} (${fingerprint(key)}) is revoked in ${place(verdict.line)}.`,
        {
          params: { host: target.hostKeyName, fingerprint: fingerprint(key), file: verdict.line.file, line: verdict.line.lineNumber },
        },
      )
    case 'changed':
      throw changedError(target, key, verdict.lines)
    case 'cert_authority':
      throw appError(
        'ssh.cert_authority_unsupported',
        `${place(verdict.line)} trusts ${target.hostKeyName} by a certificate authority, which Headroom cannot check. Add the host's own key: ssh-keyscan and compare, or connect once with ssh.`,
        { params: { host: target.hostKeyName, file: verdict.line.file, line: verdict.line.lineNumber } },
      )
    case 'unknown':
      return decideUnknown(context, key)
  }
}
