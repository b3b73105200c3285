import type { Dimensions } from '../../../preload/contract'
import type { Scale } from '../../_kit/numbers'
import { convert } from '../../_kit/numbers'
import { fail, skipRow } from '../../_kit/reading'
import type { LineReader, Run } from './run'
import { binaryGigabytes, binaryMegabytes, decimalGigabytes } from './scales'

const seen: readonly (readonly [string, string])[] = [
  ['MA', 'zero.mem_allocated'],
  ['Max_MA', 'zero.mem_peak'],
  ['CA', 'zero.mem_reserved'],
  ['Max_CA', 'zero.mem_reserved_peak'],
]

/** Where see_memory_usage was called, as its label says. */
const labelOf = (run: Run): Dimensions => (run.memoryLabel === null ? {} : { at: run.memoryLabel })

const readSeen = (run: Run, line: string): boolean => {
  const label = labelOf(run)
  let found = 0
  for (const [field, metric] of seen) {
    const token = new RegExp(`(?:^|\\s)${field} ([\\d.]{1,20}) ?GB\\b`).exec(line)?.[1]
    if (run.values.add(metric, 'bytes', convert(token, binaryGigabytes), { field, ...label })) found += 1
  }
  if (found > 0) run.reading.rows.understood += 1
  else skipRow(run.reading, line, 'no figure in GB')
  return true
}

/** DeepSpeed 0.3: `Memory Allocated 6.25 GigaBytes  Max Memory Allocated 6.5 GigaBytes`, and the same of the cache. */
const early: readonly (readonly [string, string, RegExp])[] = [
  ['Memory Allocated', 'zero.mem_allocated', /(?<!Max )\bMemory Allocated ([\d.]{1,30}) GigaBytes/],
  ['Max Memory Allocated', 'zero.mem_peak', /\bMax Memory Allocated ([\d.]{1,30}) GigaBytes/],
  ['Cache Allocated', 'zero.mem_reserved', /(?<!Max )\b[Cc]ache Allocated ([\d.]{1,30}) GigaBytes/],
  ['Max cache Allocated', 'zero.mem_reserved_peak', /\bMax [Cc]ache Allocated ([\d.]{1,30}) GigaBytes/],
]

const readEarly = (run: Run, line: string): boolean => {
  let found = 0
  for (const [field, metric, pattern] of early) {
    const value = convert(pattern.exec(line)?.[1], binaryGigabytes)
    if (run.values.add(metric, 'bytes', value, { field, ...labelOf(run) })) found += 1
  }
  if (found > 0) run.reading.rows.understood += 1
  else skipRow(run.reading, line, 'no figure in GigaBytes')
  return true
}

/** DeepSpeed's see_memory_usage: a line that says where, one with four figures, one about the host. */
export const readMemoryUsage: LineReader = (run, line) => {
  if (line.includes('Max_MA') && /(?:^|\s)MA [\d.]{1,20} ?GB? .{0,40}Max_MA/.test(line)) return readSeen(run, line)
  if (line.includes('CPU Virtual Memory:')) {
    const token = /CPU Virtual Memory: +used = ([\d.]{1,20}) ?GB\b/.exec(line)?.[1]
    const field = 'CPU Virtual Memory used'
    if (!run.values.add('zero.host_mem_used', 'bytes', convert(token, binaryGigabytes), { field, ...labelOf(run) })) return false
    run.reading.rows.understood += 1
    return true
  }
  if (line.includes(' GigaBytes') && line.includes(' Allocated ')) return readEarly(run, line)
  if (!line.includes('see_memory_usage]')) return false
  const label = /\bsee_memory_usage\]\s+(\S.{0,160})$/.exec(line)?.[1]
  if (label !== undefined) {
    run.memoryLabel = label.trim()
    run.tools.add('DeepSpeed')
  }
  return false
}

const fields: Record<string, string> = {
  allocated: 'zero.mem_allocated',
  'max allocated': 'zero.mem_peak',
  reserved: 'zero.mem_reserved',
  'max reserved': 'zero.mem_reserved_peak',
  'mem-allocated-gigabytes': 'zero.mem_allocated',
  'mem-max-allocated-gigabytes': 'zero.mem_peak',
  'mem-reserved-gigabytes': 'zero.mem_reserved',
  'mem-max-reserved-gigabytes': 'zero.mem_reserved_peak',
}

const scaleOf = (field: string, printed: string): Scale | null => {
  if (field.endsWith('-gigabytes')) return decimalGigabytes
  return printed === 'MB' ? binaryMegabytes : null
}

/** Megatron's `[Rank 0] (after 1 iterations) memory (MB) | allocated: 12.5 | max allocated: ...`. */
export const readMemoryReport: LineReader = (run, line) => {
  if (!line.includes('memory (')) return false
  const match = /\bafter (\d{1,12}) iterations\)? memory \((\w{1,8})\) {0,4}\|/.exec(line)
  if (!match) return false
  const rank = /\[Rank (\d{1,7})\]/i.exec(line.slice(0, match.index))?.[1]
  const dimensions = { iteration: Number(match[1]), ...(rank === undefined ? {} : { rank: Number(rank) }) }
  let found = 0
  for (const part of line.slice(match.index + match[0].length).split('|')) {
    const pair = /^\s*([a-z][a-z -]{1,60}): {0,4}([\d.]{1,30})\s*$/.exec(part)
    const field = pair?.[1] ?? ''
    const metric = Object.hasOwn(fields, field) ? fields[field] : undefined
    if (!pair || metric === undefined) continue
    const scale = scaleOf(field, match[2] ?? '')
    if (!scale) fail(run.reading, 'parse.unit_unknown', `The size of a ${match[2] ?? ''} in the memory report is not known.`, line)
    else if (run.values.add(metric, 'bytes', convert(pair[2], scale), { field, ...dimensions })) found += 1
  }
  if (found > 0) run.reading.rows.understood += 1
  else skipRow(run.reading, line, 'no figure that is known')
  return true
}
