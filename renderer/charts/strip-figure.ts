import { baseLayout, logRange, plainAxis, ratioAxis, valueAxis, valueLogAxis, type LogRange } from './axes'
import { medianText, ratioText, significant } from './digits'
import type { Figure, PointRef } from './figure'
import { boundLine, boundMarks } from './strip-bounds'
import {
  levelName,
  levelPlace,
  pairOf,
  ratioName,
  rowKey,
  sizeOf,
  without,
  dimensionsKey,
  type ComparedArm,
  type Comparison,
  type ComparisonRow,
} from './model'
import { findingText, metricText, plain, settingText, unitText, valueText, type ChartWords } from './text'
import { armLook, faded, type ChartTheme } from './theme'

const rowPixels = 46
const margin = { l: 116, r: 20, b: 44 }
const valueDomain = [0, 0.6] as const
const ratioDomain = [0.68, 1] as const
/** Above this factor between the extremes the axis is logarithmic. */
const logFrom = 8

/** One metric at one point of the design: all pairs of levels that were compared there. */
export interface Strip {
  id: string
  rows: ComparisonRow[]
}

/** All pairs at the metric and dimensions of this row. */
export const stripOf = (comparison: Comparison, row: ComparisonRow): Strip => {
  const key = dimensionsKey(row.dimensions)
  return {
    id: JSON.stringify([row.metric, key]),
    rows: comparison.rows.filter((other) => other.metric === row.metric && dimensionsKey(other.dimensions) === key),
  }
}

const preferred = (left: ComparisonRow, right: ComparisonRow): ComparisonRow => {
  const rank = (row: ComparisonRow): number[] => [row.arms.length, sizeOf(row) ?? -1, row.dimensions['in_place'] === true ? 0 : 1]
  const [a, b] = [rank(left), rank(right)]
  const place = a.findIndex((value, index) => value !== b[index])
  return place >= 0 && (b[place] ?? 0) > (a[place] ?? 0) ? right : left
}

/** One strip per headline metric and setting, at the largest size that both arms measured: where the verdict sentences come from. */
export const headlineStrips = (comparison: Comparison): Strip[] => {
  const chosen = new Map<string, ComparisonRow>()
  for (const row of comparison.rows.filter(({ headline }) => headline)) {
    const subject = JSON.stringify([row.metric, dimensionsKey(without(row.dimensions, 'size_bytes', 'in_place'))])
    const known = chosen.get(subject)
    chosen.set(subject, known ? preferred(known, row) : row)
  }
  return [...chosen.values()].map((row) => stripOf(comparison, row))
}

const armsOf = (strip: Strip): ComparedArm[] => {
  const byLevel = new Map(strip.rows.flatMap(({ arms }) => arms).map((arm) => [String(arm.level), arm]))
  return [...byLevel.values()]
}

/** Launches lie in their order from top to bottom, so that a drift shows as a slant. */
const offset = (index: number, count: number): number => (count < 2 ? 0 : 0.26 - (0.52 * index) / (count - 1))

interface Context {
  comparison: Comparison
  strip: Strip
  arms: ComparedArm[]
  words: ChartWords
  theme: ChartTheme
  /** Levels from bottom to top. */
  order: string[]
}

const yOf = ({ order }: Context, level: string): number => order.indexOf(level)

const armTraces = (context: Context, arm: ComparedArm): object[] => {
  const { comparison, strip, theme, words } = context
  const look = armLook(theme, levelPlace(comparison, arm.level))
  const row = strip.rows.find(({ arms }) => arms.some(({ level }) => level === arm.level))
  const unit = row?.unit ?? '1'
  const y = yOf(context, String(arm.level))
  const key = row ? rowKey(row) : ''
  return [
    {
      type: 'scatter',
      mode: 'markers',
      x: arm.values,
      y: arm.values.map((_, index) => y + offset(index, arm.values.length)),
      customdata: arm.runIds.map((runId): PointRef => ({ runId, rowKey: key })),
      text: arm.values.map(
        (value, index) =>
          `<b>${plain(levelName(comparison, String(arm.level)))}</b>  ${valueText(value, unit, 4)}<br>${words.launchOf(String(index + 1), String(arm.n))}<br>${plain(arm.runIds[index] ?? '')}`,
      ),
      hoverinfo: 'text',
      marker: { color: faded(look.colour, 0.6), size: 8, symbol: look.symbol },
      unselected: { marker: { opacity: 0.25 } },
    },
    {
      type: 'scatter',
      mode: 'lines',
      x: [arm.median, arm.median],
      y: [y - 0.34, y + 0.34],
      hoverinfo: 'text',
      text: [`${words.median}  ${valueText(arm.median, unit, 4)}`, `${words.median}  ${valueText(arm.median, unit, 4)}`],
      line: { color: theme.print ? theme.ink : look.colour, width: 2.5 },
    },
  ]
}

const ratioTrace = (context: Context, row: ComparisonRow): object[] => {
  const { comparison, theme } = context
  if (!row.ratio) return []
  const { level } = pairOf(row, comparison.levels)
  const look = armLook(theme, levelPlace(comparison, level))
  return [
    {
      type: 'scatter',
      mode: 'markers',
      xaxis: 'x2',
      yaxis: 'y2',
      x: [row.ratio.estimate],
      y: [yOf(context, level)],
      error_x: {
        type: 'data',
        symmetric: false,
        array: [row.ratio.high - row.ratio.estimate],
        arrayminus: [row.ratio.estimate - row.ratio.low],
        color: look.colour,
        thickness: 2,
        width: 5,
      },
      customdata: [{ rowKey: rowKey(row) } satisfies PointRef],
      text: [`${plain(ratioName(comparison, row))}  ${ratioText(row.ratio)}`],
      hoverinfo: 'text',
      marker: { color: look.colour, size: 9, symbol: look.symbol },
      unselected: { marker: { opacity: 0.4 } },
    },
  ]
}

const ratioLabels = (context: Context, range: LogRange): object[] =>
  context.strip.rows.flatMap((row) => {
    if (!row.ratio) return []
    const { level } = pairOf(row, context.comparison.levels)
    const right = Math.log10(row.ratio.estimate) > (range.low + range.high) / 2
    return [
      {
        xref: 'x2',
        yref: 'y2',
        x: Math.log10(row.ratio.estimate),
        y: yOf(context, level),
        yshift: 15,
        xanchor: right ? 'right' : 'left',
        xshift: right ? 24 : -24,
        text: plain(ratioText(row.ratio)),
        showarrow: false,
        font: { size: 12, color: context.theme.ink },
      },
    ]
  })

const valueAxisOf = (context: Context): { axis: object; log: boolean; middle: number } => {
  const { strip, arms, theme, words } = context
  const unit = strip.rows[0]?.unit ?? '1'
  const bounds = strip.rows.flatMap((row) => Object.values(row.bound).map(({ value }) => value))
  const values = [...arms.flatMap((arm) => arm.values), ...bounds]
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const label = metricText(words, strip.rows[0]?.metric ?? '')
  if (least > 0 && most / least > logFrom) {
    const range = logRange(values)
    return { axis: valueLogAxis(theme, range, unit, label, 4), log: true, middle: (range.low + range.high) / 2 }
  }
  const pad = (most - least || Math.abs(most) || 1) * 0.08
  return { axis: valueAxis(theme, [least - pad, most + pad], unit, label), log: false, middle: (least + most) / 2 }
}

/** Every launch of every arm at one point of the design, the medians, and the ratio with its interval. */
export const stripFigure = (comparison: Comparison, strip: Strip, words: ChartWords, theme: ChartTheme): Figure | null => {
  const first = strip.rows[0]
  const arms = armsOf(strip)
  if (!first || arms.length === 0) return null
  const order = comparison.levels
    .map(String)
    .filter((level) => arms.some((arm) => String(arm.level) === level))
    .reverse()
  const context: Context = { comparison, strip, arms, words, theme, order }
  const value = valueAxisOf(context)
  const ratios = strip.rows.flatMap(({ ratio }) => (ratio && ratio.low > 0 ? [ratio.low, ratio.high] : []))
  const ratioRange = logRange([1, ...ratios])
  const bounds = boundMarks(context, value.log, value.middle)
  const top = 8 + Math.max(1, bounds.annotations.length) * boundLine
  const height = top + margin.b + Math.max(2, order.length) * rowPixels
  const levelsAxis = { range: [-0.6, order.length - 0.4], tickvals: order.map((_, index) => index), showgrid: false, ticks: '' }
  const setting = settingText(words, first.dimensions)
  const unit = unitText(first.unit)
  return {
    id: `strip ${strip.id}`,
    title: strip.rows.map((row) => findingText(words, row, comparison)).join(' '),
    subtitle: words.stripSubtitle(metricText(words, first.metric), setting, comparison.simulated ? words.simulated : ''),
    caption: words.stripCaption(metricText(words, first.metric), setting),
    traces: [...arms.flatMap((arm) => armTraces(context, arm)), ...strip.rows.flatMap((row) => ratioTrace(context, row))],
    layout: {
      ...baseLayout(theme, height, { ...margin, t: top }),
      dragmode: 'select',
      xaxis: { ...value.axis, domain: ratios.length > 0 ? valueDomain : [0, 1], anchor: 'y' },
      yaxis: plainAxis(theme, {
        ...levelsAxis,
        ticktext: order.map((level) => `<b>${plain(levelName(comparison, level))}</b>  `),
        showline: false,
        anchor: 'x',
        tickfont: { size: 12, color: theme.ink },
      }),
      ...(ratios.length > 0
        ? {
            xaxis2: { ...ratioAxis(theme, ratioRange, words.axes.ratio, 4), domain: ratioDomain, anchor: 'y2' },
            yaxis2: plainAxis(theme, { ...levelsAxis, showticklabels: false, showline: false, anchor: 'x2' }),
          }
        : {}),
      shapes: [
        ...bounds.shapes,
        ...(ratios.length > 0
          ? [
              {
                type: 'line',
                xref: 'x2',
                yref: 'y2 domain',
                x0: 1,
                x1: 1,
                y0: 0,
                y1: 1,
                line: { color: theme.ink2, width: 1, dash: 'dot' },
              },
            ]
          : []),
      ],
      annotations: [...bounds.annotations, ...ratioLabels(context, ratioRange)],
    },
    height,
    table: {
      columns: [
        { head: words.axes.arm, numeric: false },
        { head: words.axes.launch, numeric: true },
        { head: unit || words.axes.value, numeric: true },
        { head: words.axes.run, numeric: false },
      ],
      rows: arms.flatMap((arm) => [
        ...arm.values.map((launch, index) => ({
          cells: [levelName(comparison, String(arm.level)), String(index + 1), significant(launch, 5), arm.runIds[index] ?? ''],
          ...(arm.runIds[index] ? { runId: arm.runIds[index] } : {}),
        })),
        { cells: [levelName(comparison, String(arm.level)), words.median, medianText(arm), `n = ${arm.n}`] },
      ]),
    },
  }
}
