import { parseNumber } from '../../_kit/numbers'

/** How a file writes its numbers, as far as its own cells prove it. */
export type NumeralStyle = 'point' | 'comma' | 'unproven' | 'contradictory'

const longestToken = 48
/** A sign that only groups digits, whatever the language: narrow and plain no-break spaces, apostrophes. */
const groupSigns = /(?<=\d)[\u00A0\u202F\u2009'’](?=\d{3}(?!\d))/g

const groupedBy = (sign: string): RegExp => new RegExp(`^[+-]?\\d{1,3}(?:\\${sign}\\d{3})+$`)
const commaGroups = groupedBy(',')
const pointGroups = groupedBy('.')
const pointNumber = /^[+-]?\d{1,3}(?:,\d{3})*(?:\.\d+)?$|^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$/
const commaNumber = /^[+-]?\d{1,3}(?:\.\d{3})*(?:,\d+)?$|^[+-]?\d+(?:,\d+)?$/
/** Three digits behind the only sign, and no zero before it: `1.044` is either 1044 or 1.044. */
const ambiguous = /^[+-]?[1-9]\d{0,2}[.,]\d{3}$/

const withoutGroupSigns = (token: string): string => token.replace(groupSigns, '')

/** What one cell proves; whole numbers (counts, nanoseconds) prove that their sign only groups digits. */
const provenBy = (token: string, isWhole: boolean): NumeralStyle => {
  if (!/[.,]/.test(token) || token.length > longestToken) return 'unproven'
  if (isWhole && commaGroups.test(token)) return 'point'
  if (isWhole && pointGroups.test(token)) return 'comma'
  if (ambiguous.test(token)) return 'unproven'
  const [isPoint, isComma] = [pointNumber.test(token), commaNumber.test(token)]
  if (isPoint === isComma) return 'unproven'
  return isPoint ? 'point' : 'comma'
}

/** The style that all cells of a file together prove. */
export const styleOf = (cells: Iterable<{ token: string; isWhole: boolean }>): NumeralStyle => {
  let style: NumeralStyle = 'unproven'
  for (const { token, isWhole } of cells) {
    const proven = provenBy(withoutGroupSigns(token), isWhole)
    if (proven === 'unproven') continue
    if (style !== 'unproven' && style !== proven) return 'contradictory'
    style = proven
  }
  return style
}

/** The number as digits with a decimal point; null: it is none. `ambiguous`: it is one, but the file does not say which. */
export const plainNumeral = (token: string, style: NumeralStyle): string | null | 'ambiguous' => {
  if (token.length > longestToken) return null
  const plain = withoutGroupSigns(token)
  if (!/[.,]/.test(plain)) return parseNumber(plain) === null ? null : plain
  if (style === 'point' || style === 'comma') {
    const isNumber = style === 'point' ? pointNumber.test(plain) : commaNumber.test(plain)
    if (!isNumber) return null
    return style === 'point' ? plain.replaceAll(',', '') : plain.replaceAll('.', '').replace(',', '.')
  }
  return pointNumber.test(plain) || commaNumber.test(plain) ? 'ambiguous' : null
}
