import type { ParseResult } from '../../../preload/contract'
import type { FormatParser } from '../../_kit/probe'
import { certain, notMine } from '../../_kit/detect'
import { isInventoryScript } from '../../_kit/nvidia'
import { fail, warn } from '../../_kit/reading'
import { cleanText } from '../../_kit/text'
import { nodeAt } from '../../_kit/xml'
import { headOf, readSnapshot } from './smi-snapshot'
import { readTextLog, type TextLog } from './smi-text-tree'

const banner = /^\s{0,40}={5,40}NVSMI LOG={5,40}\s*$/

/** A whole log describes its processes last; one of chosen sections (`-d`) does not begin with the product's name. */
const isCut = ({ gpus }: TextLog): boolean => {
  const last = gpus.at(-1)
  if (!last || !nodeAt(last, 'product_name'))
    return gpus.length > 1 && last !== undefined && last.children.length < (gpus[0]?.children.length ?? 0)
  return !last.children.some(({ name }) => name === 'processes')
}

const readLog = (lines: readonly string[], sample: number | null): ParseResult => {
  const log = readTextLog(lines)
  const reading = readSnapshot({ ...headOf(log.head), gpus: log.gpus, sample })
  const damaged = [...new Set(log.gpus.flatMap((gpu) => gpu.children.filter(({ broken }) => broken).map(({ name }) => name)))]
  if (damaged.length > 0)
    warn(reading, 'lines_lost', `Sections whose lines are not their own are left out: ${damaged.slice(0, 10).join(', ')}.`)
  if (log.gpus.length === 0) fail(reading, 'parse.no_rows', 'The log lists no GPU.')
  else if (isCut(log)) {
    warn(reading, 'truncated', 'The log breaks off within its last GPU.')
    fail(reading, 'parse.truncated', 'The log breaks off within its last GPU; what was complete is read.')
  }
  return reading
}

/** A log that was pasted with an indentation has it in every line; levels are told by what is left. */
const withoutMargin = (line: string, margin: number): string => (line.slice(0, margin).trim() === '' ? line.slice(margin) : line)

/** nvidia-smi -q as text, once or in a loop, whole or of chosen sections. */
export const smiText: FormatParser = {
  id: 'nvidia-smi-q-text',
  detect: (head) =>
    head.includes('NVSMI LOG') && head.split('\n').some((line) => banner.test(line)) && !isInventoryScript(head) ? certain : notMine,
  parse(text) {
    const logs: string[][] = []
    let margin = 0
    for (const line of cleanText(text).split('\n')) {
      if (banner.test(line)) {
        logs.push([])
        margin = line.indexOf('=')
      } else logs.at(-1)?.push(withoutMargin(line, margin))
    }
    return logs.map((lines, index) => readLog(lines, logs.length > 1 ? index : null))
  },
}
