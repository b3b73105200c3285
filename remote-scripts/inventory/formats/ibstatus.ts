import type { FormatParser } from '../../_kit/probe'
import { certain, notMine } from '../../_kit/detect'
import { isInventoryScript } from '../../_kit/nvidia'
import { fail, newReading, setFacts, warn } from '../../_kit/reading'
import { cleanText, maxLineLength } from '../../_kit/text'
import { addPorts, endsBlock, Fields, ibRate, newPort, stateOf, type HcaPort } from './ports'

const device = /^\s{0,20}Infiniband device '([^'\n]{1,64})' port (\d{1,3}) status:\s*$/
const pair = /^\s{1,40}(default gid|base lid|sm lid|state|phys state|rate|link_layer):\s{0,20}(.*)$/

interface Block {
  name: string
  port: number
  fields: Fields
}

const portOf = ({ name, port, fields }: Block): HcaPort => ({
  ...newPort(name, port),
  state: stateOf(fields.get('state') ?? ''),
  physical: stateOf(fields.get('phys state') ?? ''),
  linkLayer: fields.get('link_layer'),
  ...ibRate(fields.get('rate') ?? ''),
})

/** ibstatus: sysfs' own words on every port. */
export const ibstatus: FormatParser = {
  id: 'ibstatus',
  detect: (head) =>
    /^\s{0,20}Infiniband device '[^'\n]{1,64}' port \d{1,3} status:\s*$/m.test(head) && !isInventoryScript(head) ? certain : notMine,
  parse(text) {
    const blocks: Block[] = []
    let fields: Fields | null = null
    for (const line of cleanText(text).split('\n')) {
      if (line.length > maxLineLength) continue
      const begins = device.exec(line)
      const match = pair.exec(line)
      if (begins) {
        fields = new Fields()
        blocks.push({ name: begins[1] ?? '', port: Number(begins[2]), fields })
      } else if (endsBlock(line)) fields = null
      else if (match) fields?.set(match[1] ?? '', (match[2] ?? '').trim())
    }
    if (blocks.length === 0) return []
    const reading = newReading('inventory', 'ibstatus')
    setFacts(reading, { tool: 'ibstatus' })
    addPorts(reading, blocks.map(portOf))
    if (blocks.at(-1)?.fields.get('rate') === null) {
      warn(reading, 'truncated', 'The last port has no rate.')
      fail(reading, 'parse.truncated', 'The output breaks off before the rate of its last port.')
    }
    return [reading]
  },
}
