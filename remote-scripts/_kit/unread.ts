import { likely, notMine } from './detect'
import type { FormatParser } from './probe'
import { fail, newReading, setFacts } from './reading'
import { cleanText, maxLineLength } from './text'

interface Unread {
  id: string
  probe: string
  tool: string
  /** The line that no other tool writes. */
  mark: RegExp
  /** What the text is, why it is not read, and the command that gives what is. */
  advice: string
}

const markedLine = (text: string, mark: RegExp): string | undefined =>
  text.split('\n').find((line) => mark.test(line.slice(0, maxLineLength)))

/** A text whose tool is known but whose form is not read: its result holds no figure and says what to do instead. */
export const unreadFormat = ({ id, probe, tool, mark, advice }: Unread): FormatParser => ({
  id,
  detect: (head) => (markedLine(head, mark) === undefined ? notMine : likely),
  keepsLine: (line) => mark.test(line.slice(0, maxLineLength)),
  parse(text) {
    const line = markedLine(cleanText(text), mark)
    if (line === undefined) return []
    const reading = newReading(probe, tool)
    setFacts(reading, { tool })
    fail(reading, 'parse.unrecognised', advice, line)
    return [reading]
  },
})
