import { useEffect, useRef, type RefObject } from 'react'
import type { Figure, PointRef } from './figure'
import { loadPlotly, type PlotElement, type Plotly } from './plot'

export interface PlotHandlers {
  /** A drawn launch was clicked. */
  onPick?: ((ref: PointRef) => void) | undefined
  /** Points inside the brush; null when the brush is cleared. */
  onBrush?: ((refs: PointRef[] | null) => void) | undefined
  /** A range of x was zoomed to; null: back to the whole. */
  onZoom?: ((range: { from: number; to: number } | null) => void) | undefined
  /** The figure is on the page; called after every drawing. */
  onDrawn?: (() => void) | undefined
  onFailed?: ((error: unknown) => void) | undefined
}

const refOf = (customdata: unknown): PointRef | null =>
  typeof customdata === 'object' && customdata !== null && ('runId' in customdata || 'rowKey' in customdata)
    ? (customdata as PointRef)
    : null

const config = (still: boolean): object => ({
  displayModeBar: false,
  staticPlot: still,
  responsive: false,
  doubleClick: 'reset',
  showTips: false,
})

const rangeOf = (change: Record<string, unknown>): { from: number; to: number } | null | undefined => {
  if (change['xaxis.autorange'] === true) return null
  const [from, to] = [change['xaxis.range[0]'], change['xaxis.range[1]']]
  return typeof from === 'number' && typeof to === 'number' ? { from, to } : undefined
}

const listen = (element: PlotElement, handlers: RefObject<PlotHandlers>): void => {
  for (const event of ['plotly_click', 'plotly_selected', 'plotly_deselect', 'plotly_relayout']) element.removeAllListeners(event)
  element.on('plotly_click', ({ points }) => {
    const ref = points.map(({ customdata }) => refOf(customdata)).find((found) => found !== null)
    if (ref) handlers.current.onPick?.(ref)
  })
  element.on('plotly_selected', (selected) => {
    if (!selected) return
    const refs = selected.points.map(({ customdata }) => refOf(customdata)).filter((ref) => ref !== null)
    handlers.current.onBrush?.(refs.length > 0 ? refs : null)
  })
  element.on('plotly_deselect', () => handlers.current.onBrush?.(null))
  element.on('plotly_relayout', (change) => {
    const range = rangeOf(change)
    if (range !== undefined) handlers.current.onZoom?.(range)
  })
}

/** Draws the figure into the element, keeps its size, and takes it down with the component. */
export const usePlot = (element: RefObject<HTMLElement | null>, figure: Figure, handlers: PlotHandlers, still = false): void => {
  const latest = useRef(handlers)
  const plotly = useRef<Plotly | null>(null)
  useEffect(() => {
    latest.current = handlers
  })
  useEffect(() => {
    let current = true
    const target = element.current
    if (!target) return undefined
    loadPlotly()
      .then(async (loaded) => {
        if (!current) return
        plotly.current = loaded
        const drawn = await loaded.react(target, figure.traces, { ...figure.layout, width: target.clientWidth }, config(still))
        if (!current) return
        if (!still) listen(drawn, latest)
        latest.current.onDrawn?.()
      })
      .catch((error: unknown) => latest.current.onFailed?.(error))
    return () => {
      current = false
    }
  }, [element, figure, still])
  useEffect(() => {
    const target = element.current
    if (!target) return undefined
    const observer = new ResizeObserver(() => {
      // Plotly keeps its state on the element; before the first drawing there is nothing to resize.
      if (plotly.current && !still && 'layout' in target) void plotly.current.relayout(target, { width: target.clientWidth })
    })
    observer.observe(target)
    return () => {
      observer.disconnect()
      plotly.current?.purge(target)
    }
  }, [element, still])
}
