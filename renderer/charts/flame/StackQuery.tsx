import { Square } from 'lucide-react'
import { useEffect, useState, type ReactNode } from 'react'
import type { Input, Output } from '../../../preload/contract/api'
import type { FlameProgress } from '../../../preload/contract/flame'
import { useEvent, useQuery } from '../../app/api'
import { useFormats, useT } from '../../messages'
import { Button } from '../../ui/Button'
import { Progress } from '../../ui/Progress'
import { QueryView } from '../../ui/QueryView'

type FlameMethod = 'runs.flame' | 'compare.flame'

/** Before that nobody waits, ms. */
const quickMs = 300

const Reading = ({ progress, onStop }: { progress: FlameProgress | null; onStop: () => void }) => {
  const t = useT()
  const formats = useFormats()
  const [late, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), quickMs)
    return () => clearTimeout(timer)
  }, [])
  if (!late) return null
  const { bytes, totalBytes } = progress ?? { bytes: 0, totalBytes: 0 }
  const read = totalBytes > 0 ? [t.flame.bytesOf(formats.bytes(bytes), formats.bytes(totalBytes))] : []
  return (
    <div className="flame-reading">
      <Progress label={t.flame.reading} done={bytes} total={totalBytes} text={[t.flame.reading, ...read].join(' · ')} />
      <Button icon={<Square size={14} aria-hidden />} onPress={onStop}>
        {t.flame.stop}
      </Button>
    </div>
  )
}

interface StackQueryProps<M extends FlameMethod> {
  method: M
  input: Input<M>
  /** The run or the experiment, as in the input: by it the core says how far it is. */
  id: string
  children: (data: Output<M>) => ReactNode
}

/** An answer for which stacks are read, which may be gigabytes: how far that is, and an end to it. */
export const StackQuery = <M extends FlameMethod>({ method, input, id, children }: StackQueryProps<M>) => {
  const t = useT()
  const [stopped, setStopped] = useState(false)
  const [progress, setProgress] = useState<FlameProgress | null>(null)
  // Nobody asks any more, which ends the reading.
  const query = useQuery(method, stopped ? null : input)
  useEvent('flame.progress', (news) => {
    if (news.id === id) setProgress(news)
  })
  if (stopped) return <Button onPress={() => setStopped(false)}>{t.flame.read}</Button>
  if (query.loading) return <Reading progress={progress} onStop={() => setStopped(true)} />
  return <QueryView query={query}>{children}</QueryView>
}
