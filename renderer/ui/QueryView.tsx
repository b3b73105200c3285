import { useEffect, useState, type ReactNode } from 'react'
import type { Query } from '../app/api'
import { useT } from '../messages'
import { Button } from './Button'
import { ProblemView } from './Problem'

/** Says that it loads, but only when that takes longer than 300 ms. */
export const Loading = () => {
  const t = useT()
  const [late, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 300)
    return () => clearTimeout(timer)
  }, [])
  return late ? (
    <p className="muted" role="status">
      {t.app.loading}
    </p>
  ) : null
}

/** A query's answer, or why there is none; an old answer stays visible above a new failure. */
export const QueryView = <T,>({ query, children }: { query: Query<T>; children: (data: T) => ReactNode }) => {
  const t = useT()
  return (
    <>
      {query.failure ? (
        <div className="stack">
          <ProblemView problem={query.failure} />
          <div>
            <Button onPress={query.reload}>{t.common.retry}</Button>
          </div>
        </div>
      ) : null}
      {query.data !== undefined ? children(query.data) : query.failure ? null : <Loading />}
    </>
  )
}
