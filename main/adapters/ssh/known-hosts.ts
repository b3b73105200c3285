import { createHash, createHmac, randomBytes } from 'node:crypto'
import { appendFile, mkdir, open, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { appError } from '../../../preload/contract'
import { matchHostName } from './config/pattern'

export interface KnownHostLine {
  file: string
  lineNumber: number
  marker: 'none' | 'revoked' | 'cert-authority'
  /** Patterns, or one hashed name `|1|salt|hash`. */
  names: string
  keyType: string
  /** The key's wire form, base64. */
  keyBase64: string
}

export const keyTypeOf = (key: Buffer): string => {
  const length = key.length >= 4 ? key.readUInt32BE(0) : 0
  const type = length > 0 && length <= 64 && key.length >= 4 + length ? key.toString('latin1', 4, 4 + length) : ''
  return /^[A-Za-z0-9@.-]+$/.test(type) ? type : 'unknown'
}

/** `SHA256:…` as ssh-keygen -l prints it. */
export const fingerprint = (key: Buffer): string => `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`

const markers: Record<string, KnownHostLine['marker']> = { '@revoked': 'revoked', '@cert-authority': 'cert-authority' }

/** Lines that cannot be read are skipped, as OpenSSH skips them. */
export const parseKnownHosts = (text: string, file: string): KnownHostLine[] => {
  const lines: KnownHostLine[] = []
  text.split('\n').forEach((line, index) => {
    const words = line.trim().split(/[ \t]+/)
    if (words[0] === undefined || words[0] === '' || words[0].startsWith('#')) return
    let marker: KnownHostLine['marker'] = 'none'
    if (words[0].startsWith('@')) {
      const known = markers[words.shift() ?? '']
      if (known === undefined) return
      marker = known
    }
    const [names, keyType, keyBase64] = words
    if (names === undefined || keyType === undefined || keyBase64 === undefined) return
    if (keyTypeOf(Buffer.from(keyBase64, 'base64')) !== keyType) return
    lines.push({ file, lineNumber: index + 1, marker, names, keyType, keyBase64: Buffer.from(keyBase64, 'base64').toString('base64') })
  })
  return lines
}

/** Whether a line's names cover `name` (a host name, `[host]:port` or a HostKeyAlias). */
export const namesMatch = (names: string, name: string): boolean => {
  if (!names.startsWith('|')) return matchHostName(name, names)
  const [, version, salt, hash] = names.split('|')
  if (version !== '1' || salt === undefined || hash === undefined) return false
  const saltBytes = Buffer.from(salt, 'base64')
  return saltBytes.length === 20 && createHmac('sha1', saltBytes).update(name.toLowerCase()).digest('base64') === hash
}

/** `|1|salt|hash` as HashKnownHosts writes it. */
export const hashName = (name: string, salt: Buffer = randomBytes(20)): string =>
  `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name.toLowerCase()).digest('base64')}`

interface ReadFile {
  identity: string
  lines: KnownHostLine[]
}

/** As read last, by path: many connections at once read the same files, which may hold thousands of lines. */
const readFiles = new Map<string, ReadFile>()

const readKnownHostsFile = async (file: string): Promise<KnownHostLine[]> => {
  try {
    const info = await stat(file, { bigint: true })
    const identity = `${info.dev} ${info.ino} ${info.size} ${info.mtimeNs} ${info.ctimeNs}`
    const earlier = readFiles.get(file)
    if (info.isFile() && earlier?.identity === identity) return earlier.lines
    const lines = parseKnownHosts(await readFile(file, 'utf8'), file)
    if (info.isFile()) readFiles.set(file, { identity, lines })
    return lines
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw appError('ssh.config_invalid', `The known_hosts file ${file} cannot be read (${code}).`, { params: { file }, cause: error })
  }
}

/** The lines of all files, in order; files that do not exist hold none. Throws ssh.config_invalid. */
export const readKnownHosts = async (files: string[]): Promise<KnownHostLine[]> => (await Promise.all(files.map(readKnownHostsFile))).flat()

const endsWithoutNewline = async (file: string): Promise<boolean> => {
  try {
    const handle = await open(file, 'r')
    try {
      const { size, isFile } = await handle.stat().then((info) => ({ size: info.size, isFile: info.isFile() }))
      if (!isFile || size === 0) return false
      const last = await handle.read(Buffer.alloc(1), 0, 1, size - 1)
      return last.buffer[0] !== 0x0a
    } finally {
      await handle.close()
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

/** Appends one key; makes its folder (0700, one level as OpenSSH does) and the file (0600) where they are missing. */
export const appendKnownHost = async (file: string, name: string, key: Buffer, hashed: boolean): Promise<void> => {
  await mkdir(path.dirname(file), { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  const line = `${hashed ? hashName(name) : name.toLowerCase()} ${keyTypeOf(key)} ${key.toString('base64')}\n`
  await appendFile(file, (await endsWithoutNewline(file)) ? `\n${line}` : line, { mode: 0o600 })
}
