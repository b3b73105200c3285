import { readFile, stat } from 'node:fs/promises'
import type { ParsedKey } from 'ssh2'
import { utils } from './ssh2'

/** A private key file, as far as it can be used without a passphrase. */
export interface KeyFile {
  path: string
  /** Wire form; null when only the passphrase reveals it. */
  publicKey: Buffer | null
  /** The usable key; null while encrypted. */
  key: ParsedKey | null
  bytes: Buffer
  modifiedMs: number
}

export type KeyFileReading = { ok: true; file: KeyFile } | { ok: false; missing: boolean; reason: string; publicKey: Buffer | null }

const maxKeyBytes = 1024 * 1024

/** One key, whether ssh2 hands back one or a list. */
export const parsePrivateKey = (bytes: Buffer, passphrase?: string): ParsedKey | Error => {
  const parsed: ParsedKey | ParsedKey[] | Error = utils.parseKey(bytes, passphrase)
  const key = Array.isArray(parsed) ? parsed[0] : parsed
  return key ?? new Error('no key in the file')
}

/** The public half of an OpenSSH private key lies unencrypted before the private one (PROTOCOL.key). */
const publicHalf = (bytes: Buffer): Buffer | null => {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]*?)-----END/.exec(bytes.toString('latin1'))?.[1]
  if (body === undefined) return null
  const data = Buffer.from(body, 'base64')
  let at = 'openssh-key-v1\0'.length
  const take = (): Buffer | null => {
    if (at + 4 > data.length) return null
    const length = data.readUInt32BE(at)
    at += 4
    if (at + length > data.length) return null
    at += length
    return data.subarray(at - length, at)
  }
  // cipher, kdf, kdf options, then the number of keys
  if (take() === null || take() === null || take() === null) return null
  at += 4
  return take()
}

const publicFile = async (path: string): Promise<Buffer | null> => {
  const text = await readFile(`${path}.pub`, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'EACCES' || error.code === 'EISDIR') return null
    throw error
  })
  const base64 = text?.trim().split(/[ \t]+/)[1]
  if (base64 === undefined) return null
  const parsed: ParsedKey | ParsedKey[] | Error = utils.parseKey(text ?? '')
  return parsed instanceof Error ? null : Buffer.from(base64, 'base64')
}

const permissionsProblem = (info: { uid: number; mode: number }): string | null => {
  if (process.platform === 'win32' || info.uid !== process.getuid?.() || (info.mode & 0o077) === 0) return null
  return `permissions ${(info.mode & 0o777).toString(8).padStart(4, '0')} are too open; chmod 600 it`
}

const refused = (reason: string, publicKey: Buffer | null, missing = false): KeyFileReading => ({ ok: false, missing, reason, publicKey })

/** Reads a private key file. What cannot be used says why; its public half, where known, may still name an agent's key. */
export const readKeyFile = async (path: string, earlier?: KeyFile): Promise<KeyFileReading> => {
  try {
    const info = await stat(path)
    if (!info.isFile() || info.size > maxKeyBytes) return refused('not a key file', null)
    // Reading and parsing cost a millisecond for every connection.
    const same = earlier?.modifiedMs === info.mtimeMs && earlier.bytes.length === info.size
    if (same && permissionsProblem(info) === null) return { ok: true, file: earlier }
    const bytes = await readFile(path)
    const key = parsePrivateKey(bytes)
    if (!(key instanceof Error) && !key.isPrivateKey()) return refused('holds only a public key', key.getPublicSSH())
    const publicKey = key instanceof Error ? (publicHalf(bytes) ?? (await publicFile(path))) : key.getPublicSSH()
    const permissions = permissionsProblem(info)
    if (permissions !== null) return refused(permissions, publicKey)
    if (!(key instanceof Error)) return { ok: true, file: { path, publicKey, key, bytes, modifiedMs: info.mtimeMs } }
    if (!/no passphrase/i.test(key.message)) return refused('its format cannot be read', publicKey)
    return { ok: true, file: { path, publicKey, key: null, bytes, modifiedMs: info.mtimeMs } }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === undefined) throw error
    if (code === 'ENOENT') return refused('no such file', await publicFile(path), true)
    return refused(`cannot be read (${code})`, null)
  }
}
