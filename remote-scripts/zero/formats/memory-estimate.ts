import type { ParseResult } from '../../../preload/contract'
import { certain, notMine } from '../../_kit/detect'
import { convert } from '../../_kit/numbers'
import type { FormatParser } from '../../_kit/probe'
import { add, fail, newReading, setFacts, skipRow, warn, type Reading } from '../../_kit/reading'
import { cleanText, maxLineLength } from '../../_kit/text'
import { binaryGigabytes } from './scales'

const opening = /^\s*Estimated memory needed for params, optim states and gradients for a:/
const row = /^\s*[\d.]{1,20} ?[GM]B\s*\|/
const multiples: Record<string, number> = { '': 1, K: 1e3, M: 1e6, B: 1e9, G: 1e9 }

const columnOf = (name: string): string => {
  const word = name.trim().toLowerCase()
  if (word === 'per cpu') return 'zero.mem_per_cpu'
  return word === 'per gpu' ? 'zero.mem_per_gpu' : word
}

const readSetup = (reading: Reading, line: string): void => {
  const hardware = /^\s*HW: Setup with (\d{1,7}) nodes?, (\d{1,7}) GPUs? per node/.exec(line)
  if (hardware) setFacts(reading, { nodes: Number(hardware[1]), gpus_per_node: Number(hardware[2]) })
  const software = /^\s*SW: Model with ([\d.]{1,20})([KMBG]?) total params(?:, ([\d.]{1,20})([KMBG]?) largest layer params)?/.exec(line)
  if (software)
    setFacts(reading, {
      params: Number(software[1]) * (multiples[software[2] ?? ''] ?? 1),
      ...(software[3] === undefined ? {} : { largest_layer_params: Number(software[3]) * (multiples[software[4] ?? ''] ?? 1) }),
    })
}

const readRow = (reading: Reading, line: string, columns: readonly string[] | null, cut: boolean): void => {
  const cells = line.split('|').map((cell) => cell.trim())
  if (!columns || cells.length !== columns.length || cut) {
    skipRow(reading, line, columns ? 'it breaks off, or has other columns than its header' : 'the header line is missing')
    return
  }
  const options = (cells[columns.indexOf('options')] ?? '').replace(/\s*,\s*/g, ', ')
  if (/offload_param|zero_init/.test(options)) reading.facts['zero_stage'] = 3
  else reading.facts['zero_stage'] ??= 2
  let found = 0
  columns.forEach((metric, index) => {
    if (!metric.startsWith('zero.')) return
    const token = /^([\d.]{1,20}) ?GB$/.exec(cells[index] ?? '')?.[1]
    if (add(reading, metric, 'bytes', convert(token, binaryGigabytes), { options })) found += 1
  })
  if (found > 0) reading.rows.understood += 1
  else skipRow(reading, line, 'no size in GB')
}

/** Two headers in one table that put the columns differently: rows below belong to neither for sure. */
const agreed = (before: readonly string[] | null, now: string[]): string[] => (before && before.join() !== now.join() ? [] : now)

const readEstimate = (lines: readonly string[], openEnd: boolean): ParseResult => {
  const reading = newReading('zero', 'DeepSpeed memory estimator')
  let columns: string[] | null = null
  lines.forEach((line, index) => {
    readSetup(reading, line)
    if (/\bper CPU\b/.test(line) && /\bper GPU\b/.test(line)) columns = agreed(columns, line.split('|').map(columnOf))
    else if (row.test(line)) readRow(reading, line, columns, openEnd && index === lines.length - 1)
  })
  setFacts(reading, { options: reading.rows.understood })
  warn(
    reading,
    'estimate_not_measurement',
    'A forecast from the number of parameters, not a measurement: activations and buffers are not in it.',
  )
  if (openEnd && reading.rows.skipped > 0) fail(reading, 'parse.truncated', 'The table breaks off in its last row.', lines.at(-1))
  else if (reading.measurements.length === 0) fail(reading, 'parse.no_rows', 'The estimate has no row that could be read.')
  return reading
}

/** estimate_zero2/zero3_model_states_mem_needs (live and cold): sizes of GB are 2^30 bytes. */
export const memoryEstimate: FormatParser = {
  id: 'zero-memory-estimate',
  detect: (head) =>
    head.includes('Estimated memory needed') && head.split('\n').some((line) => opening.test(line.slice(0, 200))) ? certain : notMine,
  keepsLine: (line) => line.length <= maxLineLength && /Estimated memory|^\s*[HS]W: |per CPU|GB\s*\|/.test(line),
  parse(text) {
    const clean = cleanText(text)
    const sections: string[][] = []
    const lines = clean.split('\n').map((line) => (line.length > maxLineLength ? '' : line))
    if (clean.endsWith('\n')) lines.pop()
    for (const line of lines) {
      if (opening.test(line)) sections.push([])
      sections.at(-1)?.push(line)
    }
    return sections.map((section, index) => readEstimate(section, index === sections.length - 1 && !clean.endsWith('\n')))
  },
}
