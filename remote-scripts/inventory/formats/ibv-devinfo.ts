import type { FormatParser } from '../../_kit/probe'
import { certain, likely, notMine } from '../../_kit/detect'
import { isInventoryScript } from '../../_kit/nvidia'
import { parseNumber } from '../../_kit/numbers'
import { fail, newReading, setFacts, skipRow, warn } from '../../_kit/reading'
import { cleanText } from '../../_kit/text'
import { cardsOf, type Card, type CardLines } from './cards'
import { addPorts, Fields, newPort, stateOf, wholeLines, type HcaPort } from './ports'

const device = /^\s{0,20}hca_id:\s{1,20}(\S{1,64})\s*$/
const portLine = /^\s{1,40}port:\s{1,20}(\d{1,3})\s*$/
const pair = /^\s{1,60}([a-z][a-z0-9_]{1,40}):\s{1,20}(.*)$/

const spelled: CardLines = { device, port: portLine, pair }

/** Only `-v` prints lanes (`4X (2)`) and speed of one (`25.0 Gbps (32)`): the rate is their product. */
const rateOf = (fields: Fields): Pick<HcaPort, 'rateGbps' | 'width'> => {
  const lanes = /^(\d{1,2})X\b/.exec(fields.get('active_width') ?? '')?.[1]
  const perLane = parseNumber(/^(\d{1,4}(?:\.\d{1,3})?) Gbps\b/.exec(fields.get('active_speed') ?? '')?.[1])
  const width = lanes === undefined ? null : Number(lanes)
  return { width, rateGbps: width === null || perLane === null ? null : String(width * perLane) }
}

const portOf = (card: Card, { port, fields }: Card['ports'][number]): HcaPort => ({
  ...newPort(card.name, port),
  model: card.fields.get('vendor_part_id'),
  firmware: card.fields.get('fw_ver'),
  state: stateOf(fields.get('state') ?? ''),
  physical: stateOf(fields.get('phys_state') ?? ''),
  linkLayer: fields.get('link_layer'),
  ...rateOf(fields),
})

/** What it says without a device, or without the modules of its kernel; other tools say the same, so the command stands above. */
const noDevice = /\bibv_devinfo\b[^\n]{0,200}\n\s{0,20}((?:No IB devices found|Failed to get IB devices list\b)[^\n]{0,200})/

/** ibv_devinfo, short and `-v`; the short form has no rate. */
export const ibvDevinfo: FormatParser = {
  id: 'ibv-devinfo',
  detect: (head) => {
    if (noDevice.test(head)) return likely
    return /^\s{0,20}hca_id:\s{1,20}\S/m.test(head) &&
      /^\s{1,40}(?:transport|fw_ver|phys_port_cnt|port):/m.test(head) &&
      !isInventoryScript(head)
      ? certain
      : notMine
  },
  parse(text) {
    const clean = cleanText(text)
    const { lines, cut } = wholeLines(clean)
    const cards = cardsOf(lines, spelled)
    const error = cards.length === 0 ? noDevice.exec(clean)?.[1] : undefined
    if (cards.length === 0 && error === undefined) return []
    const reading = newReading('inventory', 'ibv_devinfo')
    setFacts(reading, { tool: 'ibv_devinfo' })
    if (error !== undefined) {
      fail(reading, 'remote.no_hca', 'ibv_devinfo found no HCA: load its driver, or the container does not see it.', error)
      return [reading]
    }
    addPorts(
      reading,
      cards.flatMap((card) => card.ports.map((port) => portOf(card, port))),
    )
    const short = cards.find((card) => Number(card.fields.get('phys_port_cnt') ?? card.ports.length) > card.ports.length)
    if (cut === null && !short) return [reading]
    if (cut !== null) skipRow(reading, cut, 'the text ends within it')
    warn(reading, 'truncated', 'The output breaks off.')
    fail(
      reading,
      'parse.truncated',
      short ? `${short.name} has more ports than the output lists.` : 'The output breaks off within a line.',
      cut ?? undefined,
    )
    return [reading]
  },
}
