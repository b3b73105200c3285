import { Replace } from 'lucide-react'
import type { PlanPreview } from '../../../preload/contract/experiment'
import type { ProbeUse } from '../../../preload/contract/plan'
import { useT } from '../../messages'
import { Button } from '../../ui/Button'
import { Mono } from '../../ui/Text'
import { neutralise } from '../../ui/sanitise'

type Offer = PlanPreview['instead'][number]
export type ReplaceUse = (probeIndex: number, use: ProbeUse) => void

const paramsText = (use: ProbeUse): string =>
  Object.entries(use.params)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ')

const OfferRow = ({ offer, onReplace }: { offer: Offer; onReplace: ReplaceUse | null }) => {
  const t = useT()
  const { use, via, answers, probeIndex } = offer
  const params = paramsText(use)
  return (
    <li className="stack" style={{ gap: 4 }}>
      <div className="spread">
        <span>
          <strong>{use.probe}</strong> {via === null ? null : <span className="muted">{t.hosts.via(neutralise(via))}</span>}
        </span>
        {onReplace ? (
          <Button
            aria-label={t.plan.useInsteadOf(use.probe, probeIndex + 1)}
            icon={<Replace size={14} aria-hidden />}
            onPress={() => onReplace(probeIndex, use)}
          >
            {t.plan.useInstead}
          </Button>
        ) : null}
      </div>
      <p>{answers}</p>
      {params === '' ? null : (
        <p className="small truncate" title={neutralise(params)}>
          <Mono>{neutralise(params)}</Mono>
        </p>
      )}
    </li>
  )
}

interface PlanInsteadProps {
  offers: readonly Offer[]
  /** Name of the probe at a place of the plan. */
  nameAt: (probeIndex: number) => string
  /** Null: the plan has changed, so that the places may be others. */
  onReplace: ReplaceUse | null
}

/** What the hosts can run in place of what they cannot. */
export const PlanInstead = ({ offers, nameAt, onReplace }: PlanInsteadProps) => {
  const t = useT()
  const places = [...new Set(offers.map(({ probeIndex }) => probeIndex))]
  return places.map((place) => (
    <section key={place} className="section">
      <h3>{t.plan.insteadOf(nameAt(place))}</h3>
      <ul className="stack">
        {offers
          .filter(({ probeIndex }) => probeIndex === place)
          .map((offer, index) => (
            <OfferRow key={index} offer={offer} onReplace={onReplace} />
          ))}
      </ul>
    </section>
  ))
}
