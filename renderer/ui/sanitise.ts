const ansiSequences = /\u001b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][\s\S]*?(?:\u0007|\u001b\\|$)|[ -/]*[0-~])|\u009b[0-?]*[ -/]*[@-~]/g
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200e\u200f]/g

const picture = (character: string): string => {
  const code = character.charCodeAt(0)
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  if (code === 0x7f) return '\u2421'
  return '\ufffd'
}

/**
 * Text of a host made harmless for the screen: terminal sequences are dropped, other control and bidi-override characters
 * become visible signs. Tabs and line feeds stay; a carriage return that overwrites a progress line becomes a line feed.
 */
export const neutralise = (text: string): string =>
  text.replace(ansiSequences, '').replace(/\r\n/g, '\n').replace(/\r/g, '\n').replace(controls, picture)

/** Longest line that the log shows, characters; a 1 GB line must not freeze the window. */
export const maxLineChars = 4000

/** Lines as the log shows them; over-long ones are cut with a visible mark. */
export const toLines = (text: string): string[] => {
  const lines = neutralise(text).split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines.map((line) => (line.length > maxLineChars ? `${line.slice(0, maxLineChars)} … [+${line.length - maxLineChars}]` : line))
}
