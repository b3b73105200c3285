/** The part of Plotly's cartesian bundle that the charts use; the bundle brings no types. */
declare module 'plotly.js-cartesian-dist-min' {
  export interface PlotPoint {
    customdata?: unknown
    curveNumber: number
    pointNumber: number
    x: number
    y: number
  }
  export interface PlotEvents {
    plotly_click: { points: PlotPoint[] }
    plotly_selected: { points: PlotPoint[] } | undefined
    plotly_deselect: undefined
    plotly_relayout: Record<string, unknown>
    plotly_doubleclick: undefined
  }
  export interface PlotElement extends HTMLElement {
    on<E extends keyof PlotEvents>(event: E, listener: (payload: PlotEvents[E]) => void): void
    removeAllListeners(event: string): void
  }
  export interface Plotly {
    react(element: HTMLElement, data: readonly object[], layout: object, config?: object): Promise<PlotElement>
    newPlot(element: HTMLElement, data: readonly object[], layout: object, config?: object): Promise<PlotElement>
    relayout(element: HTMLElement, update: object): Promise<PlotElement>
    purge(element: HTMLElement): void
    Plots: { resize(element: HTMLElement): Promise<void> }
  }
  const plotly: Plotly
  export default plotly
}
