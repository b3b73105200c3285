import type { Unit } from '../../preload/contract/measurement'
import { significant } from './digits'
import { scaleOf, sizeText, valueText } from './text'
import type { ChartTheme } from './theme'

/** Margins of a log axis, in decades. */
const pad = 0.06

export interface LogRange {
  low: number
  high: number
}

/** Range of a log axis (log10) around positive values. */
export const logRange = (values: readonly number[], least = 0.3): LogRange => {
  const logs = values.filter((value) => value > 0 && Number.isFinite(value)).map(Math.log10)
  if (logs.length === 0) return { low: 0, high: 1 }
  const low = logs.reduce((a, b) => Math.min(a, b))
  const high = logs.reduce((a, b) => Math.max(a, b))
  const grow = Math.max((high - low) * pad, (least - (high - low)) / 2)
  return { low: low - grow, high: high + grow }
}

/** Ticks of a log axis: decades, with 2 and 5 between where there are few. */
export const decadeTicks = ({ low, high }: LogRange, most = 8): number[] => {
  const span = high - low
  const step = Math.max(1, Math.ceil(span / most))
  const factors = span < 0.7 ? [1, 1.5, 2, 3, 4, 5, 6, 8] : span < 1.6 ? [1, 2, 5] : [1]
  const first = Math.floor(low)
  const decades = Array.from({ length: Math.ceil(high) - first + 1 }, (_, index) => first + index).filter(
    (decade) => step === 1 || decade % step === 0,
  )
  return decades
    .flatMap((decade) => factors.map((factor) => factor * 10 ** decade))
    .filter((tick) => Math.log10(tick) >= low && Math.log10(tick) <= high)
}

/** Ticks at powers of two, few enough to read. */
export const sizeTicks = ({ low, high }: LogRange, most = 9): number[] => {
  const first = Math.ceil(low / Math.log10(2) - 1e-9)
  const last = Math.floor(high / Math.log10(2) + 1e-9)
  const step = [1, 2, 5, 10, 20].find((candidate) => (last - first) / candidate < most) ?? 20
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
    .filter((power) => power % step === 0)
    .map((power) => 2 ** power)
}

const base = (theme: ChartTheme): object => ({
  gridcolor: theme.rule,
  gridwidth: 1,
  zeroline: false,
  linecolor: theme.ink2,
  linewidth: 1,
  showline: true,
  ticks: 'outside',
  ticklen: 4,
  tickcolor: theme.ink2,
  tickfont: { size: 11, color: theme.ink2 },
  automargin: false,
  fixedrange: true,
})

const title = (text: string, theme: ChartTheme): object => ({ text, font: { size: 12, color: theme.ink2 }, standoff: 8 })

export const sizeAxis = (theme: ChartTheme, range: LogRange, label: string): object => {
  const ticks = sizeTicks(range)
  return {
    ...base(theme),
    type: 'log',
    range: [range.low, range.high],
    tickvals: ticks,
    ticktext: ticks.map(sizeText),
    title: title(label, theme),
  }
}

/** About so many round ticks of a linear axis: steps of 1, 2 or 5. */
export const linearTicks = (low: number, high: number, about = 5): number[] => {
  const rough = (high - low) / about
  if (!(rough > 0) || !Number.isFinite(rough)) return []
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power
  const first = Math.ceil(low / step)
  return Array.from({ length: Math.max(0, Math.floor(high / step) - first + 1) }, (_, index) => (first + index) * step)
}

/** A linear axis of values; numbers that would have too many digits are given in the unit's next prefix. */
export const valueAxis = (theme: ChartTheme, range: readonly [number, number], unit: Unit, label: string, about = 5): object => {
  const scale = scaleOf(unit, range)
  const ticks = linearTicks(range[0], range[1], about)
  return plainAxis(theme, {
    title: [label, scale.name].filter(Boolean).join(', '),
    range: [...range],
    tickvals: ticks,
    ticktext: ticks.map((tick) => significant(tick / scale.divisor, 4)),
  })
}

export const valueLogAxis = (theme: ChartTheme, range: LogRange, unit: Unit, label: string, most = 8): object => {
  const ticks = decadeTicks(range, most)
  return {
    ...base(theme),
    type: 'log',
    range: [range.low, range.high],
    tickvals: ticks,
    ticktext: ticks.map((tick) => valueText(tick, unit)),
    title: title(label, theme),
  }
}

export const ratioAxis = (theme: ChartTheme, range: LogRange, label: string, most = 4): object => {
  const ticks = decadeTicks(range, most)
  return {
    ...base(theme),
    type: 'log',
    range: [range.low, range.high],
    tickvals: ticks,
    ticktext: ticks.map((tick) => `${significant(tick, 2)}×`),
    title: title(label, theme),
  }
}

export const plainAxis = (theme: ChartTheme, more: { title?: string } & Record<string, unknown>): object => {
  const { title: label, ...rest } = more
  return { ...base(theme), ...(label ? { title: title(label, theme) } : {}), ...rest }
}

/** What every figure shares: quiet ground, no legend, no motion. */
export const baseLayout = (theme: ChartTheme, height: number, margin: { l: number; r: number; t: number; b: number }): object => ({
  height,
  margin,
  paper_bgcolor: theme.print ? theme.paper : 'rgba(0,0,0,0)',
  plot_bgcolor: theme.print ? theme.paper : 'rgba(0,0,0,0)',
  font: { family: theme.font, size: 12, color: theme.ink },
  showlegend: false,
  hovermode: 'closest',
  hoverlabel: { bgcolor: theme.paper, bordercolor: theme.ink2, font: { family: theme.font, size: 12, color: theme.ink }, align: 'left' },
  transition: { duration: 0 },
})
