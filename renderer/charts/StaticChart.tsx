import { useRef } from 'react'
import '../styles/charts.css'
import type { Figure } from './figure'
import { usePlot } from './usePlot'

/** The same picture on paper: fixed size, no pointer, vectors. `onDrawn` once it stands on the page. */
export const StaticChart = ({
  figure,
  width,
  onDrawn,
  onFailed,
}: {
  figure: Figure
  /** Pixels. */
  width: number
  onDrawn: () => void
  onFailed: (error: unknown) => void
}) => {
  const element = useRef<HTMLDivElement>(null)
  usePlot(element, figure, { onDrawn, onFailed }, true)
  return (
    <div
      ref={element}
      className="chart-plot"
      style={{ width, height: figure.height }}
      role="img"
      aria-label={`${figure.title} ${figure.caption}`}
    />
  )
}
