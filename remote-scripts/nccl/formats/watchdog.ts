import { convert, timeScale } from '../../_kit/numbers'
import { fail, setFacts, warn, type Reading } from '../../_kit/reading'

/** `[Rank 3] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=214, OpType=ALLREDUCE, …, Timeout(ms)=600000) ran for …` */
const timeout =
  /(?:\[Rank (\d{1,7})\] )?Watchdog caught collective operation timeout: WorkNCCL\(SeqNum=(\d{1,18}), OpType=(\w{1,40}),.{0,200}?Timeout\(ms\)=(\d{1,15})\)/
const quick = 'Watchdog caught collective operation timeout'

/** True for a line that the watchdog of PyTorch prints about a collective that did not end. */
export const isWatchdogLine = (line: string): boolean => line.includes(quick)

const maxRanks = 10_000
const named = 8

/** What PyTorch's watchdog says of the collectives that did not end, each rank once: the first one it waited in. */
export class Watchdog {
  private readonly waiting = new Map<string, string>()
  private first: { line: string; collective: string; limitMs: string } | null = null

  line(line: string): void {
    const match = timeout.exec(line)
    if (!match) return
    const [, rank = '', sequence = '', collective = '', limitMs = ''] = match
    this.first ??= { line, collective, limitMs }
    if (rank !== '' && !this.waiting.has(rank) && this.waiting.size < maxRanks) this.waiting.set(rank, `${collective} ${sequence}`)
  }

  into(reading: Reading): void {
    if (this.first === null) return
    const scale = timeScale('ms')
    setFacts(reading, {
      hung_collective: this.first.collective,
      ...(scale ? { collective_timeout_us: convert(this.first.limitMs, scale) } : {}),
      ...(this.waiting.size > 0 ? { ranks_timed_out: this.waiting.size } : {}),
    })
    const ranksOf = new Map<string, string[]>()
    for (const [rank, call] of this.waiting) ranksOf.set(call, [...(ranksOf.get(call) ?? []), rank])
    if (ranksOf.size > 1)
      warn(
        reading,
        'collectives_differ',
        `The ranks wait in different calls; within one process group that means that they do not make the same calls in the same order: ${[
          ...ranksOf,
        ]
          .map(([call, ranks]) => `${call} (rank ${ranks.slice(0, named).join(', ')}${ranks.length > named ? ' …' : ''})`)
          .slice(0, named)
          .join('; ')}.`,
      )
    fail(
      reading,
      'remote.timed_out',
      'A collective did not end within its time limit: a rank has died, hangs, or makes other calls than the rest. Look at the first rank that stopped, and run again with NCCL_DEBUG=INFO and TORCH_NCCL_TRACE_BUFFER_SIZE=2000.',
      this.first.line,
    )
  }
}
