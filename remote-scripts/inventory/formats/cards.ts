import { maxLineLength } from '../../_kit/text'
import { endsBlock, Fields } from './ports'

/** An adapter as a tool lists it: its own `name: value` lines, then those of each port. */
export interface Card {
  name: string
  fields: Fields
  ports: { port: number; fields: Fields }[]
}

/** How one tool spells the lines: the adapter's and the port's name in the first group, name and value of the others, the value last. */
export interface CardLines {
  device: RegExp
  port: RegExp
  pair: RegExp
}

export const cardsOf = (lines: readonly string[], spelled: CardLines): Card[] => {
  const cards: Card[] = []
  let fields: Fields | null = null
  for (const line of lines) {
    if (line.length > maxLineLength) continue
    const name = spelled.device.exec(line)?.[1]
    const port = spelled.port.exec(line)?.[1]
    const card = cards.at(-1)
    if (name !== undefined) {
      fields = new Fields()
      cards.push({ name, fields, ports: [] })
    } else if (port !== undefined && card) {
      fields = new Fields()
      card.ports.push({ port: Number(port), fields })
    } else if (endsBlock(line)) fields = null
    else {
      const match = spelled.pair.exec(line)
      if (match && fields) fields.set((match[1] ?? match[2] ?? '').toLowerCase(), (match.at(-1) ?? '').trim())
    }
  }
  return cards
}
