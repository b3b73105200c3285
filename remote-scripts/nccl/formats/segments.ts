import { isHeader } from './columns'
import { rowStart } from './rows'

/** One test of a log. */
export interface Segment {
  lines: string[]
  /** The text ends without a line end in this segment. */
  openEnd: boolean
}

const versionLine = /^[ \t]*(?:#[ \t]*)?(?:nccl|rccl)-tests version /
const startingLine = /^[ \t]*(?:#[ \t]*)?Collective test starting:/
export const parametersLine = /^[ \t]*(?:#[ \t]*)?nThread \d+ nGpus \d+/
const footerLine = /^[ \t]*(?:#[ \t]*)?(?:Out of bounds values|Avg bus bandwidth|Collective test concluded)\b/

const stageOf = (line: string): number => {
  if (line.length > 2000) return 0
  if (versionLine.test(line)) return 1
  if (startingLine.test(line)) return 2
  if (parametersLine.test(line)) return 3
  return 0
}

/** Several tests in one log, each from its first header line; what stands before the first belongs to it, what follows a test to that test. */
export const splitTests = (lines: readonly string[], openEnd: boolean): Segment[] => {
  const segments: Segment[] = [{ lines: [], openEnd: false }]
  let stage = 0
  let filled = false
  for (const line of lines) {
    const found = stageOf(line)
    if (found > 0) {
      if (filled || (found <= stage && !isEcho(segments.at(-1)?.lines ?? [], line))) {
        segments.push({ lines: [], openEnd: false })
        filled = false
      }
      stage = found
    } else if (!filled && line.length < 2000 && (rowStart.test(line) || footerLine.test(line))) {
      filled = true
    } else if (filled && line.length < 2000 && isHeader(line) && lastIsFooter(segments.at(-1))) {
      // A table whose own header lines are lost, after the end of another.
      segments.push({ lines: [], openEnd: false })
      filled = false
      stage = 0
    }
    segments.at(-1)?.lines.push(line)
  }
  const last = segments.at(-1)
  if (last) last.openEnd = openEnd
  return segments
}

/** Several processes of one launch print the same line; a launch that failed has said so in between. */
const isEcho = (lines: readonly string[], line: string): boolean => {
  const before = lines.lastIndexOf(line)
  return before >= 0 && lines.slice(before).every((between) => /^\s*(?:#|$)/.test(between))
}

const lastIsFooter = (segment: Segment | undefined): boolean => segment?.lines.some((line) => /Avg bus bandwidth/.test(line)) ?? false
