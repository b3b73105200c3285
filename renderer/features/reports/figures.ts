import { ecdfFigure } from '../../charts/ecdf-figure'
import type { Figure } from '../../charts/figure'
import { headlineStrips, stripFigure } from '../../charts/strip-figure'
import { sweepFigure } from '../../charts/sweep-figure'
import { sweepsOf, type Sweep } from '../../charts/sweeps'
import type { ChartWords } from '../../charts/text'
import { themes } from '../../charts/theme'
import type { ReportData } from './useReport'

/** Sweeps worth a page: headline metrics, and the times that a line was fitted to. In-place figures only when alone. */
const isTold = (sweep: Sweep, all: readonly Sweep[]): boolean => {
  if (!sweep.headline && !(sweep.family === 'time' && sweep.fitMethod !== null)) return false
  return sweep.setting['in_place'] !== true || !all.some((other) => other.metric === sweep.metric && other.setting['in_place'] === false)
}

/** The figures of one comparison on paper, in reading order. */
export const figuresOf = (data: ReportData, index: number, words: ChartWords): Figure[] => {
  const comparison = data.model.comparisons[index]
  if (!comparison) return []
  const sweeps = sweepsOf(comparison)
  const told = sweeps.filter((sweep) => isTold(sweep, sweeps))
  const bySweep = new Set(told.map(({ metric }) => metric))
  // What is drawn over all sizes needs no picture of its last size.
  const strips = headlineStrips(comparison).filter(
    ({ rows }) => !bySweep.has(rows[0]?.metric ?? '') && rows.some(({ ratio }) => ratio !== null),
  )
  return [
    ...strips.map((strip) => stripFigure(comparison, strip, words, themes.print)),
    ...told.map((sweep) => sweepFigure(comparison, sweep, words, themes.print)),
    ...data.distributions
      .filter((entry) => entry.comparison === index)
      .map(({ distribution }) => ecdfFigure(comparison, distribution, words, themes.print)),
  ].filter((figure): figure is Figure => figure !== null)
}
