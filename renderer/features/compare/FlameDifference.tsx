import { useMemo, useState } from 'react'
import type { FlameComparison, FlamePair } from '../../../preload/contract/flame'
import { FlameGraph } from '../../charts/flame/FlameGraph'
import { StackQuery } from '../../charts/flame/StackQuery'
import { diffPicture } from '../../charts/flame/picture'
import type { Comparison } from '../../charts/model'
import { settingText } from '../../charts/text'
import { useFormats, useLanguage, useT } from '../../messages'
import { SimulatedMark } from '../../ui/Badge'
import { Select } from '../../ui/Select'
import { neutralise } from '../../ui/sanitise'

const Drawn = ({ answer, pair, onPair }: { answer: FlameComparison; pair: string | null; onPair: (id: string) => void }) => {
  const t = useT()
  const formats = useFormats()
  const { shown, pairs } = answer
  const picture = useMemo(() => (shown ? diffPicture(shown, t.flame, formats) : null), [shown, t, formats])
  if (!picture) return <p className="muted">{t.flame.diff.none}</p>
  const label = ({ before, after, setting }: FlamePair): string =>
    [t.flame.fromTo(neutralise(String(before)), neutralise(String(after))), settingText(t.charts, setting)].filter(Boolean).join(', ')
  const choice =
    pairs.length > 1 ? (
      <Select
        label={t.flame.diff.pair}
        // Of another factor's arms none is there, and the first is shown.
        value={(pairs.find(({ id }) => id === pair) ?? pairs[0])?.id ?? null}
        onChange={onPair}
        options={pairs.map((one) => ({ value: one.id, label: label(one) }))}
      />
    ) : null
  return <FlameGraph key={pair} picture={picture} choice={choice} actions={answer.simulated ? <SimulatedMark /> : null} />
}

/** Two arms of the flame probe, frame by frame. */
export const FlameDifference = ({ comparison }: { comparison: Comparison }) => {
  const lang = useLanguage()
  const [pair, setPair] = useState<string | null>(null)
  const { experiment, factor: by } = comparison
  return (
    <StackQuery method="compare.flame" input={{ experiment, by, lang, ...(pair === null ? {} : { pair }) }} id={experiment}>
      {(answer) => <Drawn answer={answer} pair={pair} onPair={setPair} />}
    </StackQuery>
  )
}
