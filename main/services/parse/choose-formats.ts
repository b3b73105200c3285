import type { FormatParser, ProbeDefinition } from '../../../remote-scripts/_kit/probe'
import { certain, headLength, likely, possible } from '../../../remote-scripts/_kit/detect'

export interface Choice {
  probe: string
  format: FormatParser
  score: number
}

/** At most this many windows are looked at, spread over the file: a tool that follows another in one log is found as well. */
const maxWindows = 32

/** The head, then further windows; each begins at a line. */
const windowsOf = (text: string): string[] => {
  if (text.length <= headLength) return [text]
  const step = Math.max(headLength, Math.floor(text.length / maxWindows))
  const windows: string[] = []
  for (let at = 0; at < text.length; at += step) {
    const start = at === 0 ? 0 : text.indexOf('\n', at) + 1
    if (start === 0 && at > 0) break
    windows.push(text.slice(start, start + headLength))
  }
  return windows
}

const scored = (probes: Iterable<ProbeDefinition>, text: string): Choice[] => {
  const windows = windowsOf(text)
  return [...probes].flatMap((probe) =>
    probe.formats.map((format) => ({ probe: probe.id, format, score: Math.max(...windows.map((window) => format.detect(window))) })),
  )
}

/** Formats that read this text: all that are certain, else the best that is at least likely. */
export const chooseFormats = (probes: Iterable<ProbeDefinition>, text: string): Choice[] => {
  const all = scored(probes, text)
  const sure = all.filter(({ score }) => score >= certain)
  if (sure.length > 0) return sure
  const best = all.filter(({ score }) => score >= likely).sort((a, b) => b.score - a.score)[0]
  return best ? [best] : []
}

/** Formats of the probe that the user named: what fits, else everything it has, best first. */
export const formatsOf = (probe: ProbeDefinition, text: string): Choice[] => {
  const all = scored([probe], text).sort((a, b) => b.score - a.score)
  const fitting = all.filter(({ score }) => score >= possible)
  return fitting.length > 0 ? fitting : all
}
