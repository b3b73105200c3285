import { Maximize2 } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { Run } from '../../../preload/contract/experiment'
import type { FlameProfile } from '../../../preload/contract/flame'
import { FlameGraph } from '../../charts/flame/FlameGraph'
import { StackQuery } from '../../charts/flame/StackQuery'
import { profilePicture, type FlameWords } from '../../charts/flame/picture'
import { useFormats, useT } from '../../messages'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { neutralise } from '../../ui/sanitise'

/** `perf, cpu-clock:ppp, 99 Hz`, as far as the launch says. */
const sourceOf = ({ facts }: Run, words: FlameWords): string => {
  const { profiler, event, rate_hz: rate } = facts
  const eventText = event === 'wall clock' ? words.events.wall : event === 'processor time of threads' ? words.events.processor : event
  return [
    ...(typeof profiler === 'string' ? [profiler === 'sampler' ? words.sampler : neutralise(profiler)] : []),
    ...(typeof eventText === 'string' ? [neutralise(eventText)] : []),
    ...(typeof rate === 'number' ? [`${rate} Hz`] : []),
  ].join(words.comma)
}

const Graph = ({ profile, run }: { profile: FlameProfile; run: Run }) => {
  const t = useT()
  const formats = useFormats()
  const [large, setLarge] = useState(false)
  const picture = useMemo(() => profilePicture(profile, sourceOf(run, t.flame), t.flame, formats), [profile, run, t, formats])
  return (
    <>
      <FlameGraph
        picture={picture}
        actions={
          <Button kind="quiet" icon={<Maximize2 size={14} aria-hidden />} onPress={() => setLarge(true)}>
            {t.flame.enlarge}
          </Button>
        }
      />
      <Dialog title={t.flame.section} open={large} onClose={() => setLarge(false)} wide>
        <FlameGraph picture={picture} />
        <div className="dialog-actions">
          <Button onPress={() => setLarge(false)}>{t.common.close}</Button>
        </div>
      </Dialog>
    </>
  )
}

/** Where the processor time of a launch of the flame probe went. */
export const Flame = ({ run }: { run: Run }) => {
  const t = useT()
  if (run.probe !== 'flame' || run.status !== 'done') return null
  return (
    <section className="section">
      <h3>{t.flame.section}</h3>
      <StackQuery key={run.id} method="runs.flame" input={{ id: run.id }} id={run.id}>
        {(profile) => (profile.samples === 0 ? <p className="muted">{t.flame.noStacks}</p> : <Graph profile={profile} run={run} />)}
      </StackQuery>
    </section>
  )
}
