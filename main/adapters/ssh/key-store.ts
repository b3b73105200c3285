import type { ParsedKey } from 'ssh2'
import { sanitiseLine } from './sanitise'
import { parsePrivateKey, readKeyFile, type KeyFile, type KeyFileReading } from './keys'

/** Asks for a passphrase; null: declined. */
export type AskPassphrase = (keyPath: string) => Promise<string | null>

const maxTries = 3

/** Private keys of one pool: unlocked keys stay in memory for its life, and a passphrase is asked for once at a time. */
export class KeyStore {
  private readonly readings = new Map<string, KeyFile>()
  private readonly unlocked = new Map<string, { bytes: Buffer; key: ParsedKey }>()
  private readonly unlocking = new Map<string, Promise<ParsedKey | string>>()

  async read(path: string): Promise<KeyFileReading> {
    const reading = await readKeyFile(path, this.readings.get(path))
    if (!reading.ok) return reading
    this.readings.set(path, reading.file)
    const unlocked = this.unlocked.get(path)
    if (unlocked === undefined || !unlocked.bytes.equals(reading.file.bytes)) return reading
    return { ok: true, file: { ...reading.file, key: unlocked.key, publicKey: unlocked.key.getPublicSSH() } }
  }

  /** The usable key, or why there is none. */
  unlock(file: KeyFile, ask: AskPassphrase): Promise<ParsedKey | string> {
    const ready = file.key ?? this.unlocked.get(file.path)?.key
    if (ready !== undefined) return Promise.resolve(ready)
    const running = this.unlocking.get(file.path)
    if (running !== undefined) return running
    const started = this.tryPassphrases(file, ask).finally(() => this.unlocking.delete(file.path))
    this.unlocking.set(file.path, started)
    return started
  }

  clear(): void {
    this.readings.clear()
    this.unlocked.clear()
  }

  private async tryPassphrases(file: KeyFile, ask: AskPassphrase): Promise<ParsedKey | string> {
    let reason = 'the passphrase was wrong'
    for (let tries = 0; tries < maxTries; tries += 1) {
      const passphrase = await ask(file.path)
      if (passphrase === null) return 'no passphrase was given'
      const key = parsePrivateKey(file.bytes, passphrase)
      if (!(key instanceof Error)) {
        this.unlocked.set(file.path, { bytes: file.bytes, key })
        return key
      }
      if (!/passphrase|integrity/i.test(key.message)) return `it cannot be read (${sanitiseLine(key.message)})`
      reason = `the passphrase was wrong ${tries + 1} times`
    }
    return reason
  }
}
