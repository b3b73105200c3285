import type { Plotly } from 'plotly.js-cartesian-dist-min'

export type { Plotly, PlotElement } from 'plotly.js-cartesian-dist-min'

let loading: Promise<Plotly> | null = null

/** Plotly's cartesian bundle, fetched once and only by screens that draw. */
export const loadPlotly = (): Promise<Plotly> => {
  loading ??= import('plotly.js-cartesian-dist-min').then((module) => module.default)
  return loading
}
