/** A mark whose meaning one figure alone does not tell. */
export const noMark = 0
export const comma = 1
export const dot = 2
export type Mark = 0 | 1 | 2

const markOf = (character: string): Mark => (character === ',' ? comma : dot)
const other = (mark: Mark): Mark => (mark === comma ? dot : comma)

/**
 * What the figures of one file say about its marks. `12,717` may be 12717 or 12.717; `9,927.17` or `43,57` beside it tells.
 * One file has one locale, so one figure that is sure decides for all.
 */
export class Marks {
  private readonly decimal = [false, false, false]
  private readonly thousands = [false, false, false]
  /** Thousands are grouped by blanks or apostrophes. */
  private groupsByOther = false
  /** A figure of four digits or more is not grouped. */
  private ungrouped = false

  sawDecimal(mark: Mark): void {
    this.decimal[mark] = true
  }
  sawThousands(mark: Mark): void {
    this.thousands[mark] = true
  }
  sawOtherGroups(): void {
    this.groupsByOther = true
  }
  sawUngrouped(): void {
    this.ungrouped = true
  }

  /** Null: nothing in the file tells, or its figures contradict each other. */
  meaningOf(mark: Mark): 'decimal' | 'thousands' | null {
    const isDecimal = this.decimal[mark] === true || this.thousands[other(mark)] === true || this.groupsByOther
    const isThousands = this.thousands[mark] === true || this.decimal[other(mark)] === true
    if (isDecimal && isThousands) return null
    if (isDecimal || isThousands) return isDecimal ? 'decimal' : 'thousands'
    return this.ungrouped ? 'decimal' : null
  }
}

/** A figure without marks but a decimal point; with an open `mark`, all its digits: the decimal reading is a thousandth of it. */
export interface Figure {
  token: string
  mark: Mark
}

const shape = /^([+-]?)(\d{1,40}(?:[.,]\d{1,40}){0,12}|[.,]\d{1,40})([eE][+-]?\d{1,3})?$/
const otherGroups = /^([+-]?)(\d{1,3}(?:[ '\u00A0\u2009\u202F\u2019]\d{3}){1,10})(?=$|[.,])/

const areGroups = (groups: readonly string[]): boolean =>
  groups.every((group, index) => {
    if (index === 0) return group.length > 0 && group.length <= 3
    return group.length === 3 || (group.length === 2 && index < groups.length - 1)
  })

const severalMarks = (body: string, marks: Marks): string | null => {
  const at = Math.max(body.lastIndexOf(','), body.lastIndexOf('.'))
  const last = body.charAt(at)
  const groups = body.split(/[.,]/)
  if (body.indexOf(last) === at) {
    if (!areGroups(groups.slice(0, -1))) return null
    marks.sawDecimal(markOf(last))
    return `${groups.slice(0, -1).join('')}.${groups.at(-1) ?? ''}`
  }
  if (!areGroups(groups) || new Set(body.replace(/\d/g, '')).size !== 1) return null
  marks.sawThousands(markOf(last))
  return groups.join('')
}

const oneMark = (body: string, hasExponent: boolean, marks: Marks): Figure => {
  const mark = markOf(/[.,]/.exec(body)?.[0] ?? '.')
  const [whole = '', fraction = ''] = body.split(/[.,]/)
  const isOpen = !hasExponent && fraction.length === 3 && /^[1-9]\d{0,2}$/.test(whole)
  if (isOpen) return { token: whole + fraction, mark }
  marks.sawDecimal(mark)
  return { token: `${whole === '' ? '0' : whole}.${fraction}`, mark: noMark }
}

/** What a figure looks like in ncu's output of any locale; null when it is no number (`n/a`, `nan`, `CachePreferNone`). */
export const readFigure = (text: string, marks: Marks, hasUnit: boolean): Figure | null => {
  if (text.length > 64) return null
  const grouped = otherGroups.exec(text)
  if (grouped) marks.sawOtherGroups()
  const plain = grouped ? (grouped[1] ?? '') + (grouped[2] ?? '').replace(/\D/g, '') + text.slice(grouped[0].length) : text
  const match = shape.exec(plain)
  if (!match) return null
  const [, sign = '', body = '', exponent = ''] = match
  const count = body.replace(/\d/g, '').length
  if (count === 0) {
    if (hasUnit && !grouped && body.length >= 4) marks.sawUngrouped()
    return { token: sign + body + exponent, mark: noMark }
  }
  if (count > 1) {
    const token = severalMarks(body, marks)
    return token === null ? null : { token: sign + token + exponent, mark: noMark }
  }
  if (grouped) marks.sawDecimal(markOf(/[.,]/.exec(body)?.[0] ?? '.'))
  const figure: Figure = grouped ? { token: body.replace(',', '.'), mark: noMark } : oneMark(body, exponent !== '', marks)
  return { token: sign + figure.token + exponent, mark: figure.mark }
}
