import { stripVTControlCharacters } from 'node:util'

// Control characters but newline and tab, and the marks that reorder or hide text.
const hidden = /[\0-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

/** Text of a server, safe to show: no escape sequences, no control or reordering characters, at most `max` long. */
export const sanitise = (text: string, max = 2000): string => {
  const clean = stripVTControlCharacters(text.slice(0, max * 4))
    .replace(/\r\n?/g, '\n')
    .replace(hidden, '')
  return clean.length > max ? `${clean.slice(0, max)}…` : clean
}

/** As sanitise, on one line. */
export const sanitiseLine = (text: string, max = 200): string =>
  sanitise(text, max)
    .replace(/[\n\t]+/g, ' ')
    .trim()
