import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import type { FileParser } from '../../main/ports/file-parser'
import type { CommitRequest } from '../../main/services/imports/plan-runs'
import type { ImportSession } from '../../main/services/imports/session'
import { openImportCore, type ImportCore } from './import-core'

export const fixtureText = (path: string): string => readFileSync(resolve(import.meta.dirname, '../../remote-scripts', path), 'utf8')
export const nccl = fixtureText('nccl/fixtures/text-v2.13-unnamed-collective/input.txt')
export const iperf = fixtureText('tcp/fixtures/iperf3-text-two-streams/input.txt')
/** The log again, as another file. */
export const variant = (seed: number): string => nccl.replace('# Avg bus bandwidth', `# seed ${seed}\n# Avg bus bandwidth`)

/** A folder of logs and a store, new for each test. */
export class ImportWorld {
  root = ''
  core!: ImportCore

  constructor() {
    beforeEach(() => {
      this.root = mkdtempSync(join(tmpdir(), 'headroom-imports-'))
      this.core = openImportCore(this.data)
    })
    afterEach(async () => {
      await this.core.close()
      rmSync(this.root, { recursive: true, force: true })
    })
  }

  get data(): string {
    return join(this.root, 'data')
  }

  get logs(): string {
    return join(this.root, 'logs')
  }

  /** Opens the store anew, as the next start of the program does. */
  reopen(parser?: FileParser): void {
    this.core.store.close()
    this.core = openImportCore(this.data, parser)
  }

  put(path: string, content: string): string {
    const file = join(this.logs, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
    return file
  }

  /** Staged and read: these paths, or all that was put. */
  async read(...paths: string[]): Promise<ImportSession> {
    const session = await this.core.imports.open()
    await session.addPaths(paths.length > 0 ? paths : [this.logs])
    session.preview()
    await session.settled()
    return session
  }

  commit(session: ImportSession, more: Partial<CommitRequest> = {}): ReturnType<ImportCore['imports']['commit']> {
    return this.core.imports.commit(session.id, { experiment: 'old cluster', files: [], skipDuplicates: false, ...more })
  }

  /** Names of the artifacts that lie in the store. */
  stored(): string[] {
    const folder = join(this.data, 'artifacts')
    if (!existsSync(folder)) return []
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
  }

  staged(): string[] {
    const folder = join(this.data, 'staging')
    return existsSync(folder) ? readdirSync(folder) : []
  }
}
