import { largestTarget, type IndicatorRow } from '../../../preload/contract/indicators'
import { scaleOf, type Scale } from '../../charts/indicator-text'

/** The unit that a target is typed in: of the present one, else what suits the kind. */
export const fieldScale = ({ target, unit, cells }: Pick<IndicatorRow, 'target' | 'unit' | 'cells'>): Scale =>
  unit === 'us'
    ? { factor: 1000, name: 'ms' }
    : scaleOf(
        target.value ?? target.default ?? cells.find(({ value }) => value !== null)?.value ?? (unit === 'bytes' ? 1024 ** 3 : 1),
        unit,
      )

/** The value as typed: no digits that a scale made up. */
export const fieldText = (value: number | null, { factor }: Scale): string =>
  value === null ? '' : String(Number((value / factor).toPrecision(12)))

export type FieldValue = { ok: true; value: number } | { ok: false; most: number | null }

/** What was typed, in the indicator's unit; `most`: the largest that makes sense, when it was that which was missed. */
export const readField = (text: string, row: Pick<IndicatorRow, 'id' | 'unit'>, { factor }: Scale): FieldValue => {
  const trimmed = text.trim()
  const typed = /^\d{1,15}(?:\.\d{1,9})?$/.test(trimmed) ? Number(trimmed) : Number.NaN
  if (!(typed > 0)) return { ok: false, most: null }
  const value = Number((typed * factor).toPrecision(12))
  const most = largestTarget(row.id, row.unit)
  return value > most ? { ok: false, most: most / factor } : { ok: true, value }
}
