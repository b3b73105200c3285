import type { ImportPhase, ImportProgress, Problem } from '../../../preload/contract'
import type { Clock } from '../../ports/clock'

/** The window hears at most this often, in milliseconds. */
const tellMs = 100
/** Before that much time a rate says nothing. */
const warmUpMs = 500

/** Counts the work of a phase, and says how fast it goes and how long it will take. */
export class Pace {
  private phase: ImportPhase = 'adding'
  private problem: Problem | null = null
  private done = { files: 0, bytes: 0 }
  private total = { files: 0, bytes: 0 }
  private begunMs = 0
  private endedMs: number | null = null
  private toldMs = -Infinity

  constructor(
    private readonly id: string,
    private readonly clock: Clock,
    private readonly tell: (progress: ImportProgress) => void,
  ) {}

  get current(): ImportPhase {
    return this.phase
  }

  begin(phase: ImportPhase, files: number, bytes: number): void {
    this.phase = phase
    this.problem = null
    this.done = { files: 0, bytes: 0 }
    this.total = { files, bytes }
    this.begunMs = this.clock.monotonicMs()
    this.endedMs = null
    this.say(true)
  }

  advance(files: number, bytes: number): void {
    this.done.files += files
    this.done.bytes = Math.min(this.total.bytes, this.done.bytes + bytes)
    this.say(false)
  }

  /** What was counted stays, under the phase that follows. */
  end(phase: ImportPhase, problem: Problem | null = null): void {
    this.phase = phase
    this.problem = problem
    this.endedMs = this.clock.monotonicMs()
    this.say(true)
  }

  progress(): ImportProgress {
    const elapsedMs = (this.endedMs ?? this.clock.monotonicMs()) - this.begunMs
    const known = elapsedMs > 0 && this.done.files > 0 && (elapsedMs >= warmUpMs || this.endedMs !== null)
    // By bytes where most of the work is bytes, by files where it is many small ones.
    const share = Math.min(this.done.files / (this.total.files || 1), this.done.bytes / (this.total.bytes || 1))
    return {
      id: this.id,
      phase: this.phase,
      done: this.done.files,
      total: this.total.files,
      bytes: this.done.bytes,
      totalBytes: this.total.bytes,
      filesPerSecond: known ? (this.done.files / elapsedMs) * 1000 : null,
      etaSeconds: known && share > 0 && this.endedMs === null ? (elapsedMs / 1000) * (1 / share - 1) : null,
      problem: this.problem,
    }
  }

  private say(always: boolean): void {
    const now = this.clock.monotonicMs()
    if (!always && now - this.toldMs < tellMs) return
    this.toldMs = now
    this.tell(this.progress())
  }
}
