export interface ProsePart {
  kind: 'text' | 'code'
  text: string
}

/** Splits a catalogue sentence at its `backticks`: what is between them is a command. */
export const proseParts = (sentence: string): ProsePart[] =>
  sentence
    .split(/`([^`]+)`/)
    .map((text, index): ProsePart => ({ kind: index % 2 === 1 ? 'code' : 'text', text }))
    .filter((part) => part.text !== '')

/** Commands in a sentence worth a copy button: a program's name and something after it. */
export const commandsIn = (sentence: string): string[] =>
  proseParts(sentence)
    .filter((part) => part.kind === 'code' && /^[a-z][\w./-]*\s+\S/.test(part.text))
    .map((part) => part.text)
