import type { ParseResult } from '../../../preload/contract'
import { appError } from '../../../preload/contract'
import { headLength } from '../../../remote-scripts/_kit/detect'
import type { StreamReader } from '../../../remote-scripts/_kit/probe'
import type { FileSource } from '../../ports/file-source'
import type { Choice } from './choose-formats'
import { cleanBlocks, disguiseOf } from './clean-pieces'
import { firstThatReads } from './read-text'
import { guarded, runFormat } from './run-format'
import { windowsOfSource } from './windows'

/** What is kept of one log for a format that parses a text: its lines and values take several times as much memory. */
const maxKeptCharacters = 256 * 2 ** 20

/** One format's share of the one pass over the bytes. */
interface Share {
  choice: Choice
  bytes?: (piece: Uint8Array) => void
  /** Blocks of whole lines. */
  block?: (text: string) => void
  results(): ParseResult[]
}

const tooLarge = (choice: Choice & { stream: null }): ParseResult[] =>
  guarded(choice, () => {
    throw appError('parse.too_large', `What the format ${choice.format.id} needs of this file is more than 256 MiB of text.`)
  })

/** The lines that are wanted, each with its line end; the last one of a file may have none, which says that it may be cut. */
const wantedLines = (block: string, keeps: (line: string) => boolean): string => {
  const whole = block.endsWith('\n')
  const lines = (whole ? block.slice(0, -1) : block).split('\n')
  const found = lines.filter(keeps)
  if (found.length === 0) return ''
  return found.join('\n') + (whole || found.at(-1) !== lines.at(-1) ? '\n' : '')
}

const streamShare = (choice: Choice, reader: StreamReader): Share => ({
  choice,
  bytes: (piece) => reader.push(piece),
  results: () => guarded(choice, () => reader.end()),
})

/** Keeps the lines that the format reads, or the whole text where it cannot tell them by themselves. */
const textShare = (choice: Choice & { stream: null }): Share => {
  const keeps = choice.format.keeper?.() ?? choice.format.keepsLine?.bind(choice.format)
  let kept: string[] = []
  let characters = 0
  let full = false
  const keep = (text: string): void => {
    characters += text.length
    full ||= characters > maxKeptCharacters
    if (full) kept = []
    else if (text !== '') kept.push(text)
  }
  return {
    choice,
    block(text) {
      if (!full) keep(keeps ? wantedLines(text, keeps) : text)
    },
    results: () => (full ? tooLarge(choice) : runFormat(choice, kept.join(''))),
  }
}

const shareOf = (choice: Choice): Share => (choice.stream ? streamShare(choice, choice.stream.open()) : textShare(choice))

const pass = async (source: FileSource, shares: readonly Share[], disguise: string | null, signal?: AbortSignal): Promise<void> => {
  if (disguise === null && shares.every((share) => share.bytes)) {
    for await (const piece of source.pieces(signal, 'reuse')) for (const share of shares) share.bytes?.(piece)
    return
  }
  const encoder = new TextEncoder()
  const wantsBytes = shares.some((share) => share.bytes)
  for await (const block of cleanBlocks(source.pieces(signal, 'reuse'), disguise ?? 'utf-8')) {
    const bytes = wantsBytes ? encoder.encode(block) : new Uint8Array()
    for (const share of shares) {
      share.bytes?.(bytes)
      share.block?.(block)
    }
  }
}

/**
 * One pass over a file of any size for every chosen format. A format that needs more text than fits a string costs its own
 * result (parse.too_large). With `firstOnly` as `readText`. Formats that are known already need no look through the file.
 */
export const readLarge = async (
  source: FileSource,
  choose: ((windows: readonly string[]) => Choice[]) | readonly Choice[],
  firstOnly: boolean,
  signal?: AbortSignal,
): Promise<ParseResult[]> => {
  const disguise = disguiseOf(await source.head(headLength))
  const choices = typeof choose === 'function' ? choose(await windowsOfSource(source, disguise ?? 'utf-8', signal)) : choose
  const shares = choices.map(shareOf)
  await pass(source, shares, disguise, signal)
  if (!firstOnly) return shares.flatMap((share) => share.results())
  const byChoice = new Map(shares.map((share) => [share.choice, share]))
  return firstThatReads([...byChoice.keys()], (choice) => byChoice.get(choice)?.results() ?? [])
}
