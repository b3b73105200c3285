import type { Ceiling, KernelAnalysis, KernelRow } from '../../preload/contract/kernels'
import type { Messages } from '../messages'
import { baseLayout, decadeTicks, logRange, plainAxis, valueLogAxis, type LogRange } from './axes'
import { percentText, significant } from './digits'
import type { Figure } from './figure'
import { plain, valueText } from './text'
import { armLook, faded, type ChartTheme } from './theme'

export type KernelWords = Messages['kernels']

const height = 380
const margin = { l: 96, r: 20, t: 14, b: 48 }
const smallestPoint = 8
const largestPoint = 26
const longestName = 80
/** In a title. */
const titleName = 24

/** A kernel that has a place in the picture. */
type Placed = KernelRow & { intensity: number; flopPerSecond: number }

const isPlaced = (row: KernelRow): row is Placed =>
  row.intensity !== null && row.flopPerSecond !== null && row.intensity > 0 && row.flopPerSecond > 0

/** `void gemm<float>(float*)` is `gemm`: what a reader calls it. */
export const shortKernel = (name: string): string => {
  const bare = name.replace(/^void /, '').replace(/[<(].*/s, '')
  const last = bare.split('::').at(-1)?.trim() ?? ''
  return (last === '' ? name : last).slice(0, longestName)
}

/** P = intensity x bandwidth up to the roof: two points of the slope, FLOP/byte and FLOP/s. */
const slope = (memory: Ceiling, roof: number, range: LogRange): { x: number[]; y: number[] } => {
  const from = 10 ** range.low
  const ridge = roof / (memory.value * 1e9)
  return { x: [from, ridge], y: [from * memory.value * 1e9, roof] }
}

const rooflineTraces = (ceilings: readonly Ceiling[], words: KernelWords, theme: ChartTheme, range: LogRange): object[] => {
  const roofs = ceilings.filter(({ kind }) => kind !== 'dram')
  const memory = ceilings.find(({ kind }) => kind === 'dram')
  const highest = Math.max(...roofs.map(({ value }) => value), 0)
  const line = { type: 'scatter', mode: 'lines', line: { color: theme.ink2, width: 1.25, dash: '3px,3px' }, hoverinfo: 'text' }
  const nameOf = ({ kind, source, value, unit }: Ceiling): string =>
    `${words.roofline.ceilings[kind]}: ${valueText(value, unit)} (${words.roofline.sources[source]})`
  const flat = roofs.map((roof) => ({
    ...line,
    x: [memory ? roof.value / (memory.value * 1e9) : 10 ** range.low, 10 ** range.high],
    y: [roof.value, roof.value],
    text: nameOf(roof),
  }))
  return memory && highest > 0 ? [{ ...line, ...slope(memory, highest, range), text: nameOf(memory) }, ...flat] : flat
}

const annotations = (ceilings: readonly Ceiling[], words: KernelWords, theme: ChartTheme, range: LogRange): object[] => {
  const text = (ceiling: Ceiling): string => `${words.roofline.ceilings[ceiling.kind]} ${valueText(ceiling.value, ceiling.unit)}`
  const font = { size: 11, color: theme.ink2 }
  const memory = ceilings.find(({ kind }) => kind === 'dram')
  const roofs = ceilings.filter(({ kind }) => kind !== 'dram')
  const flat = roofs.map((roof) => ({
    x: range.high,
    y: Math.log10(roof.value),
    xanchor: 'right',
    yanchor: 'bottom',
    text: text(roof),
    showarrow: false,
    font,
  }))
  if (!memory || roofs.length === 0) return flat
  const lowest = Math.min(...roofs.map(({ value }) => value))
  const at = (range.low + Math.log10(lowest / (memory.value * 1e9))) / 2
  return [
    ...flat,
    {
      x: at,
      y: at + Math.log10(memory.value * 1e9),
      xanchor: 'left',
      yanchor: 'top',
      xshift: 6,
      text: text(memory),
      showarrow: false,
      font,
    },
  ]
}

const hoverOf = (row: Placed, words: KernelWords): string =>
  [
    `<b>${plain(shortKernel(row.kernel))}</b>`,
    `${valueText(row.flopPerSecond, 'FLOP/s')}, ${significant(row.intensity)} ${words.flopPerByte}`,
    row.timeUs === null ? '' : valueText(row.timeUs, 'us'),
    row.share === null || row.bound === null ? '' : `${percentText(row.share)} ${words.ofRoof}, ${words.bounds[row.bound]}`,
  ]
    .filter(Boolean)
    .join('<br>')

const pointTrace = (rows: readonly Placed[], words: KernelWords, theme: ChartTheme, place: number): object => {
  const look = armLook(theme, place)
  const longest = Math.max(...rows.map(({ timeUs }) => timeUs ?? 0), 1e-9)
  return {
    type: 'scatter',
    mode: 'markers',
    x: rows.map(({ intensity }) => intensity),
    y: rows.map(({ flopPerSecond }) => flopPerSecond),
    text: rows.map((row) => hoverOf(row, words)),
    hoverinfo: 'text',
    marker: {
      color: faded(look.colour, 0.6),
      symbol: look.symbol,
      // Area says the time: the eye compares areas.
      size: rows.map(({ timeUs }) => smallestPoint + (largestPoint - smallestPoint) * Math.sqrt((timeUs ?? 0) / longest)),
      line: { width: 1, color: look.colour },
    },
  }
}

const titleOf = (rows: readonly Placed[], { roofline }: KernelWords): string => {
  const [first] = rows.filter(({ share }) => share !== null)
  if (!first || first.share === null || first.bound === null) return roofline.titleNone
  const name = shortKernel(first.kernel)
  const words = [name.length > titleName ? `${name.slice(0, titleName)}…` : name, percentText(first.share)] as const
  return first.bound === 'memory' ? roofline.titleMemory(...words) : roofline.titleCompute(...words)
}

const tableOf = (rows: readonly Placed[], words: KernelWords): Figure['table'] => ({
  columns: [
    { head: words.kernel, numeric: false },
    { head: words.roofline.intensityAxis, numeric: true },
    { head: words.reached, numeric: true },
    { head: words.ofRoof, numeric: true },
  ],
  rows: rows.map((row) => ({
    cells: [
      shortKernel(row.kernel),
      significant(row.intensity),
      valueText(row.flopPerSecond, 'FLOP/s'),
      row.share === null ? '–' : percentText(row.share),
    ],
  })),
})

/** Kernels under the roofs of their GPU; null when no kernel has a place: the table then says which counters are missing. */
export const rooflineFigure = (analysis: KernelAnalysis, place: number, words: KernelWords, theme: ChartTheme): Figure | null => {
  const rows = analysis.kernels.filter(isPlaced)
  if (rows.length === 0) return null
  const memory = analysis.ceilings.find(({ kind }) => kind === 'dram')
  const roofs = analysis.ceilings.filter(({ kind }) => kind !== 'dram').map(({ value }) => value)
  const ridges = memory ? roofs.map((roof) => roof / (memory.value * 1e9)) : []
  const xRange = logRange([...rows.map(({ intensity }) => intensity), ...ridges], 2)
  const yRange = logRange([...rows.map(({ flopPerSecond }) => flopPerSecond), ...roofs], 1)
  const ticks = decadeTicks(xRange)
  return {
    id: 'roofline',
    title: titleOf(rows, words),
    subtitle: words.roofline.subtitle(String(rows.length), plain(analysis.gpu ?? words.roofline.unknownGpu)),
    caption: words.roofline.caption,
    traces: [...rooflineTraces(analysis.ceilings, words, theme, xRange), pointTrace(rows, words, theme, place)],
    layout: {
      ...baseLayout(theme, height, margin),
      xaxis: plainAxis(theme, {
        title: words.roofline.intensityAxis,
        type: 'log',
        range: [xRange.low, xRange.high],
        tickvals: ticks,
        ticktext: ticks.map((tick) => significant(tick)),
      }),
      yaxis: valueLogAxis(theme, yRange, 'FLOP/s', words.roofline.speedAxis),
      annotations: annotations(analysis.ceilings, words, theme, xRange),
    },
    height,
    table: tableOf(rows, words),
  }
}
