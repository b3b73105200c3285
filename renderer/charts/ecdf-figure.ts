import { baseLayout, logRange, plainAxis, valueLogAxis } from './axes'
import { significant } from './digits'
import { percentiles, quantile, shares, typicalQuantile, type Distribution } from './distributions'
import type { Figure, PointRef } from './figure'
import { spreadLabels } from './labels'
import { levelName, levelPlace, type Comparison } from './model'
import { metricText, plain, settingText, unitText, valueText, type ChartWords } from './text'
import { armLook, faded, type ChartTheme } from './theme'

const height = 340
const margin = { l: 60, r: 28, t: 14, b: 44 }

interface Arm {
  /** What it is called. */
  level: string
  place: number
  launches: Distribution['launches']
}

const armsOf = (comparison: Comparison, distribution: Distribution): Arm[] =>
  comparison.levels
    .map((level) => ({
      level: levelName(comparison, String(level)),
      place: levelPlace(comparison, level),
      launches: distribution.launches.filter((launch) => launch.level === String(level)),
    }))
    .filter(({ launches }) => launches.length > 0)

const launchTrace = (
  arm: Arm,
  launch: Arm['launches'][number],
  index: number,
  distribution: Distribution,
  words: ChartWords,
  theme: ChartTheme,
): object => {
  const look = armLook(theme, arm.place)
  const unit = distribution.group.unit
  const name = `<b>${plain(arm.level)}</b>  ${words.launchOf(String(index + 1), String(arm.launches.length))}`
  const x = shares.map((share) => quantile(launch.sorted, share))
  return {
    type: 'scatter',
    mode: 'lines',
    x,
    y: shares,
    customdata: shares.map((): PointRef => ({ runId: launch.runId })),
    text: x.map(
      (value, place) =>
        `${name}<br>p${significant((shares[place] ?? 0) * 100, 4)}  ${valueText(value ?? 0, unit)}<br>n = ${launch.sorted.length}<br>${plain(launch.runId)}`,
    ),
    hoverinfo: 'text',
    line: { color: faded(look.colour, 0.38), width: 1, shape: 'hv' },
  }
}

const typicalTrace = (arm: Arm, theme: ChartTheme): object => {
  const look = armLook(theme, arm.place)
  return {
    type: 'scatter',
    mode: 'lines',
    x: shares.map((share) => typicalQuantile(arm.launches, share)),
    y: shares,
    hoverinfo: 'skip',
    line: { color: look.colour, width: 2.25, dash: theme.print ? look.dash : 'solid' },
  }
}

/** Names at the height where the curves are furthest apart. */
const labelsOf = (arms: readonly Arm[], theme: ChartTheme): object[] => {
  const heights = arms.map((_, index) => 0.62 - index * 0.14)
  const shifts = spreadLabels(heights, height - margin.t - margin.b)
  return arms.map((arm, index) => ({
    xref: 'x',
    yref: 'y',
    x: Math.log10(typicalQuantile(arm.launches, heights[index] ?? 0.5) ?? 1),
    y: heights[index],
    yshift: shifts[index] ?? 0,
    xshift: 8,
    xanchor: 'left',
    text: `<b>${plain(arm.level)}</b>`,
    showarrow: false,
    bgcolor: faded(theme.paper, 0.8),
    font: { size: 12, color: armLook(theme, arm.place).colour },
  }))
}

/** The finding of a distribution: medians and 99th percentiles side by side, as fact; the test is the table's business. */
const titleOf = (arms: readonly Arm[], distribution: Distribution, words: ChartWords): string => {
  const at = (share: number): string =>
    arms
      .map((arm) => `${arm.level} ${valueText(typicalQuantile(arm.launches, share) ?? 0, distribution.group.unit, 2)}`)
      .join(words.listComma)
  return words.ecdfTitle(at(0.5), at(0.99))
}

/** Shares of samples below a value: a faint line per launch, a strong one per arm. Null without positive samples. */
export const ecdfFigure = (comparison: Comparison, distribution: Distribution, words: ChartWords, theme: ChartTheme): Figure | null => {
  const arms = armsOf(comparison, distribution)
  const { group } = distribution
  const ends = arms.flatMap(({ launches }) => launches.flatMap(({ sorted }) => [quantile(sorted, 0.001) ?? 0, quantile(sorted, 1) ?? 0]))
  if (ends.length === 0 || ends.some((value) => value <= 0)) return null
  const range = logRange(ends)
  const metric = metricText(words, group.metric)
  const setting = settingText(words, group.setting)
  const unit = unitText(group.unit)
  return {
    id: `ecdf ${group.id}`,
    title: titleOf(arms, distribution, words),
    subtitle: words.ecdfSubtitle(metric, setting, significant(group.samples, 6), comparison.simulated ? words.simulated : ''),
    caption: words.ecdfCaption(metric, setting),
    traces: [
      ...arms.flatMap((arm) => arm.launches.map((launch, index) => launchTrace(arm, launch, index, distribution, words, theme))),
      ...arms.map((arm) => typicalTrace(arm, theme)),
    ],
    layout: {
      ...baseLayout(theme, height, margin),
      dragmode: false,
      xaxis: valueLogAxis(theme, range, group.unit, metric),
      yaxis: plainAxis(theme, {
        title: words.axes.share,
        range: [0, 1.02],
        tickvals: [0, 0.25, 0.5, 0.75, 0.9, 0.99],
        ticktext: ['0', '25 %', '50 %', '75 %', '90 %', '99 %'],
      }),
      annotations: labelsOf(arms, theme),
    },
    height,
    table: {
      columns: [
        { head: words.axes.arm, numeric: false },
        { head: words.axes.launch, numeric: true },
        { head: words.axes.samples, numeric: true },
        ...percentiles.map((share) => ({ head: `p${share * 100}${unit ? ` (${unit})` : ''}`, numeric: true })),
        { head: words.axes.largest, numeric: true },
      ],
      rows: arms.flatMap((arm) =>
        arm.launches.map(({ runId, sorted }, index) => ({
          runId,
          cells: [
            arm.level,
            String(index + 1),
            String(sorted.length),
            ...percentiles.map((share) => significant(quantile(sorted, share) ?? 0, 4)),
            significant(quantile(sorted, 1) ?? 0, 4),
          ],
        })),
      ),
    },
  }
}
