import type { ParseResult } from '../../../preload/contract'
import type { Reading } from '../../_kit/reading'
import { fail, warn } from '../../_kit/reading'
import { looksWhole } from '../../_kit/table'
import { processMark } from '../../_kit/text'

/**
 * Whether a last line without a line end can be trusted. These tools pad their rows with blanks: where the row before ends
 * in one, so does a whole row; otherwise its length or its decimals tell.
 */
export const lastIsWhole = (row: string, before: string | null): boolean =>
  before !== null && /\s$/.test(before) ? /\s$/.test(row) : looksWhole(row, before)

/** What to say of a last row that is cut. */
export const noteCut = (reading: Reading, row: string): void => {
  warn(reading, 'truncated', 'The last row breaks off; it is left out.')
  fail(reading, 'parse.truncated', 'The last row breaks off; it is left out. Copy the whole file again.', row)
}

export const isProcessMark = (line: string): boolean => line.startsWith('=== ') && processMark.test(line)

/** Tables of several hosts in one text, each read by itself: every host has a GPU 0. */
export const ofEachProcess = (text: string, parse: (text: string) => ParseResult[]): ParseResult[] => {
  const parts: { from: string | null; lines: string[] }[] = [{ from: null, lines: [] }]
  for (const line of text.split('\n')) {
    const from = line.startsWith('=== ') ? processMark.exec(line)?.[1] : undefined
    if (from !== undefined) parts.push({ from, lines: [] })
    else parts.at(-1)?.lines.push(line)
  }
  if (parts.length === 1) return parse(text)
  return parts.flatMap(({ from, lines }, index) => {
    const results = parse(index < parts.length - 1 ? `${lines.join('\n')}\n` : lines.join('\n'))
    if (from === null) return results
    return results.map((result) => ({
      ...result,
      facts: { ...result.facts, host: from },
      measurements: result.measurements.map((entry) => ({ ...entry, dimensions: { ...entry.dimensions, host: from } })),
    }))
  })
}

/** Distinct numbers or names in the order of their first row, and how often each was seen. */
export class Tally {
  readonly seen = new Map<string | number, number>()

  /** How often `key` was seen before. */
  next(key: string | number): number {
    const before = this.seen.get(key) ?? 0
    this.seen.set(key, before + 1)
    return before
  }

  get keys(): (string | number)[] {
    return [...this.seen.keys()].sort((a, b) =>
      typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b)),
    )
  }

  get most(): number {
    return Math.max(0, ...this.seen.values())
  }
}
