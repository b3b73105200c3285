import type { Level } from '../../preload/contract/plan'

/** `2` -> 2, `true` -> true, `fast` -> 'fast'. */
export const readLevel = (text: string): Level => {
  if (text === 'true' || text === 'false') return text === 'true'
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
}
