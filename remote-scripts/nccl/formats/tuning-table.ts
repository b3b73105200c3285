import { parseNumber } from '../../_kit/numbers'
import { add, skipRow, type Reading } from '../../_kit/reading'

/** NCCL's names of functions as the other formats name collectives. */
const functions = new Map([
  ['Broadcast', 'broadcast'],
  ['Reduce', 'reduce'],
  ['AllGather', 'all_gather'],
  ['ReduceScatter', 'reduce_scatter'],
  ['AllReduce', 'all_reduce'],
])

interface Column {
  algorithm: string
  protocol: string
}

/** The table that one thread prints, block by block. */
interface Block {
  communicator: number
  algorithms: string[] | null
  columns: Column[] | null
  seen: Set<string>
}

const maxThreads = 4096

const cellsOf = (text: string): string[] => {
  const cells = text.split('|').map((cell) => cell.trim())
  return cells.slice(1, -1)
}

/**
 * NCCL's tuning table, printed with NCCL_DEBUG_SUBSYS=TUNING: latency in us over bandwidth in GB/s for every collective, algorithm
 * and protocol. Up to 2.17 one block with `Ring/LL128` over each column, since then blocks of three algorithms.
 */
export class TuningTables {
  private readonly blocks = new Map<string, Block>()
  private count = 0

  constructor(private readonly reading: Reading) {}

  /** `thread`: who prints; `text`: the line behind `NCCL INFO`. */
  line(thread: string, text: string): void {
    if (!text.includes('|')) return
    const name = /^\s*(Latency\/AlgBw|Algorithm|Protocol|[A-Z][A-Za-z]{3,20})\s*\|/.exec(text)?.[1]
    if (name === 'Latency/AlgBw') this.openOld(thread, text)
    else if (name === 'Algorithm') this.open(thread, cellsOf(text))
    else if (name === 'Protocol') this.protocols(thread, cellsOf(text))
    else if (name !== undefined) this.row(thread, text, name)
  }

  private begin(thread: string, known: Block | undefined): Block | null {
    if (!known && this.blocks.size >= maxThreads) return null
    // A block that follows the rows of the one before belongs to the same communicator unless it begins with the first algorithm again.
    const block: Block = { communicator: known?.communicator ?? this.count, algorithms: null, columns: null, seen: new Set() }
    if (!known) this.count += 1
    this.blocks.set(thread, block)
    return block
  }

  private openOld(thread: string, text: string): void {
    this.blocks.delete(thread)
    const block = this.begin(thread, undefined)
    const pairs = cellsOf(text).map((cell) => /^([\w-]{1,30})\s*\/\s*(\w{1,20})$/.exec(cell))
    if (block && pairs.every((pair) => pair !== null))
      block.columns = pairs.map((pair) => ({ algorithm: pair?.[1] ?? '', protocol: pair?.[2] ?? '' }))
  }

  private open(thread: string, algorithms: string[]): void {
    if (algorithms[0] === 'Tree') this.blocks.delete(thread)
    const block = this.begin(thread, this.blocks.get(thread))
    if (block) block.algorithms = algorithms.filter((name) => name !== '')
  }

  private protocols(thread: string, names: string[]): void {
    const block = this.blocks.get(thread)
    if (!block) return
    const each = new Set(names).size
    const { algorithms } = block
    block.columns = null
    // Its own line of algorithms is missing: the one before belongs to another block.
    if (algorithms === null || block.seen.size > 0 || each === 0) return
    block.columns = algorithms.flatMap((algorithm) => names.slice(0, each).map((protocol) => ({ algorithm, protocol })))
  }

  private row(thread: string, text: string, name: string): void {
    const cells = cellsOf(text).filter((cell) => /^[\d.]{1,20}\/\s*[\d.]{1,20}$/.test(cell))
    if (cells.length === 0) return
    const block = this.blocks.get(thread)
    const columns = block?.columns
    if (!block || !columns || block.seen.has(name) || cells.length !== columns.length) {
      skipRow(this.reading, text, 'the lines that name its algorithms and protocols are missing, or it is cut')
      return
    }
    block.seen.add(name)
    columns.forEach((column, index) => {
      const [latency, bandwidth] = (cells[index] ?? '').split('/').map((token) => parseNumber(token.trim()))
      // 0.0: NCCL will not choose this pair.
      if (bandwidth === 0) return
      const dimensions = { collective: functions.get(name) ?? name, ...column, communicator: block.communicator }
      add(this.reading, 'nccl.tuning_latency', 'us', latency, dimensions)
      add(this.reading, 'nccl.tuning_bandwidth', 'GB/s', bandwidth, dimensions)
    })
    this.reading.rows.understood += 1
  }
}
