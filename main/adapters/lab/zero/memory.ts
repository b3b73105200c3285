import type { Act, MemoryKind, Schedule } from './schedule'

export const memoryKinds: readonly MemoryKind[] = ['parameters', 'gradients', 'optimizer', 'activations', 'buffers']

/** What one rank holds, bytes. */
export interface RankMemory {
  states: { parameters: number; gradients: number; optimizer: number }
  /** At the moment when the counted tensors were most. */
  kinds: Record<MemoryKind, number>
  peak: number
  /** The allocator's: what passes take for a moment included. */
  allocatedPeak: number
}

/** The allocation that did not fit. */
export interface NoRoom {
  triedBytes: number
  heldBytes: number
  /** false: the model itself does not fit. */
  training: boolean
}

/** Counts as remote-scripts/zero/memory_book.py does. */
class Book {
  now: Record<MemoryKind, number> = { parameters: 0, gradients: 0, optimizer: 0, activations: 0, buffers: 0 }
  kinds = { ...this.now }
  peak = 0
  allocatedPeak = 0
  noRoom: NoRoom | null = null

  constructor(private readonly limit: number) {}

  get total(): number {
    return memoryKinds.reduce((sum, kind) => sum + this.now[kind], 0)
  }

  take(acts: readonly Act[], training: boolean): void {
    for (const act of acts) {
      if (act.do === 'hold') this.add(act.kind, act.bytes, training)
      else if (act.do === 'release') this.now[act.kind] -= act.bytes
      else if (act.do === 'touch' && act.booked) {
        this.add('buffers', act.bytes, training)
        this.now.buffers -= act.bytes
      } else if (act.do === 'touch') this.allocate(act.bytes, this.total, training)
      if (this.noRoom) return
    }
  }

  private add(kind: MemoryKind, bytes: number, training: boolean): void {
    this.allocate(bytes, this.total, training)
    this.now[kind] += bytes
    if (this.total <= this.peak) return
    this.peak = this.total
    this.kinds = { ...this.now }
  }

  private allocate(bytes: number, held: number, training: boolean): void {
    if (held + bytes > this.limit) this.noRoom ??= { triedBytes: bytes, heldBytes: held, training }
    this.allocatedPeak = Math.max(this.allocatedPeak, held + bytes)
  }
}

/** Memory of a rank that makes the model and trains two steps of it, or the allocation for which a GPU with so much room had none. */
export const memoryOf = ({ setUp, step }: Schedule, limit: number): RankMemory | NoRoom => {
  const book = new Book(limit)
  book.take(setUp, false)
  const { parameters, gradients, optimizer } = book.now
  if (!book.noRoom) book.take(step, true)
  if (book.noRoom) return book.noRoom
  return { states: { parameters, gradients, optimizer }, kinds: book.kinds, peak: book.peak, allocatedPeak: book.allocatedPeak }
}
