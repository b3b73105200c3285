import type { StreamFormat } from '../../../_kit/probe'
import { certain, likely, notMine } from '../../../_kit/detect'
import { skipRow, type Reading } from '../../../_kit/reading'
import { TraceDocument, type TraceVisitor } from './document'
import { DocumentFacts, factMembers } from './document-facts'
import { textOf } from './bytes'
import { resultOf } from './result'
import { Tally } from './tally'

const torchMembers = /"(?:deviceProperties|distributedInfo|baseTimeNanoseconds|cupti_version|record_shapes|with_stack)"\s{0,20}:/
const torchEvents =
  /"cat"\s{0,20}:\s{0,20}"(?:cpu_op|cuda_runtime|cuda_driver|python_function|gpu_user_annotation|gpu_mem(?:cpy|set)|ac2g|fwdbwd|cpu_instant_event|Operator|cpu_to_cuda)"/
const legacyProcess = /"pid"\s{0,20}:\s{0,20}"(?:CPU|CUDA) functions"/
const anyEvent = /"ph"\s{0,20}:\s{0,20}"[A-Za-z]"/
const opensJson = /(?:^|\n)\s{0,200}[[{]/

const detect = (head: string): number => {
  const hasEvents = anyEvent.test(head)
  if (hasEvents && (torchEvents.test(head) || legacyProcess.test(head))) return certain
  if (!opensJson.test(head)) return notMine
  if (/"schemaVersion"\s{0,20}:\s{0,20}1\b/.test(head) && torchMembers.test(head)) return certain
  // A trace of whatever program: better a clear answer than none.
  return hasEvents && /"traceEvents"\s{0,20}:\s{0,20}\[/.test(head) ? likely : notMine
}

const open = (): ReturnType<StreamFormat['open']> => {
  const tally = new Tally()
  const facts = new DocumentFacts()
  let damage: string | null = null
  const skipped: [string, string][] = []
  const skip = (quote: string, why: string): void => {
    tally.skipped += 1
    if (skipped.length < 3) skipped.push([quote, why])
  }
  const visitor: TraceVisitor = {
    event(bytes, scan) {
      const why = tally.add(bytes, scan)
      if (why !== null) skip(textOf(bytes, scan.start, Math.min(scan.start + 200, scan.end)), why)
    },
    member: (key, json) => facts.take(key, json),
    damage(quote, position, bytes, scan) {
      damage ??= ` at byte ${position}`
      const category = scan && tally.categoryOf(bytes, scan)
      if (category) category.doubted = true
      tally.doubt(category)
      tally.events += 1
      skip(quote, 'no event')
    },
  }
  const document = new TraceDocument(visitor, factMembers)
  return {
    push: (piece) => document.push(piece),
    end() {
      const isWhole = document.end()
      const reading = resultOf(tally, facts, isWhole, damage)
      if (reading) quoteSkipped(reading, skipped)
      return reading ? [reading] : []
    },
  }
}

const quoteSkipped = (reading: Reading, skipped: readonly [string, string][]): void => {
  const { rows } = reading
  reading.rows = { ...rows, skipped: 0 }
  for (const [quote, why] of skipped) skipRow(reading, quote, why)
  reading.rows = rows
}

/** Chrome traces of the PyTorch profiler, of any size; `.json.gz` is unpacked before. */
export const chromeTrace: StreamFormat = { id: 'torch-trace-json', detect, fillsFile: true, open }
