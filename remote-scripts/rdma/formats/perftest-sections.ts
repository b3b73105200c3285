import { maxLineLength } from '../../_kit/text'
import { titleLine } from './perftest-header'

export const headerLine = /^\s*#?bytes\s+#?(?:iterations|sl)\b/
export const dashes = /^\s*-{20,}\s*$/
export const numericRow = /^\s*\d{1,18}\s+\d{1,18}\s+(?:[\d.]|-?(?:\d|nan|inf))/
export const waiting = /Waiting for client (?:rdma_cm QP )?to connect/

/** As a server prints it before its client comes. */
export const banner = /^\s*\* Waiting for client to connect\.\.\. \*\s*$/

/** What `--report-both` prints behind the sum of both directions. */
const sideLine = /^\s*(Local|Remote) results:\s*$/

/** One table with what stands before it. */
export interface Section {
  lines: string[]
  openEnd: boolean
  /** One direction of the bidirectional test before it. */
  side?: 'local' | 'remote'
}

const isEnd = (lines: readonly string[]): boolean => {
  const header = lines.findIndex((line) => headerLine.test(line))
  return header >= 0 && lines.slice(header + 1).some((line) => numericRow.test(line) || dashes.test(line))
}

/** A new test begins at its title, or at a header when the one before has its table already; banners before a title belong to it. */
export const splitSections = (lines: readonly string[], openEnd: boolean): Section[] => {
  const sections: Section[] = [{ lines: [], openEnd: false }]
  let carried: string[] = []
  const begin = (): void => {
    const last = sections.at(-1)
    if (last && last.lines.some((line) => titleLine.test(line) || headerLine.test(line))) sections.push({ lines: carried, openEnd: false })
    else for (const line of carried) last?.lines.push(line)
    carried = []
  }
  for (const line of lines) {
    const short = line.length <= maxLineLength
    const current = sections.at(-1)
    const side = short ? sideLine.exec(line)?.[1] : undefined
    if (side !== undefined && current) {
      sections.push({ lines: parametersOf(sections), openEnd: false, side: side === 'Local' ? 'local' : 'remote' })
      continue
    }
    if (short && titleLine.test(line)) begin()
    else if (short && headerLine.test(line) && current?.lines.some((known) => headerLine.test(known))) begin()
    else if (short && current && isBanner(line) && isEnd(current.lines)) {
      carried.push(line)
      continue
    } else if (carried.length > 0) {
      // Not a title after all: the lines stay where they are.
      carried.push(line)
      continue
    }
    sections.at(-1)?.lines.push(line)
  }
  const last = sections.at(-1)
  for (const line of carried) last?.lines.push(line)
  if (last) last.openEnd = openEnd
  return sections
}

/** What stands above the table of the test that a table of one direction belongs to. */
const parametersOf = (sections: readonly Section[]): string[] => {
  const lines = sections.findLast((section) => section.side === undefined)?.lines ?? []
  const table = lines.findIndex((line) => headerLine.test(line))
  return lines.slice(0, table < 0 ? 0 : table)
}

const isBanner = (line: string): boolean =>
  /^\s*\*{4,}|^initializing CUDA/.test(line) || waiting.test(line) || /\bib_(?:write|read|send|atomic)_(?:bw|lat)\b/.test(line)
