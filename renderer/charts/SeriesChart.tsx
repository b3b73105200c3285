import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useQuery } from '../app/api'
import { useT } from '../messages'
import { Button } from '../ui/Button'
import { QueryView } from '../ui/QueryView'
import { Chart } from './Chart'
import { loadPlotly } from './plot'
import { perUnit, seriesFigure, type SeriesAxis } from './series-figure'
import { useChartTheme } from './useTheme'

const maxPoints = 4000

/** Performance marks of the way from request to paint, read by the benchmark. */
const marks = { asked: 'headroom.series.asked', painted: 'headroom.series.painted' } as const

interface Range {
  /** The series it was zoomed in; another series starts whole. */
  id: number
  from: number
  to: number
}

/** One series of any length: extremes exact at every zoom, more detail the closer one looks. */
export const SeriesChart = ({ id, place, axis = 'sample' }: { id: number; place: number; axis?: SeriesAxis }) => {
  const t = useT()
  const theme = useChartTheme()
  const [zoom, setZoom] = useState<Range | null>(null)
  const range = zoom?.id === id ? zoom : null
  const query = useQuery('series.get', { id, maxPoints, ...(range ? { from: range.from, to: range.to } : {}) })
  useEffect(() => {
    performance.mark(marks.asked)
    void loadPlotly()
  }, [id, range])
  const fresh = useMemo(
    () => (query.data ? seriesFigure(query.data, place, t.charts, theme, axis) : undefined),
    [query.data, place, t, theme, axis],
  )
  const kept = useRef(fresh)
  useEffect(() => {
    if (fresh) kept.current = fresh
  }, [fresh])
  // While another series or a closer look is on its way the last picture stays, and is then redrawn in place.
  const figure = fresh ?? kept.current
  const painted = useCallback(() => {
    requestAnimationFrame(() => setTimeout(() => performance.mark(marks.painted), 0))
  }, [])
  const zoomed = useCallback(
    (next: { from: number; to: number } | null) =>
      setZoom(next === null ? null : { id, from: Math.floor(next.from * perUnit[axis]), to: Math.ceil(next.to * perUnit[axis]) }),
    [id, axis],
  )
  return (
    <div className="stack">
      <QueryView query={{ ...query, data: figure }}>{(drawn) => <Chart figure={drawn} onZoom={zoomed} onDrawn={painted} />}</QueryView>
      {range === null ? (
        <p className="muted small">{t.charts.zoomHelp}</p>
      ) : (
        <div>
          <Button kind="quiet" onPress={() => setZoom(null)}>
            {t.charts.wholeSeries}
          </Button>
        </div>
      )}
    </div>
  )
}
