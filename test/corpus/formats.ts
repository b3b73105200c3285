import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'
import { cleanText } from '../../remote-scripts/_kit/text'
import { readers } from '../../remote-scripts'
import type { FormatParser, StreamFormat } from '../../remote-scripts/_kit/probe'

/** Pieces of several lengths, so that lines, characters and numbers are cut everywhere. */
const piecesOf = (bytes: Uint8Array): Uint8Array[] => {
  const lengths = [1, 7, 64, 1021, 65_536]
  const pieces: Uint8Array[] = []
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    // Small pieces only at the beginning: a giant line need not be walked byte by byte.
    const length = at > 20_000 ? 65_536 : (lengths[turn % lengths.length] ?? 1)
    pieces.push(bytes.subarray(at, at + length))
    at += length
  }
  return pieces
}

/** A format that takes pieces, as one that takes a text, cleaned as the parse service does. */
const asTextFormat = (stream: StreamFormat): FormatParser => ({
  id: stream.id,
  detect: (head) => stream.detect(head),
  parse(text) {
    const reader = stream.open()
    for (const piece of piecesOf(new TextEncoder().encode(cleanText(text)))) reader.push(piece)
    return reader.end()
  },
})

/** Every format of every probe, by id. */
export const formats: ReadonlyMap<string, FormatParser> = new Map(
  [...readers.values()]
    .flatMap((reader) => [...reader.formats, ...(reader.streams ?? []).map(asTextFormat)])
    .map((format) => [format.id, format]),
)

const result = z.object({
  probe: z.string(),
  tool: z.string(),
  version: z.string().nullable(),
  facts: z.record(z.string(), z.unknown()),
  rows: z.object({ understood: z.number(), skipped: z.number() }),
  warnings: z.array(z.string()),
  problem: z.string().nullable(),
  evidence: z.string().optional(),
  /** Metric, value in canonical units, all dimensions. */
  values: z.array(z.tuple([z.string(), z.number(), z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))])),
})

export interface Fixture {
  /** `nccl/text-failure` */
  name: string
  format: string
  /** Figures are computed from all rows of the file (a mean, a percentile): where rows are lost, they are those of the rest. */
  computed: boolean
  text: string
  expected: z.infer<typeof result>[]
}

const scripts = resolve(import.meta.dirname, '../../remote-scripts')
const meta = z.object({ format: z.string(), version: z.string(), about: z.string(), computed: z.boolean().default(false) })

const readCase = (probe: string, folder: string): Fixture => {
  const path = resolve(scripts, probe, 'fixtures', folder)
  const input = readdirSync(path).find((file) => file.startsWith('input.')) ?? 'input.txt'
  const { format, computed } = meta.parse(JSON.parse(readFileSync(resolve(path, 'meta.json'), 'utf8')))
  return {
    name: `${probe}/${folder}`,
    format,
    computed,
    text: readFileSync(resolve(path, input), 'utf8'),
    expected: z.array(result).parse(JSON.parse(readFileSync(resolve(path, 'expected.json'), 'utf8'))),
  }
}

const fixtureFolders = (probe: string): string[] => {
  const folder = resolve(scripts, probe, 'fixtures')
  return existsSync(folder) ? readdirSync(folder) : []
}

/** Own fixtures of every text format; those of databases hold an `input.sql` and are read by their probe's own test. */
export const fixtures: Fixture[] = [...readers.keys()].flatMap((probe) =>
  fixtureFolders(probe)
    .filter((folder) => !existsSync(resolve(scripts, probe, 'fixtures', folder, 'input.sql')))
    .map((folder) => readCase(probe, folder)),
)
