import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useQuery } from '../app/api'
import { useT } from '../messages'
import { Button } from '../ui/Button'
import { QueryView } from '../ui/QueryView'
import { Chart } from './Chart'
import { loadPlotly } from './plot'
import { seriesFigure } from './series-figure'
import { useChartTheme } from './useTheme'

const maxPoints = 4000

/** Performance marks of the way from request to paint, read by the benchmark. */
const marks = { asked: 'headroom.series.asked', painted: 'headroom.series.painted' } as const

interface Range {
  from: number
  to: number
}

/** One series of any length: extremes exact at every zoom, more detail the closer one looks. */
export const SeriesChart = ({ id, place }: { id: number; place: number }) => {
  const t = useT()
  const theme = useChartTheme()
  const [range, setRange] = useState<Range | null>(null)
  const query = useQuery('series.get', { id, maxPoints, ...(range ?? {}) })
  const kept = useRef(query.data)
  useEffect(() => {
    performance.mark(marks.asked)
    void loadPlotly()
  }, [id, range])
  useEffect(() => {
    if (query.data) kept.current = query.data
    if (query.data) performance.mark('T.answer')
  }, [query.data])
  // While another series or a closer look is on its way the last picture stays, and is redrawn in place.
  const answer = query.data ?? kept.current
  const figure = useMemo(() => (answer ? seriesFigure(answer, place, t.charts, theme) : null), [answer, place, t, theme])
  const painted = useCallback(() => {
    // What was kept from before is no news.
    if (query.data) requestAnimationFrame(() => setTimeout(() => performance.mark(marks.painted), 0))
  }, [query.data])
  const zoomed = useCallback((next: Range | null) => setRange(next === null ? null : { from: Math.floor(next.from), to: Math.ceil(next.to) }), [])
  return (
    <div className="stack">
      <QueryView query={{ ...query, data: answer }}>{() => (figure ? <Chart figure={figure} onZoom={zoomed} onDrawn={painted} /> : null)}</QueryView>
      {range === null ? (
        <p className="muted small">{t.charts.zoomHelp}</p>
      ) : (
        <div>
          <Button kind="quiet" onPress={() => setRange(null)}>
            {t.charts.wholeSeries}
          </Button>
        </div>
      )}
    </div>
  )
}
