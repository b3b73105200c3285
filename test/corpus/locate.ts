import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'

/** Real outputs of the tools, kept beside the project; absent on most machines. */
export const corpusFolder = resolve(import.meta.dirname, '../../../shared/corpus')
export const hasCorpus = existsSync(resolve(corpusFolder, 'EXPECTED.jsonl'))

const dimension = z.union([z.string(), z.number(), z.boolean()])
const check = z.object({
  metric: z.string(),
  dimensions: z.record(z.string(), dimension),
  value: z.number(),
  rel_tol: z.number().optional(),
  abs_tol: z.number().optional(),
  optional: z.boolean().optional(),
})
const fact = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.unknown()), z.record(z.string(), z.unknown())])
const forbidden = z.object({
  metric: z.string().optional(),
  dimensions: z.record(z.string(), dimension).optional(),
  value: z.unknown().optional(),
  fact: z.string().optional(),
})
export const expectation = z.object({
  file: z.string(),
  probe: z.string().nullable(),
  checks: z.array(check),
  counts: z.record(z.string(), z.number()),
  counts_any: z.record(z.string(), z.array(z.number())).optional(),
  facts: z.record(z.string(), fact),
  problem: z.object({ code_like: z.string(), evidence: z.string().nullable(), scope: z.string().optional() }).nullable(),
  must_warn: z.array(z.string()),
  forbidden: z.array(forbidden).optional(),
})
export type Expectation = z.infer<typeof expectation>

export const readExpectations = (): Expectation[] =>
  readFileSync(resolve(corpusFolder, 'EXPECTED.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => expectation.parse(JSON.parse(line)))

/** Files that MANIFEST.tsv lists. */
export const readManifest = (): string[] =>
  readFileSync(resolve(corpusFolder, 'MANIFEST.tsv'), 'utf8')
    .split('\n')
    .slice(1)
    .flatMap((line) => line.split('\t')[0] || [])
