import type { FormatParser, ProbeReads, StreamFormat } from '../../../remote-scripts/_kit/probe'
import { certain, likely, possible } from '../../../remote-scripts/_kit/detect'

export type Choice = { probe: string; score: number } & ({ format: FormatParser; stream: null } | { format: null; stream: StreamFormat })

export const idOf = (choice: Choice): string => choice.format?.id ?? choice.stream?.id ?? ''

const scored = (readers: Iterable<ProbeReads>, windows: readonly string[]): Choice[] => {
  const best = (format: { detect(head: string): number }): number =>
    windows.reduce((most, window) => (most >= 1 ? most : Math.max(most, format.detect(window))), 0)
  return [...readers].flatMap((reader) => [
    ...reader.formats.map((format) => ({ probe: reader.id, format, stream: null, score: best(format) })),
    ...(reader.streams ?? []).map((stream) => ({ probe: reader.id, format: null, stream, score: best(stream) })),
  ])
}

/** Formats that read a file with these windows: all that are certain, else the best that is at least likely. */
export const chooseFormats = (readers: Iterable<ProbeReads>, windows: readonly string[]): Choice[] => {
  const all = scored(readers, windows)
  const sure = all.filter(({ score }) => score >= certain)
  if (sure.length > 0) return sure
  const best = all.filter(({ score }) => score >= likely).sort((a, b) => b.score - a.score)[0]
  return best ? [best] : []
}

/** Formats of the probe that the user named: what fits, else everything it has, best first. */
export const formatsOf = (reader: ProbeReads, windows: readonly string[]): Choice[] => {
  const all = scored([reader], windows).sort((a, b) => b.score - a.score)
  const fitting = all.filter(({ score }) => score >= possible)
  return fitting.length > 0 ? fitting : all
}
