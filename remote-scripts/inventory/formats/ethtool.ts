import type { FormatParser } from '../../_kit/probe'
import { certain, notMine } from '../../_kit/detect'
import { isInventoryScript } from '../../_kit/nvidia'
import { convert, parseNumber, rateScale } from '../../_kit/numbers'
import { add, fail, newReading, setFacts, warn, type Reading } from '../../_kit/reading'
import { cleanText, maxLineLength } from '../../_kit/text'
import { endsBlock, Fields } from './ports'

const begins = /^\s{0,8}Settings for ([^\s:]{1,40}):\s*$/
const pair = /^\s{1,40}([A-Z][A-Za-z -]{1,60}):\s{0,20}(.*)$/
/** As copied without its indentation: only the names that are read, up to the first empty line. */
const flatPair =
  /^(Speed|Lanes|Duplex|Port|Auto-negotiation|Link detected|Supported [a-z ]{1,30}|Advertised [a-zA-Z -]{1,30}):\s{0,20}(.*)$/
const missing = /^\s{0,8}(?:Cannot get device settings|netlink error): No such device\s*$/
/** `100000baseCR4/Full`, of whatever line of the list. */
const mode = /\b(\d{2,7})base[A-Za-z0-9-]{1,12}\/(?:Full|Half)/g
const megabits = rateScale('Mb/s')

interface Block {
  name: string
  fields: Fields
  /** Fastest supported mode in Mb/s. */
  fastest: number
  /** ethtool has found the interface. */
  exists: boolean
}

const blocksOf = (lines: readonly string[]): Block[] => {
  const blocks: Block[] = []
  let block: Block | null = null
  let list = ''
  let flat = false
  for (const line of lines) {
    if (line.length > maxLineLength) continue
    const name = begins.exec(line)?.[1]
    if (name !== undefined) {
      block = { name, fields: new Fields(), fastest: 0, exists: true }
      blocks.push(block)
      flat = true
      continue
    }
    if (endsBlock(line)) block = null
    if (block && missing.test(line)) block.exists = false
    if (line.trim() === '') flat = false
    const match = pair.exec(line) ?? (flat ? flatPair.exec(line) : null)
    if (match) list = match[1] ?? ''
    if (!block) continue
    if (match) block.fields.set(list, (match[2] ?? '').trim())
    if (list === 'Supported link modes') for (const found of line.matchAll(mode)) block.fastest = Math.max(block.fastest, Number(found[1]))
  }
  return blocks
}

const yesNo = (text: string | null): boolean | null =>
  text === 'yes' || text === 'on' ? true : text === 'no' || text === 'off' ? false : null

/** `40000Mb/s`; `Unknown!` and what a link that is down says are no rate. */
const speedOf = ({ fields }: Block): string | null => /^(\d{1,7})Mb\/s/.exec(fields.get('Speed') ?? '')?.[1] ?? null

const factOf = (block: Block): Record<string, string | number | boolean | null> => {
  const mbps = parseNumber(speedOf(block) ?? undefined)
  const { fields } = block
  const lanes = parseNumber(fields.get('Lanes') ?? undefined)
  return {
    rate_gbps: mbps === null ? null : mbps / 1000,
    duplex: /^(?:Full|Half)$/.exec(fields.get('Duplex') ?? '')?.[0] ?? null,
    port: fields.get('Port'),
    link_detected: yesNo(/^(?:yes|no)/.exec(fields.get('Link detected') ?? '')?.[0] ?? null),
    autoneg: yesNo(fields.get('Auto-negotiation')),
    ...(lanes === null ? {} : { lanes }),
    ...(block.fastest > 0 ? { supported_gbps: block.fastest / 1000 } : {}),
  }
}

const warnOf = (reading: Reading, blocks: readonly Block[]): void => {
  const down = blocks.filter((block) => factOf(block)['link_detected'] === false)
  const unknown = blocks.filter((block) => speedOf(block) === null && !down.includes(block))
  const half = blocks.filter((block) => factOf(block)['duplex'] === 'Half')
  const slower = blocks.filter((block) => Number(speedOf(block) ?? Infinity) < block.fastest)
  const names = (list: readonly Block[]): string =>
    list
      .map(({ name }) => name)
      .slice(0, 16)
      .join(', ')
  if (down.length > 0) warn(reading, 'nic_link_down', `No link on ${names(down)}: check cable and switch.`)
  if (unknown.length > 0)
    warn(reading, 'nic_rate_unknown', `ethtool gives no speed for ${names(unknown)}: its driver does not say, or it needs root.`)
  if (half.length > 0) warn(reading, 'half_duplex', `Half duplex on ${names(half)}: auto-negotiation has failed on one side.`)
  if (slower.length > 0)
    warn(
      reading,
      'supports_more_than_negotiated',
      `Links slower than their card can: ${slower.map((block) => `${block.name} ${Number(speedOf(block)) / 1000} of ${block.fastest / 1000} Gb/s`).join(', ')}. Cable, switch port or settings hold them.`,
    )
}

/** ethtool without options, for one interface or several. */
export const ethtool: FormatParser = {
  id: 'ethtool',
  detect: (head) => (/^\s{0,8}Settings for [^\s:]{1,40}:\s*$/m.test(head) && !isInventoryScript(head) ? certain : notMine),
  parse(text) {
    const all = blocksOf(cleanText(text).split('\n'))
    if (all.length === 0) return []
    const blocks = all.filter(({ exists }) => exists)
    const reading = newReading('inventory', 'ethtool')
    setFacts(reading, {
      tool: 'ethtool',
      nic_count: blocks.length,
      nics: Object.fromEntries(blocks.slice(0, 1024).map((block) => [block.name, factOf(block)])),
    })
    for (const block of blocks) {
      const mbps = speedOf(block)
      add(reading, 'inventory.nic', '1', 1, { nic: block.name })
      if (mbps !== null && megabits) add(reading, 'inventory.port_rate', 'GB/s', convert(mbps, megabits), { nic: block.name })
      reading.rows.understood += 1
    }
    warnOf(reading, blocks)
    const absent = all.filter(({ exists }) => !exists).map(({ name }) => name)
    if (absent.length > 0) fail(reading, 'remote.no_interface', `There is no interface ${absent.slice(0, 16).join(', ')} on this host.`)
    return [reading]
  },
}
