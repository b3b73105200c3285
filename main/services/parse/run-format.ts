import type { ParseResult, Problem } from '../../../preload/contract'
import { AppError, toProblem } from '../../../preload/contract'
import { idOf, type Choice } from './choose-formats'

const says = (result: ParseResult): boolean =>
  result.measurements.length > 0 || result.problem !== null || result.rows.skipped > 0 || Object.keys(result.facts).length > 0

/** One format at work; a parser that breaks its promise and throws costs its own result, not the file. */
export const guarded = (choice: Choice, read: () => ParseResult[]): ParseResult[] => {
  try {
    return read().filter(says)
  } catch (error) {
    const problem: Problem = error instanceof AppError ? error.problem : { ...toProblem(error), code: 'internal' }
    const tool = { name: idOf(choice), version: null }
    return [{ probe: choice.probe, tool, facts: {}, measurements: [], rows: { understood: 0, skipped: 0 }, warnings: [], problem }]
  }
}

/** One format over a cleaned text. */
export const runFormat = (choice: Choice, text: string): ParseResult[] =>
  guarded(choice, () => {
    if (choice.format) return choice.format.parse(text)
    const reader = choice.stream.open()
    reader.push(new TextEncoder().encode(text))
    return reader.end()
  })
