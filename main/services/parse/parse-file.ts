import type { ParsedFile, ParseResult, Problem, ProblemCode } from '../../../preload/contract'
import { toProblem } from '../../../preload/contract'
import { probes } from '../../../remote-scripts'
import { cleanText, decodeText, isBinary } from '../../../remote-scripts/_kit/text'
import { binaryAdvice } from './binary-formats'
import { chooseFormats, formatsOf, type Choice } from './choose-formats'
import { redactParsed } from './redact'

export interface ParseOptions {
  /** Read by this probe's formats, whatever the content looks like. */
  probe?: string | undefined
}

/** V8 holds strings of at most 512 MiB. */
const maxBytes = 500 * 2 ** 20

const refuse = (file: string, code: ProblemCode, message: string): ParsedFile => ({ file, problem: { code, message }, results: [] })

const says = (result: ParseResult): boolean => result.measurements.length > 0 || result.problem !== null || result.rows.skipped > 0

/** One format over the text; a parser that breaks its promise and throws costs its own result, not the file. */
const parseWith = ({ probe, format }: Choice, text: string): ParseResult[] => {
  try {
    return format.parse(text).filter((result) => says(result) || Object.keys(result.facts).length > 0)
  } catch (error) {
    const problem: Problem = { ...toProblem(error), code: 'internal' }
    return [
      {
        probe,
        tool: { name: format.id, version: null },
        facts: {},
        measurements: [],
        rows: { understood: 0, skipped: 0 },
        warnings: [],
        problem,
      },
    ]
  }
}

const firstThatReads = (choices: readonly Choice[], text: string): ParseResult[] => {
  for (const choice of choices) {
    const results = parseWith(choice, text)
    if (results.some((result) => result.measurements.length > 0)) return results
  }
  const first = choices[0]
  return first && first.score > 0 ? parseWith(first, text) : []
}

const readAs = (name: string, text: string, id: string): ParsedFile => {
  const probe = probes.get(id)
  if (!probe) return refuse(name, 'input.invalid', `There is no probe "${id.slice(0, 80)}"; there are ${[...probes.keys()].join(', ')}.`)
  const results = firstThatReads(formatsOf(probe, text), text)
  if (results.length === 0) return refuse(name, 'parse.unrecognised', `None of the formats of probe ${id} reads this file.`)
  return { file: name, problem: fileProblem(results), results }
}

/** The problem of a file that breaks off, or from which nothing at all could be read; otherwise each result carries its own. */
const fileProblem = (results: readonly ParseResult[]): Problem | null => {
  const problems = results.flatMap((result) => result.problem ?? [])
  const broken = problems.find((problem) => problem.code === 'parse.truncated')
  if (results.some((result) => result.measurements.length > 0)) return broken ?? null
  return problems[0] ?? null
}

const readText = (name: string, text: string, options: ParseOptions): ParsedFile => {
  if (text.trim() === '') return refuse(name, 'parse.unrecognised', 'The file is empty.')
  if (options.probe !== undefined) return readAs(name, text, options.probe)
  const results = chooseFormats(probes.values(), text).flatMap((choice) => parseWith(choice, text))
  if (results.length === 0) return refuse(name, 'parse.unrecognised', 'No parser recognises what is in this file.')
  return { file: name, problem: fileProblem(results), results }
}

/**
 * Everything that the parsers of all probes find in one file. Formats are told by content; the name is only repeated.
 * Never throws: an unreadable file has `problem`, a broken-off one what could be read plus `parse.truncated`. Secrets are redacted.
 */
export const parseFile = (name: string, bytes: Uint8Array, options: ParseOptions = {}): ParsedFile => {
  if (bytes.length > maxBytes)
    return refuse(name, 'parse.unrecognised', `The file has ${bytes.length} bytes; the formats known here are read up to ${maxBytes}.`)
  const advice = binaryAdvice(bytes)
  if (advice !== null || isBinary(bytes))
    return refuse(name, 'parse.unrecognised', advice ?? 'This is a binary file, not the text that a tool printed.')
  return redactParsed(readText(name, cleanText(decodeText(bytes)), options))
}
