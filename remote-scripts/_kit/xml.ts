/** An element of a parsed document; also the shape of other trees of names and texts. */
export interface XmlNode {
  name: string
  attributes: ReadonlyMap<string, string>
  /** Its own characters without those of its children, trimmed. */
  text: string
  children: XmlNode[]
  /** It was not closed, or closed by another name: what it holds may belong elsewhere. */
  broken: boolean
}

export interface XmlDocument {
  root: XmlNode
  /** The text ends before the root does. */
  truncated: boolean
  /** Where the document ends in the text. */
  end: number
}

const maxDepth = 64
const maxNodes = 400_000
const maxText = 65_536
const nameAt = /[A-Za-z_][\w.:-]{0,200}/y
const attribute = /([A-Za-z_][\w.:-]{0,200})\s{0,100}=\s{0,100}(?:"([^"<]{0,8192})"|'([^'<]{0,8192})')/g
const predefined: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }
const entity = /&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(lt|gt|amp|quot|apos));/g

/** Only the five predefined entities and character numbers; an entity that the document itself defines stays as it is written. */
const decode = (text: string): string =>
  text.includes('&')
    ? text.replace(entity, (whole, decimal?: string, hex?: string, name?: string) => {
        if (name !== undefined) return predefined[name] ?? whole
        const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
        return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
      })
    : text

const attributesOf = (tag: string): ReadonlyMap<string, string> => {
  if (!tag.includes('=')) return new Map()
  return new Map([...tag.matchAll(attribute)].map((match) => [match[1] ?? '', decode(match[2] ?? match[3] ?? '')]))
}

/** Behind a declaration, a comment or an instruction that begins at `at`; -1: it does not end. Definitions of a DTD are read past. */
const behindMarkup = (text: string, at: number): number => {
  const after = (end: string, from: number): number => {
    const found = text.indexOf(end, from)
    return found < 0 ? -1 : found + end.length
  }
  if (text.startsWith('<!--', at)) return after('-->', at + 4)
  if (text.startsWith('<?', at)) return after('?>', at + 2)
  const close = text.indexOf('>', at)
  if (close < 0 || !text.slice(at, close).includes('[')) return close < 0 ? -1 : close + 1
  const subsetEnd = /\]\s{0,100}>/g
  subsetEnd.lastIndex = at
  return subsetEnd.test(text) ? subsetEnd.lastIndex : -1
}

class Scanner {
  private readonly open: XmlNode[] = []
  private nodes = 0
  root: XmlNode | null = null
  constructor(
    private readonly text: string,
    public at: number,
  ) {}

  private write(characters: string): void {
    const top = this.open.at(-1)
    if (top && top.text.length < maxText) top.text += characters
  }

  /** False when the limits are reached. */
  private begin(name: string, tag: string): boolean {
    this.nodes += 1
    if (this.nodes > maxNodes || this.open.length >= maxDepth) return false
    const node: XmlNode = { name, attributes: attributesOf(tag), text: '', children: [], broken: false }
    const parent = this.open.at(-1)
    if (parent) parent.children.push(node)
    else this.root = node
    if (!tag.endsWith('/')) this.open.push(node)
    return true
  }

  private finish(name: string): void {
    const depth = this.open.findLastIndex((node) => node.name === name)
    const top = this.open.at(-1)
    if (depth < 0) {
      if (top) top.broken = true
      return
    }
    for (const node of this.open.splice(depth + 1)) node.broken = true
    this.open.pop()
  }

  /** One tag; false when the text ends within it. A sign that opens no tag is a character. */
  private tag(): boolean {
    const closing = this.text.charAt(this.at + 1) === '/'
    nameAt.lastIndex = this.at + (closing ? 2 : 1)
    const name = nameAt.exec(this.text)?.[0]
    if (name === undefined) {
      this.write('<')
      this.at += 1
      return true
    }
    const behindName = nameAt.lastIndex
    const end = this.text.indexOf('>', this.at)
    if (end < 0) return false
    const tag = end - behindName > maxText ? '' : this.text.slice(behindName, end)
    this.at = end + 1
    if (!closing) return this.begin(name, tag)
    this.finish(name)
    return true
  }

  private characters(): void {
    const next = this.text.indexOf('<', this.at)
    const end = next < 0 ? this.text.length : next
    if (this.open.length > 0 && end - this.at <= maxText) this.write(decode(this.text.slice(this.at, end)))
    this.at = end
  }

  private cdata(): boolean {
    const end = this.text.indexOf(']]>', this.at)
    if (end < 0) return false
    this.write(this.text.slice(this.at + 9, Math.min(end, this.at + 9 + maxText)))
    this.at = end + 3
    return true
  }

  private markup(): boolean {
    const behind = behindMarkup(this.text, this.at)
    if (behind >= 0) this.at = behind
    return behind >= 0
  }

  /** False when nothing more can be read. */
  private step(): boolean {
    const { text, at } = this
    if (text.charAt(at) !== '<') this.characters()
    else if (text.startsWith('<![CDATA[', at)) return this.cdata()
    else if (text.startsWith('<!', at) || text.startsWith('<?', at)) return this.markup()
    else return this.tag()
    return true
  }

  /** Until the root is closed; true when it is. */
  run(): boolean {
    while (this.at < this.text.length && (this.root === null || this.open.length > 0)) if (!this.step()) break
    const closed = this.root !== null && this.open.length === 0
    for (const node of this.open.splice(0)) if (node !== this.root) node.broken = true
    return closed
  }
}

const trimTexts = (root: XmlNode): void => {
  const waiting = [root]
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    node.text = node.text.trim()
    for (const child of node.children) waiting.push(child)
  }
}

/** The document that begins at `start`. No entity is expanded, nothing is fetched, depth and size are bounded. Never throws. */
export const readXml = (text: string, start = 0): XmlDocument | null => {
  const scanner = new Scanner(text, start)
  const closed = scanner.run()
  if (!scanner.root) return null
  trimTexts(scanner.root)
  return { root: scanner.root, truncated: !closed, end: scanner.at }
}

const agree = (nodes: readonly XmlNode[]): boolean => nodes.every((node) => node.children.length === 0 && node.text === nodes[0]?.text)

/** Two children of one name that say different things: lines were lost or moved, and whose is whose cannot be told. */
const contradicts = (group: XmlNode): boolean => {
  const seen = new Map<string, string>()
  return group.children.some((child) => {
    const known = seen.get(child.name)
    if (child.children.length > 0) return false
    seen.set(child.name, child.text)
    return known !== undefined && known !== child.text
  })
}

/** The only child of each name along `path` (`pci/pcie_gen`); undefined where one is missing, damaged or ambiguous. */
export const nodeAt = (node: XmlNode, path: string): XmlNode | undefined => {
  let at: XmlNode = node
  for (const [index, step] of path.split('/').entries()) {
    const found = at.children.filter((child) => child.name === step)
    const first = found[0]
    if (!first || first.broken || !(found.length === 1 || agree(found)) || (index > 0 && contradicts(at))) return undefined
    at = first
  }
  return at
}

/** Text of the first of these paths that has one. */
export const textAt = (node: XmlNode, ...paths: string[]): string | undefined => {
  for (const path of paths) {
    const found = nodeAt(node, path)
    if (found && found.children.length === 0 && found.text !== '') return found.text
  }
  return undefined
}
