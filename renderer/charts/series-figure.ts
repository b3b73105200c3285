import type { Output } from '../../preload/contract/api'
import { baseLayout, plainAxis } from './axes'
import { significant } from './digits'
import type { Figure } from './figure'
import { metricText, settingText, unitText, valueText, type ChartWords } from './text'
import { armLook, type ChartTheme } from './theme'

const height = 320
const margin = { l: 76, r: 20, t: 14, b: 44 }
/** Lines of the table; the export holds every sample. */
const tableRows = 200

/** What a series runs over: its index, or the time that its samples carry. */
export type SeriesAxis = 'sample' | 'seconds'

/** Positions as the store has them (index, microseconds) per one of the axis. */
export const perUnit: Record<SeriesAxis, number> = { sample: 1, seconds: 1e6 }

/** One series over its index or time; thinned by extremes, so the highest and lowest samples are always in it. */
export const seriesFigure = (
  answer: Output<'series.get'>,
  place: number,
  words: ChartWords,
  theme: ChartTheme,
  axis: SeriesAxis = 'sample',
): Figure => {
  const { info, y, min, max, shown, total } = answer
  const x = answer.x.map((at) => at / perUnit[axis])
  const axisTitle = axis === 'seconds' ? words.axes.seconds : words.axes.sample
  const metric = metricText(words, info.metric)
  const unit = unitText(info.unit)
  const pad = (max - min || Math.abs(max) || 1) * 0.06
  const look = armLook(theme, place)
  return {
    id: `series ${info.id}`,
    title: words.seriesTitle(valueText(min, info.unit), valueText(max, info.unit)),
    subtitle: words.seriesSubtitle(metric, settingText(words, info.dimensions), String(shown), String(total)),
    caption: words.seriesSubtitle(metric, settingText(words, info.dimensions), String(shown), String(total)),
    traces: [
      {
        type: 'scatter',
        mode: total > 200 ? 'lines' : 'lines+markers',
        x,
        y,
        line: { color: look.colour, width: 1, simplify: false },
        marker: { color: look.colour, size: 4 },
        hovertemplate: `%{y:.5~g} ${unit}<br>%{x}<extra></extra>`,
      },
    ],
    layout: {
      ...baseLayout(theme, height, margin),
      dragmode: 'zoom',
      xaxis: plainAxis(theme, {
        title: axisTitle,
        fixedrange: false,
        showgrid: false,
        exponentformat: 'none',
        separatethousands: true,
      }),
      yaxis: plainAxis(theme, { title: [metric, unit].filter(Boolean).join(', '), range: [min - pad, max + pad], nticks: 6 }),
    },
    height,
    table: {
      columns: [
        { head: axisTitle, numeric: true },
        { head: unit || words.axes.value, numeric: true },
      ],
      rows: x.slice(0, tableRows).map((at, index) => ({ cells: [significant(at, 9), significant(y[index] ?? 0, 6)] })),
    },
  }
}
