import { arrayOf, member, stringOf, type Json } from '../../_kit/json'

/** One request of GenAI-Perf's raw profile, nanoseconds. */
export interface GenaiRequest {
  startNs: bigint
  endNs: bigint
  /** The first answer that holds text; null: it came at once, as a whole. */
  firstNs: bigint | null
}

const choiceHasText = (choice: Json): boolean =>
  [
    member(choice, 'delta', 'content'),
    member(choice, 'delta', 'reasoning_content'),
    member(choice, 'message', 'content'),
    member(choice, 'text'),
  ].some((text) => typeof text === 'string' && text !== '') || arrayOf(member(choice, 'delta', 'tool_calls')).length > 0

const eventHasText = (event: string): boolean => {
  const body = event.replace(/^data:\s{0,8}/, '').trim()
  if (body === '' || body === '[DONE]') return false
  try {
    const choices = arrayOf(member(JSON.parse(body) as Json, 'choices'))
    return choices.length === 0 || choices.some(choiceHasText)
  } catch {
    return true
  }
}

/** Whether an answer of the endpoint holds text: not only a role, an end or `[DONE]`. */
const hasText = (output: Json): boolean => {
  const response = stringOf(member(output, 'response'))
  if (response === null) return output !== null
  return response.split('\n\n').some(eventHasText)
}

/** Nanoseconds since 1970 are more than a number holds exactly: read from the text itself. */
const nanoseconds = (text: string, pattern: RegExp): bigint[] =>
  (pattern.exec(text)?.[1] ?? '').split(',').flatMap((token) => (/^\s*\d{1,20}\s*$/.test(token) ? [BigInt(token.trim())] : []))

/** Null: it is no request of its own (a line is lost or doubled), or no JSON. */
const outputsIn = (text: string): Json[] | null => {
  try {
    const value = JSON.parse(text) as Json
    return Array.isArray(member(value, 'response_timestamps')) ? arrayOf(member(value, 'response_outputs')) : null
  } catch {
    return null
  }
}

/**
 * One element of `requests`; `none`: it was never answered; null: it is no request, or is damaged. As GenAI-Perf does, answers without text
 * at the beginning (a role) and at the end (`[DONE]`) do not count.
 */
export const requestIn = (text: string): GenaiRequest | 'none' | null => {
  const [startNs] = nanoseconds(text, /"timestamp"\s{0,8}:\s{0,8}(\d{1,20})\b/)
  if (startNs === undefined || !/"response_timestamps"\s{0,8}:\s{0,8}\[/.test(text)) return null
  const times = nanoseconds(text, /"response_timestamps"\s{0,8}:\s{0,8}\[([\d,\s]{0,4000000})\]/)
  const outputs = outputsIn(text)
  if (outputs === null) return null
  if (times.length === 0) return 'none'
  if (outputs.length > 0 && outputs.length !== times.length) return null
  const told = times.filter((_, index) => outputs.length === 0 || hasText(outputs[index] ?? null))
  const used = told.length > 0 ? told : times
  const [first, last] = [used[0], used.at(-1)]
  if (first === undefined || last === undefined || first < startNs || last < first) return null
  return { startNs, endNs: last, firstNs: used.length > 1 ? first : null }
}
