import { medianText, ratioText } from './digits'
import type { FigureTable } from './figure'
import { levelName, ratioName, sizeOf, type Comparison } from './model'
import type { Sweep } from './sweeps'
import { sizeText, unitText, type ChartWords } from './text'

/** The numbers of a sweep: a line per size and pair of arms. */
export const sweepTable = (comparison: Comparison, sweep: Sweep, words: ChartWords): FigureTable => {
  const levels = comparison.levels.map(String).filter((level) => sweep.curves.some((curve) => curve.level === level))
  const unit = unitText(sweep.unit)
  return {
    columns: [
      { head: words.axes.size, numeric: true },
      ...levels.map((level) => levelName(comparison, level)).map((name) => ({ head: unit ? `${name} (${unit})` : name, numeric: true })),
      { head: 'n', numeric: true },
      { head: words.axes.ratio, numeric: true },
    ],
    rows: sweep.rows.map((row) => {
      const arms = levels.map((level) => row.arms.find((arm) => String(arm.level) === level))
      return {
        cells: [
          sizeText(sizeOf(row) ?? 0),
          ...arms.map((arm) => (arm ? medianText(arm) : '–')),
          arms.flatMap((arm) => (arm ? [String(arm.n)] : [])).join(', '),
          row.ratio
            ? comparison.levels.length > 2
              ? `${ratioName(comparison, row)}: ${ratioText(row.ratio)}`
              : ratioText(row.ratio)
            : '–',
        ],
      }
    }),
  }
}
