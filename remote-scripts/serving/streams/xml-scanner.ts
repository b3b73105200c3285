/** What a scanner finds, in order. Names and attributes come from the file: they are no keys of plain objects. */
export interface XmlSink {
  /** Elements whose attributes are read; those of the others are not even split. */
  wants(name: string): boolean
  open(name: string, attributes: ReadonlyMap<string, string>): void
  close(name: string): void
  /** Text between tags, entities resolved; long texts come in several parts. */
  text?(part: string): void
}

/** Longest tag; what is longer is passed over. */
const longestTag = 65_536
const tagName = /^[A-Za-z_:][\w:.-]{0,200}/
const attribute = /([A-Za-z_:][\w:.-]{0,200})\s{0,100}=\s{0,100}(?:"([^"]*)"|'([^']*)')/g
const entity = /&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(amp|lt|gt|quot|apos));/g
const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

const character = (code: number): string => (code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '\uFFFD')

/** The five entities of XML and characters by number; any other entity stays as it is written. */
export const unescapeXml = (text: string): string =>
  text.includes('&')
    ? text.replace(entity, (_, decimal?: string, hex?: string, name?: string) =>
        name === undefined ? character(decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)) : (named[name] ?? ''),
      )
    : text

/** Signs that begin what is no tag, and how it ends. */
const asides: readonly [string, string][] = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
  ['<!', '>'],
]

/**
 * Tags of an XML text in pieces. It resolves no entity that the document defines, fetches nothing and builds no tree, so a
 * hostile file costs no more than its length. It does not check that tags match: a log that breaks off is read to its end.
 */
export class XmlScanner {
  private waiting = ''

  constructor(private readonly sink: XmlSink) {}

  push(piece: string): void {
    this.waiting = this.scan(this.waiting + piece)
  }

  /** Whether the text ended between tags. */
  end(): boolean {
    const whole = !this.waiting.includes('<')
    if (whole && this.waiting !== '') this.sink.text?.(unescapeXml(this.waiting))
    this.waiting = ''
    return whole
  }

  /** What is left over until more comes. */
  private scan(text: string): string {
    let at = 0
    for (;;) {
      const start = text.indexOf('<', at)
      if (start < 0) return this.textUpTo(text, at, text.length)
      if (start > at) this.sink.text?.(unescapeXml(text.slice(at, start)))
      const next = this.markup(text, start)
      if (next === null) return text.slice(start)
      at = next
    }
  }

  /** An entity at the end of a piece waits for its rest. */
  private textUpTo(text: string, at: number, end: number): string {
    const entityStart = text.lastIndexOf('&')
    const stop = entityStart >= at && end - entityStart < 16 && !text.includes(';', entityStart) ? entityStart : end
    if (stop > at) this.sink.text?.(unescapeXml(text.slice(at, stop)))
    return text.slice(stop)
  }

  /** Behind the markup that begins at `start`; null when its end has not come yet. */
  private markup(text: string, start: number): number | null {
    const next = text.charCodeAt(start + 1)
    const aside = next === mark.exclamation || next === mark.question ? asides.find(([begin]) => text.startsWith(begin, start)) : undefined
    if (aside) {
      const [begin, close] = aside
      const end = text.indexOf(close, start + begin.length)
      if (end < 0) return text.length - start > longestTag ? start + begin.length : null
      if (begin === '<![CDATA[') this.sink.text?.(text.slice(start + begin.length, end))
      return end + close.length
    }
    const end = endOfTag(text, start)
    if (end === null) return text.length - start > longestTag ? start + 1 : null
    this.tag(text.slice(start + 1, end))
    return end + 1
  }

  private tag(inside: string): void {
    if (inside.length > longestTag) return
    const closing = inside.startsWith('/')
    const name = tagName.exec(closing ? inside.slice(1) : inside)?.[0]
    if (name === undefined) return
    if (closing) return this.sink.close(name)
    const attributes = new Map<string, string>()
    if (this.sink.wants(name))
      for (const match of inside.slice(name.length).matchAll(attribute))
        attributes.set(match[1] ?? '', unescapeXml(match[2] ?? match[3] ?? ''))
    this.sink.open(name, attributes)
    if (inside.endsWith('/')) this.sink.close(name)
  }
}

const mark = { exclamation: 33, question: 63, double: 34, single: 39, less: 60, greater: 62 }

/** The `>` that closes a tag: not one inside of an attribute. A second `<` means that the first was no tag. */
const endOfTag = (text: string, start: number): number | null => {
  let quote = 0
  const stop = Math.min(text.length, start + longestTag + 2)
  for (let at = start + 1; at < stop; at += 1) {
    const sign = text.charCodeAt(at)
    if (quote !== 0) {
      if (sign === quote) quote = 0
    } else if (sign === mark.greater) return at
    else if (sign === mark.double || sign === mark.single) quote = sign
    else if (sign === mark.less) return at - 1
  }
  return null
}
