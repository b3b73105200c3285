import type { ParseResult } from '../../../preload/contract'
import { cleanText, decodeText } from '../../../remote-scripts/_kit/text'
import type { Choice } from './choose-formats'
import { runFormat } from './run-format'
import { windowsOf } from './windows'

/** The results of the first format that finds values, else of the best one that the text fits at all. */
export const firstThatReads = (choices: readonly Choice[], read: (choice: Choice) => ParseResult[]): ParseResult[] => {
  let best: ParseResult[] | null = null
  for (const choice of choices) {
    const results = read(choice)
    if (results.some((result) => result.measurements.length > 0)) return results
    best ??= choice.score > 0 ? results : []
  }
  return best ?? []
}

/** A file that fits one string; with `firstOnly`, the first format that finds values is enough (the user named the probe). */
export const readText = (bytes: Uint8Array, choose: (windows: readonly string[]) => Choice[], firstOnly: boolean): ParseResult[] => {
  const text = cleanText(decodeText(bytes))
  const choices = choose(windowsOf(text))
  return firstOnly ? firstThatReads(choices, (choice) => runFormat(choice, text)) : choices.flatMap((choice) => runFormat(choice, text))
}
