import { appError, type ImportOutcome, type ImportRecord, type ImportStatus } from '../../../preload/contract'
import { commitImport, dropImport } from './commit'
import type { ImportDeps } from './deps'
import type { CommitRequest } from './plan-runs'
import { ImportSession } from './session'

/** Ended imports whose last state can still be asked for. */
const remembered = 20

/** Every import of this process, from its opening to its end, and the finished ones in the store. */
export class Imports {
  private readonly sessions = new Map<string, ImportSession>()
  private readonly storing = new Map<string, AbortController>()
  private readonly ended = new Map<string, ImportStatus>()
  private recovered: Promise<void> | null = null

  constructor(private readonly deps: ImportDeps) {}

  /** Removes what a process that was killed left behind; once, before the first import. */
  recover(): Promise<void> {
    this.recovered ??= (async () => {
      await this.deps.staging.clear()
      for (const id of this.deps.store.unfinishedImports()) await dropImport(this.deps, id)
    })()
    return this.recovered
  }

  async open(): Promise<ImportSession> {
    await this.recover()
    const id = this.deps.ids.next('imp')
    const folder = await this.deps.staging.open(id)
    const session = new ImportSession(id, folder, this.deps, (progress) => this.deps.events.emit('imports.progress', progress))
    this.sessions.set(id, session)
    return session
  }

  /** Throws store.not_found. */
  find(id: string): ImportSession {
    const session = this.sessions.get(id)
    if (!session) throw appError('store.not_found', `There is no open import ${id.slice(0, 80)}.`)
    return session
  }

  async status(id: string): Promise<ImportStatus> {
    return this.ended.get(id) ?? this.find(id).status()
  }

  /** Reads what is unread first. */
  async commit(id: string, request: CommitRequest): Promise<ImportOutcome> {
    const session = this.find(id)
    session.refuseWhileStoring()
    if (this.storing.has(id)) throw appError('input.invalid', 'This import is being stored.')
    const abort = new AbortController()
    this.storing.set(id, abort)
    try {
      session.preview()
      await session.settled()
      const outcome = await commitImport(this.deps, session, request, abort.signal)
      await this.end(session)
      return outcome
    } finally {
      this.storing.delete(id)
    }
  }

  /** Stops reading or storing, and waits until it has stopped. */
  async cancel(id: string): Promise<ImportStatus> {
    const session = this.find(id)
    this.storing.get(id)?.abort()
    await session.stopReading()
    while (this.storing.has(id)) await this.deps.clock.sleep(10)
    return this.status(id)
  }

  async discard(id: string): Promise<void> {
    if (this.ended.has(id)) return
    const session = this.find(id)
    await this.cancel(id)
    if (this.ended.has(id)) return
    session.pace.end('discarded')
    await this.end(session)
  }

  undo(id: string, undone: boolean): ImportRecord {
    const record = this.deps.store.setImportUndone(id, undone)
    this.deps.events.emit('experiment.changed', { id: record.experimentId })
    return record
  }

  /** Ids of a finished import's runs, in their order. */
  runsOf(id: string): string[] {
    return this.deps.store.runsOfImport(id)
  }

  list(experiment: string | undefined): ImportRecord[] {
    if (experiment === undefined) return this.deps.store.listImports()
    const found = this.deps.store.findExperiment(experiment)
    if (!found) throw appError('store.not_found', `There is no experiment "${experiment}".`)
    return this.deps.store.listImports(found.id)
  }

  /** Ends what is under way; nothing half stored stays. */
  async close(): Promise<void> {
    for (const id of [...this.sessions.keys()]) await this.discard(id)
  }

  private async end(session: ImportSession): Promise<void> {
    this.ended.set(session.id, await session.status())
    this.sessions.delete(session.id)
    for (const id of [...this.ended.keys()].slice(0, -remembered)) this.ended.delete(id)
    await this.deps.staging.remove(session.id)
  }
}
