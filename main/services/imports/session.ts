import { appError, toProblem, type ImportFilter, type ImportProgress, type ImportStatus, type StagedFile } from '../../../preload/contract'
import type { RunUse } from '../../ports/store'
import { addFound, addPiece, type Entries, type Piece } from './add-files'
import { inTurns } from './breathe'
import type { ImportDeps } from './deps'
import { isRecognised, isWaiting, type Entry } from './entry'
import { Pace } from './pace'
import { factorsOf, isShown, pictureOf, stagedFileOf, totalsOf, type Picture } from './picture'
import { readEntries } from './read-entries'

export interface PreviewRequest {
  probe?: string | undefined
  paths?: readonly string[] | undefined
}

/** While files are read, what they say together is worked out anew this often. */
const pictureMs = 1000

/** One import between its opening and its end: its files, what is known of them, and what is under way. */
export class ImportSession {
  readonly entries: Entries = new Map()
  readonly uses = new Map<string, RunUse>()
  readonly pace: Pace
  private reading: { ended: Promise<void>; abort: AbortController } | null = null
  private known: Picture | null = null
  private making: Promise<Picture> | null = null
  /** When the picture was made, and whether something came since. */
  private madeMs = -Infinity
  private stale = true

  constructor(
    readonly id: string,
    readonly folder: string,
    private readonly deps: ImportDeps,
    tell: (progress: ImportProgress) => void,
  ) {
    this.pace = new Pace(id, deps.clock, tell)
  }

  async picture(): Promise<Picture> {
    // It may have begun before what came last.
    if (this.making) await this.making
    const age = this.deps.clock.monotonicMs() - this.madeMs
    // Every batch that is read changes it a little; ten thousand files are not to be gone through for each.
    const isNew = !this.stale || (this.pace.current === 'reading' && age <= pictureMs)
    if (this.known !== null && isNew) return this.known
    return (this.making ??= this.make())
  }

  async addPaths(paths: readonly string[]): ReturnType<typeof addFound> {
    this.refuseWhileStoring()
    const added = await addFound(this.deps, this.entries, paths)
    this.changed()
    return added
  }

  async addPiece(piece: Piece): Promise<number> {
    this.refuseWhileStoring()
    const received = await addPiece(this.deps, this.entries, this.folder, piece)
    this.changed()
    return received
  }

  /** Begins to read what is unread, and with a request what it names again; `settled` waits for the end. */
  preview({ probe, paths }: PreviewRequest = {}): void {
    this.refuseWhileStoring()
    if (this.reading && (probe !== undefined || paths !== undefined))
      throw appError('input.invalid', 'The files are being read; wait for it or cancel it, then choose another probe.')
    if (this.reading) return
    const chosen = paths === undefined ? [...this.entries.values()] : paths.map((path) => this.entry(path))
    if (probe !== undefined || paths !== undefined)
      for (const entry of chosen) Object.assign(entry, { probe, reading: null } satisfies Partial<Entry>)
    this.changed()
    const waiting = [...this.entries.values()].filter((entry) => isWaiting(entry) && entry.upload === null)
    if (waiting.length === 0) return this.pace.end(this.restingPhase())
    const abort = new AbortController()
    this.reading = { abort, ended: this.read(waiting, abort.signal) }
  }

  /** Everything that was added is read, or could not be. Throws what reading ended with. */
  async settled(): Promise<void> {
    await this.reading?.ended
    const { problem } = this.pace.progress()
    if (problem) throw appError(problem.code, problem.message)
  }

  async stopReading(): Promise<void> {
    this.reading?.abort.abort()
    await this.reading?.ended
  }

  async status(): Promise<ImportStatus> {
    // First: whoever hears that all is read must hear of all that was.
    const progress = this.pace.progress()
    const picture = await this.picture()
    const entries = [...this.entries.values()]
    const factors = await factorsOf(entries, picture)
    const totals = await totalsOf(entries, picture, this.uses)
    return { id: this.id, progress, factors, totals }
  }

  async page(offset: number, limit: number, show: ImportFilter): Promise<{ files: StagedFile[]; total: number }> {
    const { uses } = this
    const picture = await this.picture()
    const shown: Entry[] = []
    await inTurns([...this.entries.values()], (entry) => {
      if (isShown(show, entry, picture, uses)) shown.push(entry)
    })
    return { files: shown.slice(offset, offset + limit).map((entry) => stagedFileOf(entry, picture, uses)), total: shown.length }
  }

  entry(path: string): Entry {
    const entry = this.entries.get(path)
    if (!entry) throw appError('store.not_found', `There is no file ${path} in this import.`)
    return entry
  }

  refuseWhileStoring(): void {
    if (this.pace.current === 'storing' || this.pace.current === 'stored') throw appError('input.invalid', 'This import is being stored.')
  }

  private async make(): Promise<Picture> {
    this.stale = false
    try {
      this.known = await pictureOf([...this.entries.values()])
      this.madeMs = this.deps.clock.monotonicMs()
      return this.known
    } finally {
      this.making = null
    }
  }

  /** Once something was added or read, what is known of all files together is made anew. */
  private changed(): void {
    this.stale = true
    if (this.pace.current === 'ready') this.pace.end('adding')
  }

  private restingPhase(): 'adding' | 'ready' {
    return [...this.entries.values()].some(isWaiting) ? 'adding' : 'ready'
  }

  private async read(waiting: readonly Entry[], signal: AbortSignal): Promise<void> {
    const totalBytes = waiting.reduce((sum, { bytes }) => sum + bytes, 0)
    this.pace.begin('reading', waiting.length, totalBytes)
    try {
      await readEntries(waiting, {
        deps: this.deps,
        folder: this.folder,
        signal,
        onRead: (entries, readings) => {
          entries.forEach((entry, index) => (entry.reading = readings[index] ?? null))
          this.look(entries)
          this.stale = true
          this.pace.advance(entries.length, 0)
        },
        onBytes: (bytes) => this.pace.advance(0, bytes),
      }).finally(() => this.deps.staging.sweep(this.folder))
      this.reading = null
      this.pace.end(this.restingPhase())
    } catch (error) {
      this.reading = null
      const cancelled = appError('input.cancelled', 'Reading was cancelled.').problem
      this.pace.end(this.restingPhase(), signal.aborted ? cancelled : toProblem(error))
    }
  }

  /** Does a run keep the same bytes already? */
  private look(entries: readonly Entry[]): void {
    const hashes = entries.filter(isRecognised).flatMap(({ reading }) => reading?.sha256 ?? [])
    for (const [sha256, use] of this.deps.store.runsKeeping(hashes)) this.uses.set(sha256, use)
  }
}
