import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'
import type { FormatParser } from '../../remote-scripts/_kit/probe'

const isFormat = (value: unknown): value is FormatParser =>
  typeof value === 'object' && value !== null && 'id' in value && 'detect' in value && 'parse' in value

const modules = import.meta.glob<Record<string, unknown>>('../../remote-scripts/*/formats/*.ts', { eager: true })

/** Every format of every probe, by id. */
export const formats: ReadonlyMap<string, FormatParser> = new Map(
  Object.values(modules)
    .flatMap((module) => Object.values(module))
    .filter(isFormat)
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
  text: string
  expected: z.infer<typeof result>[]
}

const scripts = resolve(import.meta.dirname, '../../remote-scripts')
const meta = z.object({ format: z.string(), version: z.string(), about: z.string() })

const readCase = (probe: string, folder: string): Fixture => {
  const path = resolve(scripts, probe, 'fixtures', folder)
  const input = readdirSync(path).find((file) => file.startsWith('input.')) ?? 'input.txt'
  return {
    name: `${probe}/${folder}`,
    format: meta.parse(JSON.parse(readFileSync(resolve(path, 'meta.json'), 'utf8'))).format,
    text: readFileSync(resolve(path, input), 'utf8'),
    expected: z.array(result).parse(JSON.parse(readFileSync(resolve(path, 'expected.json'), 'utf8'))),
  }
}

/** Own fixtures of the probes whose parsers are formats. */
export const fixtures: Fixture[] = ['nccl', 'rdma', 'tcp'].flatMap((probe) =>
  readdirSync(resolve(scripts, probe, 'fixtures')).map((folder) => readCase(probe, folder)),
)
