/**
 * Scores of FormatParser.detect. From `certain` on, a format is read whatever else the file holds (one log may hold
 * several tools); below it, only the best one is.
 */
export const certain = 0.9
export const likely = 0.6
export const possible = 0.3
export const notMine = 0

/** How much of a text `detect` is shown. */
export const headLength = 65_536

/** The first character that is not blank; `{` and `[` open JSON. */
export const firstCharacter = (head: string): string => /\S/.exec(head)?.[0] ?? ''
