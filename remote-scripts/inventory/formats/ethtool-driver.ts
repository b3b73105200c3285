import type { FormatParser } from '../../_kit/probe'
import { certain, notMine } from '../../_kit/detect'
import { isInventoryScript } from '../../_kit/nvidia'
import { parseCount } from '../../_kit/numbers'
import { add, fail, newReading, setFacts, skipRow, warn } from '../../_kit/reading'
import { cleanText, maxLineLength } from '../../_kit/text'
import { wholeLines } from './ports'

const begins = /^NIC statistics:\s*$/
const counter = /^\s{1,40}((?:\[\d{1,4}\]: )?[A-Za-z0-9_[\]()./-][A-Za-z0-9_[\]()./ -]{0,80}):\s{1,20}(\S{1,40})\s*$/
const troubles = /err|link_down|drop|discard|crc|out_of_buffer|fifo|symbol/i
const maxCounters = 20_000

/** ethtool -S: every counter of the driver, by its own name. */
export const ethtoolStatistics: FormatParser = {
  id: 'ethtool-statistics',
  detect: (head) => (/^NIC statistics:\s*$/m.test(head) && !isInventoryScript(head) ? certain : notMine),
  parse(text) {
    const { lines, cut } = wholeLines(cleanText(text))
    const start = lines.findIndex((line) => begins.test(line))
    if (start < 0) return []
    const reading = newReading('inventory', 'ethtool -S')
    const raised: string[] = []
    for (const line of lines.slice(start + 1, start + 1 + maxCounters)) {
      const match = line.length > maxLineLength ? null : counter.exec(line)
      if (!match) continue
      const [, name = '', printed] = match
      const value = parseCount(printed)
      if (value === null || !Number.isSafeInteger(value)) {
        skipRow(reading, line, 'its value is no count')
        continue
      }
      reading.rows.understood += 1
      add(reading, 'inventory.nic_counter', '1', value, { counter: name.trim() })
      if (value > 0 && troubles.test(name)) raised.push(`${name.trim()} ${value}`)
    }
    if (lines.length > start + 1 + maxCounters)
      fail(reading, 'parse.too_large', `Only the first ${maxCounters} lines of counters are read.`)
    setFacts(reading, { tool: 'ethtool', counters: reading.rows.understood })
    if (raised.length > 0) warn(reading, 'nic_errors', `Counters of errors and drops that are not 0: ${raised.slice(0, 12).join(', ')}.`)
    if (cut !== null) {
      skipRow(reading, cut, 'the text ends within it')
      fail(reading, 'parse.truncated', 'The list breaks off within a line.', cut)
    }
    return [reading]
  },
}

const driverPair = /^(driver|version|firmware-version|expansion-rom-version|bus-info|supports-[a-z-]{1,30}):\s?(.*)$/

/** ethtool -i: the driver behind an interface. */
export const ethtoolDriver: FormatParser = {
  id: 'ethtool-driver',
  detect: (head) =>
    /^driver: \S/m.test(head) && /^firmware-version:/m.test(head) && /^bus-info:/m.test(head) && !isInventoryScript(head)
      ? certain
      : notMine,
  parse(text) {
    const fields = new Map<string, string>()
    for (const line of cleanText(text).split('\n')) {
      const match = line.length > maxLineLength ? null : driverPair.exec(line)
      if (match && !fields.has(match[1] ?? '')) fields.set(match[1] ?? '', (match[2] ?? '').trim())
    }
    if (!fields.has('driver')) return []
    const reading = newReading('inventory', 'ethtool -i')
    const fact = (key: string): string | null => fields.get(key) || null
    setFacts(reading, {
      tool: 'ethtool',
      driver: fact('driver'),
      driver_version: fact('version'),
      firmware_version: fact('firmware-version'),
      bus_info: fact('bus-info'),
    })
    reading.rows.understood = 1
    return [reading]
  },
}
