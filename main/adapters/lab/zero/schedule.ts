import { adamUs, unitsOf, zeroUs, type Rates, type ZeroUnit } from './model'
import type { ZeroSettings } from './settings'

export type Operation = 'all_reduce' | 'reduce_scatter' | 'all_gather'
export type MemoryKind = 'parameters' | 'gradients' | 'optimizer' | 'activations' | 'buffers'

/** One thing that a rank does; the same list on every rank. */
export type Act =
  | { do: 'compute'; us: number }
  /** Starts beside the computation; `buffer`: bytes of the whole buffer. */
  | { do: 'submit'; ticket: number; operation: Operation; buffer: number }
  | { do: 'wait'; ticket: number }
  | { do: 'hold' | 'release'; kind: MemoryKind; bytes: number }
  /** Held for a moment only. */
  | { do: 'touch'; bytes: number; booked: boolean }

export interface Schedule {
  /** Making the model and its optimizer. */
  setUp: Act[]
  step: Act[]
}

/** float32 copy of the parameters and two moments, or two moments alone. */
const momentCopies = (bytes: ZeroSettings['bytes']): number => bytes.optimizer / 4

/** ZeRO's stages around units, in the order of remote-scripts/zero/stages.py and training.py. */
class Player {
  readonly setUp: Act[] = []
  readonly step: Act[] = []
  private acts = this.setUp
  private tickets = 0
  private readonly gradientTickets = new Map<number, number>()
  private readonly gathers = new Map<number, number>()
  private whole: number[] = []

  constructor(
    private readonly settings: ZeroSettings,
    private readonly rates: Rates,
    private readonly units: readonly ZeroUnit[],
  ) {}

  play(): Schedule {
    this.units.forEach((_, number) => this.adopt(number))
    this.acts = this.step
    if (this.stage < 2) for (const unit of this.units) this.compute(zeroUs(this.rates, this.settings.bytes.gradient * unit.parameters))
    for (let micro = 0; micro < this.settings.gradAccum; micro++) this.microStep(micro === this.settings.gradAccum - 1)
    this.update()
    for (let ticket = 0; ticket < this.tickets; ticket++) this.acts.push({ do: 'wait', ticket })
    return { setUp: this.setUp, step: this.step }
  }

  private get stage(): number {
    return this.settings.stage
  }

  /** Elements of a unit, filled up to a multiple of the ranks. */
  private padded(number: number): number {
    const { world } = this.settings
    return Math.ceil((this.units[number]?.parameters ?? 0) / world) * world
  }

  private held(number: number, fromStage: number): number {
    return this.stage >= fromStage ? this.padded(number) / this.settings.world : this.padded(number)
  }

  private parameterBytes(number: number): number {
    return this.padded(number) * this.settings.bytes.parameter
  }

  private hold(kind: MemoryKind, bytes: number): void {
    this.acts.push({ do: 'hold', kind, bytes })
  }

  private release(kind: MemoryKind, bytes: number): void {
    this.acts.push({ do: 'release', kind, bytes })
  }

  private touch(bytes: number, booked = false): void {
    this.acts.push({ do: 'touch', bytes, booked })
  }

  private compute(us: number): void {
    this.acts.push({ do: 'compute', us })
  }

  private submit(operation: Operation, number: number): number {
    const ticket = this.tickets++
    if (this.settings.world > 1) this.acts.push({ do: 'submit', ticket, operation, buffer: this.parameterBytes(number) })
    return ticket
  }

  private wait(ticket: number | undefined): void {
    if (ticket !== undefined) this.acts.push({ do: 'wait', ticket })
  }

  private adopt(number: number): void {
    const { bytes } = this.settings
    if (this.stage < 3) this.hold('parameters', this.parameterBytes(number))
    else {
      this.hold('parameters', bytes.parameter * this.held(number, 3))
      this.touch(this.parameterBytes(number), true)
    }
    this.hold('gradients', bytes.gradient * this.held(number, 2))
    for (let copy = 0; copy < momentCopies(bytes); copy++) this.hold('optimizer', 4 * this.held(number, 1))
  }

  private microStep(last: boolean): void {
    this.units.forEach((unit, number) => {
      if (this.stage === 3) this.need(number, number + 1)
      this.compute(unit.forwardUs)
      this.hold('activations', unit.activationBytes)
      this.touch(unit.workBytes)
      if (this.stage === 3) this.release('buffers', this.parameterBytes(number))
    })
    for (let number = this.units.length - 1; number >= 0; number--) {
      const unit = this.units[number] as ZeroUnit
      this.beforeBackward(number)
      this.compute(unit.backwardUs)
      this.touch(unit.workBytes)
      this.release('activations', unit.activationBytes)
      this.afterBackward(number, last)
    }
  }

  /** Stage 3: the unit's parameters whole, and the next one's on their way. */
  private need(number: number, next: number): void {
    this.gather(number)
    this.wait(this.gathers.get(number))
    this.gathers.delete(number)
    this.gather(next)
  }

  private gather(number: number): void {
    if (number < 0 || number >= this.units.length || this.gathers.has(number)) return
    this.hold('buffers', this.parameterBytes(number))
    this.gathers.set(number, this.submit('all_gather', number))
  }

  private beforeBackward(number: number): void {
    if (this.stage === 3) this.need(number, number - 1)
    if (this.stage >= 2) this.hold('buffers', this.parameterBytes(number))
  }

  private afterBackward(number: number, last: boolean): void {
    if (this.stage === 3) this.release('buffers', this.parameterBytes(number))
    if (this.stage >= 2) {
      this.reduceScatter(number)
      this.whole.push(number)
      while (this.whole.length > 1) this.settleOldest()
    } else if (last && this.stage === 1) this.reduceScatter(number)
    else if (last) this.gradientTickets.set(number, this.submit('all_reduce', number))
  }

  /** The part that is received is held while the collective is handed over. */
  private reduceScatter(number: number): void {
    this.gradientTickets.set(number, this.submit('reduce_scatter', number))
    if (this.settings.world > 1) this.touch(this.parameterBytes(number) / this.settings.world, true)
  }

  private settleOldest(): void {
    const number = this.whole.shift()
    if (number === undefined) return
    this.wait(this.gradientTickets.get(number))
    this.release('buffers', this.parameterBytes(number))
  }

  private update(): void {
    while (this.stage >= 2 && this.whole.length > 0) this.settleOldest()
    const backwards = this.units.map((_, number) => number).reverse()
    for (const number of backwards) {
      if (this.stage < 2) this.wait(this.gradientTickets.get(number))
      const updated = this.held(number, 1)
      this.compute(adamUs(this.rates, updated))
      // The gradient in float32, and the square root's argument.
      this.touch(8 * updated)
      if (this.stage === 1 || this.stage === 2) this.submit('all_gather', number)
    }
  }
}

/** What one rank does, once to make the model and in every step. */
export const scheduleOf = (settings: ZeroSettings, rates: Rates): Schedule => new Player(settings, rates, unitsOf(settings, rates)).play()
