import type { ParseResult } from '../../../preload/contract'
import { certain, notMine } from '../../_kit/detect'
import { parseNumber } from '../../_kit/numbers'
import type { FormatParser } from '../../_kit/probe'
import { fail, newReading, setFacts, skipRow, warn, type Reading } from '../../_kit/reading'
import { cleanText, maxLineLength } from '../../_kit/text'
import { cellsOf } from '../streams/csv'
import { modeOf, perfAnalyzer, readExperiment } from './perf-analyzer'
import { percentiles } from './percentiles'

const header = /^(Concurrency|Request Rate),(?:.{0,4000},)?Inferences\/Second(?:,|$)/
const share = /^p(\d{1,2}) latency$/i

/** Columns by their index: ends of the metric's name. */
const timesOf = (names: readonly string[]): Map<number, string> =>
  new Map(
    names.flatMap((name, index) => {
      const end = /^avg latency$/i.test(name) ? 'mean' : percentiles.get(Number(share.exec(name)?.[1]))
      return end === undefined ? [] : [[index, end] as const]
    }),
  )

const readRow = (cells: readonly string[], names: readonly string[]): Reading | null => {
  const rate = cells[names.indexOf('Inferences/Second')]?.trim() ?? ''
  if (cells.length !== names.length || parseNumber(cells[0]) === null || parseNumber(rate) === null) return null
  const times = new Map<string, number>()
  for (const [index, end] of timesOf(names)) {
    const us = parseNumber(cells[index]?.trim())
    if (us !== null) times.set(end, us)
  }
  const reading = readExperiment({
    mode: modeOf(names[0] ?? ''),
    level: cells[0] ?? '',
    requests: null,
    inferencesPerS: rate,
    batch: null,
    times,
  })
  reading.rows.understood = 1
  return reading
}

/** Rows of one table; those that are none are told by the last result before them. */
const readTable = (lines: readonly string[], names: readonly string[], results: Reading[], cut: string): void => {
  const before = results.length
  const last = (): Reading => {
    const known = results.length > before ? results.at(-1) : undefined
    if (known) return known
    const reading = newReading('serving', perfAnalyzer)
    setFacts(reading, { tool: perfAnalyzer })
    results.push(reading)
    return reading
  }
  for (const line of lines) {
    if (!line.includes(',') || line.length >= maxLineLength) continue
    const reading = readRow(cellsOf(line, ','), names)
    if (reading) results.push(reading)
    else skipRow(last(), line, 'its columns are not those of the header')
  }
  if (cut.includes(',')) {
    warn(last(), 'truncated', 'The text ends within a row.')
    fail(last(), 'parse.truncated', 'The text ends within a row.', cut)
  } else if (results.length === before) fail(last(), 'parse.no_rows', 'The table has a header and no rows.')
}

/** `perf_analyzer -f FILE`: a row for each concurrency or rate; microseconds as the tool defines them. */
export const perfAnalyzerCsv: FormatParser = {
  id: 'perf-analyzer-csv',
  detect: (head) => (head.split('\n').some((line) => line.length < maxLineLength && header.test(line)) ? certain : notMine),
  parse(text): ParseResult[] {
    const lines = cleanText(text).split('\n')
    const at = lines.findIndex((line) => line.length < maxLineLength && header.test(line))
    const results: Reading[] = []
    if (at < 0) return results
    const names = cellsOf(lines[at] ?? '', ',').map((name) => name.trim())
    readTable(lines.slice(at + 1, -1), names, results, at === lines.length - 1 ? '' : (lines.at(-1) ?? ''))
    return results
  },
}
