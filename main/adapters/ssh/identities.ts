import type { IdentityCallback, ParsedKey, SignCallback, SigningRequestOptions } from 'ssh2'
import type { SshTarget } from './config/target'
import { fingerprint } from './known-hosts'
import { BaseAgent, OpenSSHAgent } from './ssh2'
import type { AskPassphrase, KeyStore } from './key-store'

/** One key that can be offered to the server. */
export interface Identity {
  /** For messages: `agent key SHA256:…` or the file's path. */
  label: string
  publicKey: Buffer
  /** Throws when it cannot sign; the next key is then tried. */
  sign(data: Buffer, hash: string | undefined): Promise<Buffer>
}

export interface Identities {
  keys: Identity[]
  /** Files and agents that could not be used, and why. */
  skipped: string[]
}

const noLegacyHash = (hash: string | undefined, keyType: string): void => {
  if (hash === 'sha1' || (keyType === 'ssh-rsa' && hash === undefined))
    throw new Error('the server accepts RSA signatures only with SHA-1, which is broken')
}

const signWithFile = (key: ParsedKey, data: Buffer, hash: string | undefined): Buffer => {
  noLegacyHash(hash, key.type)
  const signature: Buffer | Error = key.sign(data, hash)
  if (signature instanceof Error) throw signature
  return signature
}

const agentTimeoutMs = 60_000

/** An agent may wait for a touch or a confirmation, but not for ever. */
const agentCall = <T>(call: (done: (error: Error | null | undefined, value?: T) => void) => void): Promise<T> =>
  new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the agent did not answer')), agentTimeoutMs)
    call((error, value) => {
      clearTimeout(timer)
      if (error) reject(error)
      else if (value === undefined) reject(new Error('the agent gave no answer'))
      else resolve(value)
    })
  })

const isParsedKey = (value: unknown): value is ParsedKey => typeof value === 'object' && value !== null && 'getPublicSSH' in value

const agentIdentities = async (socket: string): Promise<Identity[]> => {
  const agent = new OpenSSHAgent(socket)
  // OpenSSHAgent hands back parsed keys; its type also allows other agents' forms.
  const keys = await agentCall<unknown[]>((done) => agent.getIdentities((error, list) => done(error, list)))
  return keys.filter(isParsedKey).map((key) => {
    const publicKey = key.getPublicSSH()
    const sign = (data: Buffer, hash: string | undefined): Promise<Buffer> => {
      noLegacyHash(hash, key.type)
      const options: SigningRequestOptions = hash === 'sha256' || hash === 'sha512' ? { hash } : {}
      return agentCall<Buffer>((done) => agent.sign(key, data, options, (error, signature) => done(error, signature)))
    }
    return { label: `agent key ${fingerprint(publicKey)}`, publicKey, sign }
  })
}

interface FileIdentities {
  usable: Identity[]
  /** Public halves of every listed file, usable or not, in order. */
  listed: Buffer[]
  skipped: string[]
}

const fileIdentities = async (target: SshTarget, store: KeyStore, ask: AskPassphrase): Promise<FileIdentities> => {
  const result: FileIdentities = { usable: [], listed: [], skipped: [] }
  const readings = await Promise.all(target.identityFiles.map((path) => store.read(path)))
  for (const [index, reading] of readings.entries()) {
    const path = target.identityFiles[index] ?? ''
    if (!reading.ok) {
      if (reading.publicKey !== null) result.listed.push(reading.publicKey)
      if (!(reading.missing && target.identityFilesAreDefault)) result.skipped.push(`${path}: ${reading.reason}`)
      continue
    }
    const { file } = reading
    let publicKey = file.publicKey
    if (publicKey === null) {
      const key = await store.unlock(file, ask)
      if (typeof key === 'string') {
        result.skipped.push(`${path}: ${key}`)
        continue
      }
      publicKey = key.getPublicSSH()
    }
    const sign = async (data: Buffer, hash: string | undefined): Promise<Buffer> => {
      const key = await store.unlock(file, ask)
      if (typeof key === 'string') throw new Error(key)
      return signWithFile(key, data, hash)
    }
    result.listed.push(publicKey)
    result.usable.push({ label: path, publicKey, sign })
  }
  return result
}

/** The keys to offer, in OpenSSH's order: listed keys that the agent holds, the agent's others, then files. */
export const gatherIdentities = async (target: SshTarget, store: KeyStore, ask: AskPassphrase): Promise<Identities> => {
  const files = await fileIdentities(target, store, ask)
  const skipped = [...files.skipped]
  let agentKeys: Identity[] = []
  if (target.agentSocket !== null) {
    try {
      agentKeys = await agentIdentities(target.agentSocket)
    } catch (error) {
      skipped.push(`agent ${target.agentSocket}: ${(error as Error).message}`)
    }
  }
  const holds =
    (publicKey: Buffer) =>
    (identity: Identity): boolean =>
      identity.publicKey.equals(publicKey)
  const listedInAgent = files.listed.flatMap((publicKey) => agentKeys.find(holds(publicKey)) ?? [])
  const others = target.identitiesOnly ? [] : agentKeys.filter((identity) => !listedInAgent.includes(identity))
  const fromFiles = files.usable.filter((identity) => !listedInAgent.some(holds(identity.publicKey)))
  return { keys: [...listedInAgent, ...others, ...fromFiles], skipped }
}

/** Offers one key to ssh2, which asks for a signature only after the server said it would take the key. */
export class OneKeyAgent extends BaseAgent<Buffer> {
  constructor(
    private readonly identity: Identity,
    private readonly onSigned: (problem: string | null) => void,
  ) {
    super()
  }

  override getIdentities(done: IdentityCallback<Buffer>): void {
    done(null, [this.identity.publicKey])
  }

  override sign(_key: Buffer, data: Buffer, options: SigningRequestOptions | SignCallback, done?: SignCallback): void {
    const answer = typeof options === 'function' ? options : done
    const hash = typeof options === 'function' ? undefined : options.hash
    Promise.resolve()
      .then(() => this.identity.sign(data, hash))
      .then(
        (signature) => {
          this.onSigned(null)
          answer?.(null, signature)
        },
        (error: Error) => {
          this.onSigned(error.message)
          answer?.(error)
        },
      )
  }
}
