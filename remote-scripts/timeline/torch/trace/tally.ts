import { IntervalSet, type IntervalBudget } from '../../../_kit/intervals'
import { readArguments, type GpuArguments } from './arguments'
import { nanosecondsAt, numberAt, quoteByte, stringOf } from './bytes'
import { Categories, type Category, type Kind } from './categories'
import { Collectives } from './collectives'
import type { EventScan } from './event'
import { Totals } from './totals'

/** 16 bytes each: what keeps a trace of any size below its memory. */
const intervalRoom = 1_200_000
const maxDevices = 64
const maxSteps = 100_000
const complete = 'X'.charCodeAt(0)

/** What ran on one device: intervals in nanoseconds. */
export interface DeviceTimes {
  compute: IntervalSet
  communication: IntervalSet
  copies: IntervalSet
}

export interface Step {
  number: number
  /** Nanoseconds. */
  start: number
  duration: number
}

const stepName = /^ProfilerStep#(\d{1,15})$/
const waitName = /^enumerate\(DataLoader\)#.{1,100}__next__$/

const durationOf = (bytes: Uint8Array, scan: EventScan): number => (scan.dur === 0 ? NaN : nanosecondsAt(bytes, scan.dur, 0))

/** Adds up the events of a trace, one after the other. Times in nanoseconds beyond `base`. */
export class Tally {
  events = 0
  complete = 0
  skipped = 0
  kernels = 0
  kernelTime = 0
  communicationKernels = 0
  /** Whole microseconds: the first time stamp; 0 until there is one. */
  base = 0
  /** Part of the trace could not be read: everything added up is too little. */
  doubted = false
  /** Some kernel, or some copy, does not say when and where it ran; of some not even the name is known. */
  readonly doubtedTimes = new Set<Kind>()
  readonly doubtedNames = new Set<Kind>()
  readonly categories = new Categories()
  readonly kernelTotals = new Totals()
  readonly copyTotals = new Totals()
  readonly devices = new Map<number, DeviceTimes>()
  readonly collectives = new Collectives()
  readonly steps: Step[] = []
  readonly waits: IntervalSet
  readonly #budget: IntervalBudget = { left: intervalRoom }
  readonly #arguments: GpuArguments = { device: NaN, bytes: NaN, collective: null, group: null, sequence: null }
  /** Of each kernel name, by its number: whether it communicates. */
  readonly #communicates: (boolean | undefined)[] = []

  constructor() {
    this.waits = new IntervalSet(this.#budget)
  }

  /** Counts what was read at `scan`; why it is no row that can be understood, or null. */
  add(bytes: Uint8Array, scan: EventScan): string | null {
    this.events += 1
    const category = this.#categoryOf(bytes, scan)
    if (category) category.events += 1
    if (scan.phase === 0) {
      this.doubt(category)
      return 'no phase'
    }
    if (scan.phase !== complete) return null
    this.complete += 1
    if (scan.name === 0) {
      this.doubt(category)
      return 'no name'
    }
    if (category === null || category.kind === 'other' || category.kind === 'gpu_mark')
      return scan.ts === 0 || scan.dur === 0 ? 'no time' : null
    return category.kind === 'host' ? this.#addHost(bytes, scan) : this.#addGpu(bytes, scan, category.kind)
  }

  /** An event of the category, or of an unknown one, could not be read: sums over it are not given. */
  doubt(category: Category | null): void {
    if (category === null) this.doubted = true
    else {
      this.doubtedTimes.add(category.kind)
      this.doubtedNames.add(category.kind)
    }
  }

  /** The category that a scan came to before it broke off. */
  categoryOf(bytes: Uint8Array, scan: EventScan): Category | null {
    return scan.phase === 0 ? null : this.#categoryOf(bytes, scan)
  }

  #categoryOf(bytes: Uint8Array, scan: EventScan): Category | null {
    if (scan.category !== 0) return this.categories.find(bytes, scan.category, scan.categoryEnd)
    // The profiler before Kineto has no categories, but two processes of these names.
    if (scan.phase !== complete || bytes[scan.pid] !== quoteByte) return null
    const process = stringOf(bytes, scan.pid + 1, scan.pid + 16)
    if (process.startsWith('CUDA functions"')) return this.categories.named('kernel')
    return process.startsWith('CPU functions"') ? this.categories.named('cpu_op') : null
  }

  #startOf(bytes: Uint8Array, scan: EventScan): number {
    if (scan.ts === 0) return NaN
    if (this.base === 0) this.base = Math.floor(numberAt(bytes, scan.ts)) || 0
    return nanosecondsAt(bytes, scan.ts, this.base)
  }

  #addHost(bytes: Uint8Array, scan: EventScan): string | null {
    const first = bytes[scan.name]
    if ((first !== 0x50 && first !== 0x65) || scan.nameEnd - scan.name > 200) return null
    const name = stringOf(bytes, scan.name, scan.nameEnd)
    const step = stepName.exec(name)?.[1]
    const isWait = step === undefined && waitName.test(name)
    if (step === undefined && !isWait) return null
    const start = this.#startOf(bytes, scan)
    const duration = durationOf(bytes, scan)
    if (!Number.isFinite(start) || !(duration >= 0)) {
      this.doubtedTimes.add('host')
      return 'no time'
    }
    if (isWait) this.waits.add(start, start + duration)
    else if (this.steps.length < maxSteps) this.steps.push({ number: Number(step), start, duration })
    return null
  }

  #addGpu(bytes: Uint8Array, scan: EventScan, kind: 'kernel' | 'copy'): string | null {
    const values = this.#arguments
    const first = (bytes[scan.name] as number) | 0x20
    // Only copies and what may be a collective (`n…`) have more to say than their device.
    readArguments(bytes, scan.args, values, kind === 'kernel' && first !== 0x6e)
    const device = this.#deviceOf(bytes, scan)
    const start = this.#startOf(bytes, scan)
    const duration = durationOf(bytes, scan)
    const isTimed = duration >= 0 && Number.isFinite(start) && device !== null
    if (kind === 'copy') {
      this.copyTotals.add(bytes, scan.name, scan.nameEnd, duration, values.bytes)
      if (isTimed) device.copies.add(start, start + duration)
      else this.doubtedTimes.add('copy')
    } else if (!this.#addKernel(bytes, scan, device, start, duration)) this.doubtedTimes.add('kernel')
    if (isTimed) return null
    return device === null ? 'no device' : 'no time'
  }

  #addKernel(bytes: Uint8Array, scan: EventScan, device: DeviceTimes | null, start: number, duration: number): boolean {
    const name = this.kernelTotals.add(bytes, scan.name, scan.nameEnd, duration, 0)
    const communicates = (this.#communicates[name] ??= /^nccl/i.test(this.kernelTotals.names.names[name] ?? ''))
    this.kernels += 1
    if (communicates) this.communicationKernels += 1
    if (!(duration >= 0)) return false
    this.kernelTime += duration
    if (!Number.isFinite(start) || device === null) return false
    if (communicates) {
      const { collective, group, sequence } = this.#arguments
      this.collectives.add({ start, duration, name, collective, group, sequence })
    }
    return (communicates ? device.communication : device.compute).add(start, start + duration)
  }

  #deviceOf(bytes: Uint8Array, scan: EventScan): DeviceTimes | null {
    let number = this.#arguments.device
    // Of a GPU's event the process is the device; before Kineto the thread was.
    if (Number.isNaN(number) && scan.pid !== 0)
      number = numberAt(bytes, bytes[scan.pid] === quoteByte && scan.tid !== 0 ? scan.tid : scan.pid)
    if (!Number.isInteger(number)) return null
    const known = this.devices.get(number)
    if (known) return known
    if (this.devices.size >= maxDevices) return null
    const times = {
      compute: new IntervalSet(this.#budget),
      communication: new IntervalSet(this.#budget),
      copies: new IntervalSet(this.#budget),
    }
    this.devices.set(number, times)
    return times
  }
}
