import type { ParsedFile, ParseResult, Problem, ProblemCode } from '../../../preload/contract'
import { toProblem } from '../../../preload/contract'
import { readers } from '../../../remote-scripts'
import type { FileTools } from '../../ports/file-tools'
import { certain } from '../../../remote-scripts/_kit/detect'
import { decodeText, isBinary } from '../../../remote-scripts/_kit/text'
import { binaryAdvice, isGzip, isSqlite } from './binary-formats'
import { chooseFormats, formatsOf, type Choice } from './choose-formats'
import { disguiseOf } from './clean-pieces'
import { readDatabaseFile } from './read-database'
import { readLarge } from './read-large'
import { readText } from './read-text'
import { redactParsed } from './redact'
import type { FileSource } from '../../ports/file-source'
import { bytesSource, unpacked } from './source'

export interface ParseOptions {
  /** Read by this probe's formats, whatever the content looks like. */
  probe?: string | undefined
  signal?: AbortSignal | undefined
  /** Up to here a file is read as one string; above, in pieces. */
  wholeBytes?: number
}

const defaultWholeBytes = 32 * 2 ** 20
/** Up to here it makes no difference. */
const alwaysWholeBytes = 2 ** 20
/** A file packed more often than this is a trap: some unpack to themselves for ever. */
export const maxLayers = 2
const headBytes = 65_536

export const refuse = (file: string, code: ProblemCode, message: string): ParsedFile => ({ file, problem: { code, message }, results: [] })

/** The problem of a file that breaks off, or from which nothing at all could be read; otherwise each result carries its own. */
const fileProblem = (results: readonly ParseResult[]): Problem | null => {
  const problems = results.flatMap((result) => result.problem ?? [])
  const broken = problems.find((problem) => problem.code === 'parse.truncated')
  if (results.some((result) => result.measurements.length > 0)) return broken ?? null
  return problems[0] ?? null
}

const readAll = async (source: FileSource, wholeBytes: number, signal?: AbortSignal): Promise<Uint8Array | null> => {
  const parts: Uint8Array[] = []
  let total = 0
  for await (const piece of source.pieces(signal)) {
    parts.push(piece)
    total += piece.length
    if (total > wholeBytes) return null
  }
  return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts)
}

/**
 * The one format that a file's head is unmistakably of and that fills files whole: it takes pieces and needs no string of
 * the file, which would cost many times its size, and nothing else need be looked for.
 */
const fillingFormat = async (source: FileSource, choose: (windows: readonly string[]) => Choice[]): Promise<Choice | null> => {
  if (source.size !== null && source.size <= alwaysWholeBytes) return null
  const head = await source.head(headBytes)
  if (disguiseOf(head) !== null) return null
  const [only, ...others] = choose([decodeText(head)])
  return only?.stream?.fillsFile && only.score >= certain && others.length === 0 ? only : null
}

const resultsOf = async (source: FileSource, options: ParseOptions): Promise<ParseResult[] | ParsedFile> => {
  const probe = options.probe === undefined ? null : readers.get(options.probe)
  if (probe === undefined)
    return refuse(
      source.name,
      'input.invalid',
      `There is no probe "${(options.probe ?? '').slice(0, 80)}"; there are ${[...readers.keys()].join(', ')}.`,
    )
  const choose = (windows: readonly string[]): Choice[] => (probe ? formatsOf(probe, windows) : chooseFormats(readers.values(), windows))
  const wholeBytes = options.wholeBytes ?? defaultWholeBytes
  const filling = await fillingFormat(source, choose)
  if (filling) return readLarge(source, [filling], probe !== null, options.signal)
  const bytes = source.size !== null && source.size > wholeBytes ? null : await readAll(source, wholeBytes, options.signal)
  return bytes ? readText(bytes, choose, probe !== null) : readLarge(source, choose, probe !== null, options.signal)
}

const parseText = async (source: FileSource, options: ParseOptions): Promise<ParsedFile> => {
  const results = await resultsOf(source, options)
  if (!Array.isArray(results)) return results
  if (results.length > 0) return { file: source.name, problem: fileProblem(results), results }
  return options.probe === undefined
    ? refuse(source.name, 'parse.unrecognised', 'No parser recognises what is in this file.')
    : refuse(source.name, 'parse.unrecognised', `None of the formats of probe ${options.probe} reads this file.`)
}

const parseDatabase = async (source: FileSource, tools: FileTools): Promise<ParsedFile> => {
  const results = await readDatabaseFile(source, readers.values(), tools.openDatabase)
  if (results.length === 0) return refuse(source.name, 'parse.unrecognised', 'This is an SQLite database whose tables no parser knows.')
  return { file: source.name, problem: fileProblem(results), results }
}

/** What could be unpacked is read; that it is not all is the file's problem. */
const parsePacked = async (packed: FileSource, options: ParseOptions, tools: FileTools, layers: number): Promise<ParsedFile> => {
  if (layers >= maxLayers) return refuse(packed.name, 'parse.unrecognised', `The file is packed more than ${maxLayers} times over.`)
  const inner = unpacked(packed, tools.gunzip)
  const parsed = await parsePlain(inner, options, tools, layers + 1)
  const damage = inner.damage()
  if (damage === null) return parsed
  return { ...parsed, problem: { code: 'parse.truncated', message: `The gzip file is damaged or breaks off: ${damage}.` } }
}

const parsePlain = async (source: FileSource, options: ParseOptions, tools: FileTools, layers = 0): Promise<ParsedFile> => {
  const head = await source.head(headBytes)
  if (isSqlite(head)) return parseDatabase(source, tools)
  if (isGzip(head)) return parsePacked(source, options, tools, layers)
  const advice = binaryAdvice(head, source.size)
  if (advice) return { file: source.name, problem: { code: 'parse.unrecognised', message: advice.advice }, results: advice.results }
  if (isBinary(head)) return refuse(source.name, 'parse.unrecognised', 'This is a binary file, not the text that a tool printed.')
  if (head.every((byte) => byte <= 32)) return refuse(source.name, 'parse.unrecognised', 'The file is empty.')
  return parseText(source, options)
}

/**
 * Everything that the parsers of all probes find in one file. Formats are told by content; the name is only repeated.
 * An unreadable file has `problem`, a broken-off one what could be read plus `parse.truncated`. Secrets are redacted.
 * Throws only when `signal` aborts.
 */
export const parseSource = async (source: FileSource, tools: FileTools, options: ParseOptions = {}): Promise<ParsedFile> => {
  try {
    return redactParsed(await parsePlain(source, options, tools))
  } catch (error) {
    options.signal?.throwIfAborted()
    const { code, message } = error as { code?: string; message?: string }
    if (code?.startsWith('Z_')) return refuse(source.name, 'parse.truncated', `The gzip file is damaged or breaks off: ${message ?? code}.`)
    return redactParsed({ file: source.name, problem: toProblem(error), results: [] })
  }
}

/** `parseSource` of bytes in memory. */
export const parseFile = (name: string, bytes: Uint8Array, tools: FileTools, options: ParseOptions = {}): Promise<ParsedFile> =>
  parseSource(bytesSource(name, bytes), tools, options)
