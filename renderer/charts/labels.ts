import { plain } from './text'

export interface EndLabel {
  text: string
  colour: string
  /** log10 of the data value where the line ends. */
  y: number
}

const leastGap = 15

/** Vertical shifts in pixels (up is positive) that keep labels apart, in the order of the labels. */
export const spreadLabels = (ys: readonly number[], pixelsPerUnit: number, gap = leastGap): number[] => {
  const order = ys.map((y, index) => ({ index, at: y * pixelsPerUnit })).sort((a, b) => a.at - b.at)
  const placed: number[] = []
  for (const item of order) placed.push(Math.max(item.at, (placed.at(-1) ?? -Infinity) + gap))
  // Pushing upward only would lift the whole group; centre it on where the lines end.
  const lift = order.length === 0 ? 0 : placed.reduce((sum, at, place) => sum + at - (order[place]?.at ?? 0), 0) / order.length
  const shifts = new Array<number>(ys.length).fill(0)
  order.forEach((item, place) => {
    shifts[item.index] = (placed[place] ?? item.at) - lift - item.at
  })
  return shifts
}

/** Pixels that the longest label takes, at 12 px and at most 150. */
export const labelRoom = (texts: readonly string[]): number =>
  Math.min(150, 24 + Math.max(0, ...texts.map((text) => [...text].reduce((sum, char) => sum + (char.charCodeAt(0) > 0x2e80 ? 12 : 7), 0))))

/** Names at the right ends of the lines. */
export const endLabels = (labels: readonly EndLabel[], x: number, pixelsPerUnit: number, axes = { x: 'x', y: 'y' }): object[] => {
  const shifts = spreadLabels(
    labels.map(({ y }) => y),
    pixelsPerUnit,
  )
  return labels.map((label, index) => ({
    xref: axes.x,
    yref: axes.y,
    x,
    y: label.y,
    xshift: 10,
    yshift: shifts[index] ?? 0,
    xanchor: 'left',
    yanchor: 'middle',
    text: `<b>${plain(label.text)}</b>`,
    showarrow: false,
    font: { color: label.colour, size: 12 },
  }))
}
