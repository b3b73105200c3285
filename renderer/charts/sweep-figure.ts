import { baseLayout, logRange, plainAxis, ratioAxis, sizeAxis, valueLogAxis, type LogRange } from './axes'
import { ratioText } from './digits'
import type { Figure, PointRef } from './figure'
import { endLabels, labelRoom } from './labels'
import { pairOf, ratioName, rowKey, sizeOf, type Comparison, type ComparisonRow } from './model'
import { sweepTable } from './sweep-table'
import { finalRow, type Curve, type Sweep } from './sweeps'
import { boundText, findingText, metricText, plain, settingText, sizeText, valueText, type ChartWords } from './text'
import { armLook, faded, type ChartTheme } from './theme'

const heights = { screen: 420, print: 372 } as const
const heightOf = (theme: ChartTheme): number => (theme.print ? heights.print : heights.screen)
const margin = { l: 92, t: 14, b: 44 }
/** Shares of the height: the ratio below, the values above. */
const ratioDomain = [0, 0.24] as const
const valueDomain = [0.33, 1] as const

interface Context {
  comparison: Comparison
  sweep: Sweep
  words: ChartWords
  theme: ChartTheme
}

const pixelsPerDecade = (theme: ChartTheme, range: LogRange, domain: readonly [number, number]): number =>
  ((heightOf(theme) - margin.t - margin.b) * (domain[1] - domain[0])) / (range.high - range.low)

const hoverOf = ({ comparison, sweep, words }: Context, curve: Curve, sizeBytes: number, value: number, runId: string | null): string => {
  const row = sweep.rows.find(
    (candidate) => sizeOf(candidate) === sizeBytes && candidate.arms.some(({ level }) => String(level) === curve.level),
  )
  const n = row?.arms.find(({ level }) => String(level) === curve.level)?.n ?? 0
  const lines = [
    `<b>${plain(curve.name)}</b>  ${sizeText(sizeBytes)}  ${valueText(value, sweep.unit, 4)}`,
    `n = ${n}`,
    row?.ratio ? `${plain(ratioName(comparison, row))}  ${ratioText(row.ratio)}` : '',
    runId === null ? words.medianOfLaunches : plain(runId),
  ]
  return lines.filter(Boolean).join('<br>')
}

const launchTrace = (context: Context, curve: Curve): object => {
  const look = armLook(context.theme, curve.place)
  return {
    type: 'scatter',
    mode: 'markers',
    name: plain(curve.name),
    x: curve.launches.map(({ sizeBytes }) => sizeBytes),
    y: curve.launches.map(({ value }) => value),
    customdata: curve.launches.map(({ runId, rowKey: key }): PointRef => ({ runId, rowKey: key })),
    text: curve.launches.map(({ sizeBytes, value, runId }) => hoverOf(context, curve, sizeBytes, value, runId)),
    hoverinfo: 'text',
    marker: { color: faded(look.colour, 0.38), size: 7, symbol: look.symbol, line: { width: 0 } },
    unselected: { marker: { opacity: 0.25 } },
  }
}

const medianTrace = (context: Context, curve: Curve): object => {
  const look = armLook(context.theme, curve.place)
  const withFit = curve.fitted.length > 0
  return {
    type: 'scatter',
    mode: withFit ? 'markers' : 'lines+markers',
    name: plain(curve.name),
    x: curve.medians.map(({ sizeBytes }) => sizeBytes),
    y: curve.medians.map(({ value }) => value),
    customdata: curve.medians.map(({ rowKey: key }): PointRef => ({ rowKey: key })),
    text: curve.medians.map(({ sizeBytes, value }) => hoverOf(context, curve, sizeBytes, value, null)),
    hoverinfo: 'text',
    line: { color: look.colour, width: 1.75, dash: context.theme.print ? look.dash : 'solid' },
    marker: { color: look.colour, size: 8, symbol: look.symbol, line: { width: 1, color: context.theme.paper } },
    unselected: { marker: { opacity: 0.35 } },
  }
}

const fitTrace = ({ theme }: Context, curve: Curve): object => {
  const look = armLook(theme, curve.place)
  const points = curve.fitted.flatMap((piece) => [...piece, { sizeBytes: null, value: null }])
  return {
    type: 'scatter',
    mode: 'lines',
    x: points.map(({ sizeBytes }) => sizeBytes),
    y: points.map(({ value }) => value),
    hoverinfo: 'skip',
    line: { color: look.colour, width: 1.75, dash: theme.print ? look.dash : 'solid' },
  }
}

const boundMarks = ({ sweep, theme, words }: Context, range: LogRange): { shapes: object[]; annotations: object[] } => {
  const bounds = sweep.curves.flatMap((curve) => (curve.bound && curve.bound.value > 0 ? [{ curve, bound: curve.bound }] : []))
  const values = new Map<number, { levels: string[]; place: number; source: string }>()
  for (const { curve, bound } of bounds) {
    const known = values.get(bound.value)
    if (known) known.levels.push(curve.name)
    else values.set(bound.value, { levels: [curve.name], place: curve.place, source: bound.source })
  }
  const shapes = [...values].map(([value, { levels, place }]) => ({
    type: 'line',
    xref: 'x domain',
    yref: 'y',
    x0: 0,
    x1: 1,
    y0: value,
    y1: value,
    line: { color: levels.length > 1 ? theme.ink2 : armLook(theme, place).colour, width: 1, dash: '3px,3px' },
  }))
  const annotations = [...values].map(([value, { levels, source }]) => ({
    xref: 'x domain',
    yref: 'y',
    x: 0,
    y: Math.log10(value),
    xanchor: 'left',
    yanchor: Math.log10(value) > range.high - 0.12 * (range.high - range.low) ? 'top' : 'bottom',
    xshift: 6,
    text: boundText(words, source, levels),
    showarrow: false,
    font: { size: 11, color: theme.ink2 },
  }))
  return { shapes, annotations }
}

const judged = (sweep: Sweep): ComparisonRow[] => sweep.rows.filter(({ ratio }) => ratio !== null && ratio.low > 0)

const ratioTraces = ({ comparison, sweep, theme }: Context): object[] => {
  const byLevel = Map.groupBy(judged(sweep), (row) => pairOf(row, comparison.levels).level)
  return [...byLevel].flatMap(([level, rows]) => {
    const look = armLook(
      theme,
      comparison.levels.findIndex((candidate) => String(candidate) === level),
    )
    const sizes = rows.map((row) => sizeOf(row) ?? 0)
    const shared = { type: 'scatter', xaxis: 'x2', yaxis: 'y2' }
    return [
      {
        ...shared,
        mode: 'lines',
        fill: 'toself',
        fillcolor: faded(look.colour, theme.print ? 0.2 : 0.18),
        line: { width: 0 },
        hoverinfo: 'skip',
        x: [...sizes, ...sizes.toReversed()],
        y: [...rows.map(({ ratio }) => ratio?.high ?? 0), ...rows.toReversed().map(({ ratio }) => ratio?.low ?? 0)],
      },
      {
        ...shared,
        mode: 'lines+markers',
        x: sizes,
        y: rows.map(({ ratio }) => ratio?.estimate ?? 0),
        customdata: rows.map((row): PointRef => ({ rowKey: rowKey(row) })),
        text: rows.map((row) =>
          row.ratio ? `${plain(ratioName(comparison, row))}  ${sizeText(sizeOf(row) ?? 0)}<br>${ratioText(row.ratio)}` : '',
        ),
        hoverinfo: 'text',
        line: { color: look.colour, width: 1.75, dash: theme.print ? look.dash : 'solid' },
        marker: { color: look.colour, size: 6, symbol: look.symbol },
        unselected: { marker: { opacity: 0.35 } },
      },
    ]
  })
}

/** Tight on the right, where the names of the lines stand outside of the frame. */
const sizeRange = (sweep: Sweep): LogRange => {
  const sizes = sweep.curves.flatMap(({ medians }) => medians.map(({ sizeBytes }) => sizeBytes))
  const { low, high } = logRange(sizes)
  return { low, high: Math.log10(Math.max(...sizes)) + 0.015 * (high - low) }
}

const rangesOf = (sweep: Sweep): { x: LogRange; y: LogRange; ratio: LogRange } => ({
  x: sizeRange(sweep),
  y: logRange(
    sweep.curves.flatMap(({ launches, medians, fitted, bound }) => [
      ...launches.map(({ value }) => value),
      ...medians.map(({ value }) => value),
      ...fitted.flat().map(({ value }) => value),
      ...(bound ? [bound.value] : []),
    ]),
  ),
  ratio: logRange([1, ...judged(sweep).flatMap(({ ratio }) => (ratio ? [ratio.low, ratio.high] : []))]),
})

const layoutOf = (context: Context): object => {
  const { sweep, words, theme } = context
  const ranges = rangesOf(sweep)
  const labels = sweep.curves.map((curve) => {
    const last = curve.fitted.at(-1)?.at(-1) ?? curve.medians.at(-1)
    return { text: curve.name, colour: armLook(theme, curve.place).colour, y: Math.log10(last?.value ?? 1) }
  })
  const lastSize = Math.max(...sweep.curves.flatMap(({ medians }) => medians.map(({ sizeBytes }) => sizeBytes)))
  const bounds = boundMarks(context, ranges.y)
  const hasRatio = judged(sweep).length > 0
  const bare = { ...sizeAxis(theme, ranges.x, ''), title: { text: '' } }
  const top = hasRatio ? valueDomain : ([0, 1] as const)
  return {
    ...baseLayout(theme, heightOf(theme), { ...margin, r: labelRoom(labels.map(({ text }) => text)) }),
    dragmode: 'select',
    xaxis: hasRatio ? { ...bare, showticklabels: false, anchor: 'y' } : { ...sizeAxis(theme, ranges.x, words.axes.size), anchor: 'y' },
    yaxis: { ...valueLogAxis(theme, ranges.y, sweep.unit, metricText(words, sweep.metric), 6), domain: top, anchor: 'x' },
    ...(hasRatio
      ? {
          xaxis2: { ...sizeAxis(theme, ranges.x, words.axes.size), anchor: 'y2', matches: 'x' },
          yaxis2: { ...ratioAxis(theme, ranges.ratio, words.axes.ratio), domain: ratioDomain, anchor: 'x2' },
        }
      : { yaxis2: plainAxis(theme, { visible: false }) }),
    shapes: [
      ...bounds.shapes,
      ...(hasRatio
        ? [{ type: 'line', xref: 'x2 domain', yref: 'y2', x0: 0, x1: 1, y0: 1, y1: 1, line: { color: theme.ink2, width: 1, dash: 'dot' } }]
        : []),
    ],
    annotations: [...bounds.annotations, ...endLabels(labels, Math.log10(lastSize), pixelsPerDecade(theme, ranges.y, top))],
  }
}

const launchesText = (sweep: Sweep): string => {
  const counts = sweep.curves.flatMap(({ medians }) => medians.map(({ n }) => n))
  const [least, most] = [Math.min(...counts), Math.max(...counts)]
  return least === most ? String(least) : `${least}–${most}`
}

/** A metric against message size: every launch, the median or the fitted line per arm, the bound, and the ratio with its interval below. */
export const sweepFigure = (comparison: Comparison, sweep: Sweep, words: ChartWords, theme: ChartTheme): Figure => {
  const context = { comparison, sweep, words, theme }
  const row = finalRow(sweep)
  const metric = metricText(words, sweep.metric)
  const setting = settingText(words, sweep.setting)
  const fitted = sweep.fitMethod !== null
  return {
    id: `sweep ${sweep.id}`,
    title: row ? findingText(words, row, comparison) : metric,
    subtitle: words.sweepSubtitle(metric, setting, launchesText(sweep), comparison.simulated ? words.simulated : ''),
    caption: [
      words.sweepCaption(metric, setting, launchesText(sweep), fitted ? words.fitted : words.joined),
      sweep.curves.some(({ bound }) => bound !== null) ? words.boundCaption : '',
      judged(sweep).length > 0 ? words.ratioCaption : '',
    ].join(''),
    traces: [
      ...sweep.curves.map((curve) => launchTrace(context, curve)),
      ...sweep.curves.filter(({ fitted: pieces }) => pieces.length > 0).map((curve) => fitTrace(context, curve)),
      ...sweep.curves.map((curve) => medianTrace(context, curve)),
      ...ratioTraces(context),
    ],
    layout: layoutOf(context),
    height: heightOf(theme),
    table: sweepTable(comparison, sweep, words),
  }
}
