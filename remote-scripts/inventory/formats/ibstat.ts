import type { FormatParser } from '../../_kit/probe'
import { certain, likely, notMine } from '../../_kit/detect'
import { isInventoryScript } from '../../_kit/nvidia'
import { fail, newReading, setFacts, skipRow, warn } from '../../_kit/reading'
import { cleanText, maxLineLength } from '../../_kit/text'
import { cardsOf, type Card, type CardLines } from './cards'
import { addPorts, ibRate, newPort, stateOf, wholeLines, type HcaPort } from './ports'

/** With a colon, and nothing indented, where a port was asked for: `ibstat mlx5_0 1`. */
const device = /^\s{0,20}CA:? '([^'\n]{1,64})'\s*$/
const portLine = /^\s{0,40}Port (\d{1,3}):\s*$/
const pair =
  /^(?:\s{1,60}([A-Za-z][A-Za-z ]{1,40})|(CA type|Number of ports|Firmware version|State|Physical state|Rate|Link layer)):\s?(.*)$/

const spelled: CardLines = { device, port: portLine, pair }

/** ibstat prints the rate as a number of Gb/s, and marks the speed that has QDR's; with `(4X HDR)` behind it in copies of ibstatus. */
const rateOf = (text: string | null): Pick<HcaPort, 'rateGbps' | 'width' | 'speed'> => {
  const plain = /^(\d{1,6}(?:\.\d{1,3})?)(?: ?\((FDR10)\))?$/.exec(text ?? '')
  return plain === null ? ibRate(text ?? '') : { rateGbps: plain[1] ?? null, width: null, speed: plain[2] ?? null }
}

const portOf = (card: Card, { port, fields }: Card['ports'][number]): HcaPort => ({
  ...newPort(card.name, port),
  model: card.fields.get('ca type'),
  firmware: card.fields.get('firmware version'),
  state: stateOf(fields.get('state') ?? ''),
  physical: stateOf(fields.get('physical state') ?? ''),
  linkLayer: fields.get('link layer'),
  ...rateOf(fields.get('rate')),
})

const noDevice = /^ib(?:panic|warn): /

/** ibstat: every port of every CA. */
export const ibstat: FormatParser = {
  id: 'ibstat',
  detect: (head) => {
    if (/^ibpanic: \[\d{1,9}\] main: /m.test(head)) return likely
    return /^\s{0,20}CA:? '[^'\n]{1,64}'\s*$/m.test(head) && /^\s{0,40}Port \d{1,3}:\s*$/m.test(head) && !isInventoryScript(head)
      ? certain
      : notMine
  },
  parse(text) {
    const { lines, cut } = wholeLines(cleanText(text))
    const cards = cardsOf(lines, spelled)
    const error = lines.find((line) => line.length < maxLineLength && noDevice.test(line))
    if (cards.length === 0 && error === undefined) return []
    const reading = newReading('inventory', 'ibstat')
    setFacts(reading, { tool: 'ibstat' })
    addPorts(
      reading,
      cards.flatMap((card) => card.ports.map((port) => portOf(card, port))),
    )
    const short = cards.find((card) => Number(card.fields.get('number of ports') ?? card.ports.length) > card.ports.length)
    if (cut !== null || short) {
      if (cut !== null) skipRow(reading, cut, 'the text ends within it')
      warn(reading, 'truncated', 'The output breaks off.')
      fail(
        reading,
        'parse.truncated',
        short ? `${short.name} has more ports than the output lists.` : 'The output breaks off within a line.',
        cut ?? undefined,
      )
    }
    if (error !== undefined)
      fail(reading, 'remote.no_hca', 'ibstat found no HCA: load its driver, or the container does not see it.', error)
    return [reading]
  },
}
