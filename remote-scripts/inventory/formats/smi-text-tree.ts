import { maxLineLength } from '../../_kit/text'
import type { XmlNode } from '../../_kit/xml'

const newNode = (name: string, text: string, attributes: ReadonlyMap<string, string> = new Map()): XmlNode => ({
  name,
  text,
  attributes,
  children: [],
  broken: false,
})

/** `FB Memory Usage` becomes `fb_memory_usage`. */
const nameOf = (words: string): string =>
  words
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')

/** What each group that is read begins with. A group that begins otherwise has lost its first line, or another's lines. */
const beginnings = new Map<string, RegExp>([
  ['fb_memory_usage', /^total$/],
  ['memory_usage', /^total$/],
  ['bar1_memory_usage', /^total$/],
  ['utilization', /^gpu$/],
  ['clocks', /^graphics$/],
  ['temperature', /^gpu/],
  ['gpu_power_readings', /^(?:average_power_draw|power_draw|power_state|power_management)$/],
  ['power_readings', /^(?:power_management|power_draw|power_state)$/],
])

/** A unit stands only below a heading, or beside a name, that has its word: else lines have lost their heading. */
const homes: readonly [unit: RegExp, word: RegExp, groups: readonly string[]][] = [
  [/ MiB$/, /memory/, ['fb_memory_usage', 'memory_usage', 'bar1_memory_usage']],
  [/ MHz$/, /clock/, ['clocks']],
  [/ W$/, /power/, ['gpu_power_readings', 'power_readings']],
]

const breakStray = (gpu: XmlNode): void => {
  const broken = new Set<string>()
  const walk = (node: XmlNode, above: string): void => {
    for (const child of node.children) {
      const trail = `${above}/${child.name}`
      for (const [unit, word, groups] of homes)
        if (unit.test(child.text) && !word.test(trail)) for (const group of groups) broken.add(group)
      walk(child, trail)
    }
  }
  walk(gpu, '')
  for (const child of gpu.children) if (broken.has(child.name)) child.broken = true
}

/** Marks groups whose lines may be another's. */
const check = (gpu: XmlNode): void => {
  gpu.children.forEach((child, index) => {
    const begins = beginnings.get(child.name)
    const before = gpu.children[index - 1]
    if (begins && child.children.length > 0 && !begins.test(child.children[0]?.name ?? '')) child.broken = true
    // A heading with nothing below it: this group may have taken its lines.
    if (before && before.text === '' && before.children.length === 0) child.broken = true
  })
  breakStray(gpu)
}

const maxDepth = 12
const maxNodes = 400_000

export interface TextLog {
  head: XmlNode
  gpus: XmlNode[]
}

/** The tree that the indentation of one `nvidia-smi -q` log draws. */
export const readTextLog = (lines: readonly string[]): TextLog => {
  const head = newNode('log', '')
  const gpus: XmlNode[] = []
  let open: { node: XmlNode; indent: number }[] = []
  let nodes = 0
  for (const line of lines) {
    if (line.length > maxLineLength || line.trim() === '' || nodes > maxNodes) continue
    const indent = line.length - line.trimStart().length
    const bus = /^GPU ([0-9A-Fa-f]{4,8}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}\.\d)\s*$/.exec(line)?.[1]
    nodes += 1
    if (bus !== undefined) {
      const gpu = newNode('gpu', '', new Map([['id', bus]]))
      gpus.push(gpu)
      open = [{ node: gpu, indent: 0 }]
      continue
    }
    const colon = /^(.{1,120}?)\s*: (.*)$/.exec(line)
    const node = newNode(nameOf(colon?.[1] ?? line), colon?.[2]?.trim() ?? '')
    if (indent === 0) {
      if (colon && gpus.length === 0) head.children.push(node)
      continue
    }
    while (open.length > 1 && (open.at(-1)?.indent ?? 0) >= indent) open.pop()
    if (open.length > maxDepth) continue
    open.at(-1)?.node.children.push(node)
    if (open.length > 0) open.push({ node, indent })
  }
  gpus.forEach(check)
  return { head, gpus }
}
