import type { ParsedFile } from '../../../preload/contract'
import { readers } from '../../../remote-scripts'
import { redactParsed } from './redact'

/**
 * What several files of one launch say only together (traces of several ranks), as the result of one more file that bears
 * all their names; null when there is nothing to say.
 */
export const combineParsed = (files: readonly ParsedFile[]): ParsedFile | null => {
  if (files.length < 2) return null
  const results = [...readers.values()].flatMap(
    (reader) => reader.combine?.(files.flatMap((file) => file.results.filter(({ probe }) => probe === reader.id))) ?? [],
  )
  return results.length === 0 ? null : redactParsed({ file: files.map(({ file }) => file).join(' + '), problem: null, results })
}
