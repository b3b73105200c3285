import { useEffect, useRef } from 'react'
import { useQuery } from '../../app/api'
import { useT } from '../../messages'
import { Button } from '../../ui/Button'
import { QueryView } from '../../ui/QueryView'
import '../../styles/imports.css'
import { OpenImport } from './OpenImport'
import { adoptImport, leaveImport } from './session'
import { StartScreen } from './StartScreen'
import { useImports } from './state'

const OneImport = ({ id }: { id: string }) => {
  const t = useT()
  const query = useQuery('imports.status', { id })
  const phase = query.data?.progress.phase
  const firstPhase = useRef<typeof phase>(undefined)
  useEffect(() => {
    firstPhase.current ??= phase
    // Opened by an old address: what is over is shown among the finished imports.
    if (phase === 'discarded' || firstPhase.current === 'stored') leaveImport(id)
  }, [phase, id])
  if (query.data) return <OpenImport status={query.data} />
  return (
    <section className="screen">
      <h1>{t.imports.title}</h1>
      <QueryView query={query}>{() => null}</QueryView>
      {query.failure ? (
        <div>
          <Button onPress={() => leaveImport(id)}>{t.imports.beginAnew}</Button>
        </div>
      ) : null}
    </section>
  )
}

/** The import of logs: where one begins, or the one under way. */
export const ImportScreen = ({ id }: { id: string | null }) => {
  const own = useImports((state) => state.id)
  useEffect(() => {
    if (id !== null) adoptImport(id)
  }, [id])
  const shown = id ?? own
  return shown === null ? <StartScreen /> : <OneImport key={shown} id={shown} />
}
