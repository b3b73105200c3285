/** What a point stands for: carried by every drawn launch. */
export interface PointRef {
  runId?: string
  rowKey?: string
}

export interface FigureTable {
  columns: { head: string; numeric: boolean }[]
  rows: { cells: string[]; runId?: string }[]
}

/** One picture, ready to draw; pure data, the same on screen and on paper. */
export interface Figure {
  id: string
  /** States the finding. */
  title: string
  /** What is drawn, in which units, from how many launches. */
  subtitle: string
  /** How to read it, for a reader who has nothing but the figure. */
  caption: string
  traces: object[]
  layout: object
  /** Pixels. */
  height: number
  table: FigureTable
}
