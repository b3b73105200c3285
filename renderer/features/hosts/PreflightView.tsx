import { CircleCheck, CircleSlash } from 'lucide-react'
import type { CanRun } from '../../../preload/contract/inventory'
import { useSay, useT } from '../../messages'
import { Badge } from '../../ui/Badge'
import { Fixes } from '../../ui/Fixes'
import { Prose } from '../../ui/Problem'
import { neutralise } from '../../ui/sanitise'

const Check = ({ check }: { check: CanRun }) => {
  const t = useT()
  const say = useSay()
  return (
    <li className="stack" style={{ gap: 4 }}>
      <div className="spread">
        <strong>{check.probe}</strong>
        {check.canRun ? (
          <Badge tone="good" icon={<CircleCheck size={14} aria-hidden />}>
            {t.hosts.canRun}
            {check.via ? <span className="muted">{t.hosts.via(neutralise(check.via))}</span> : null}
          </Badge>
        ) : (
          <Badge tone="caution" icon={<CircleSlash size={14} aria-hidden />}>
            {t.hosts.cannotRun}
          </Badge>
        )}
      </div>
      {check.why.map(say).map((why) => (
        <p key={why} className="muted">
          <Prose>{neutralise(why)}</Prose>
        </p>
      ))}
      <Fixes fixes={check.fix} />
    </li>
  )
}

/** Per probe: can run, why not, how to fix. */
export const PreflightView = ({ checks }: { checks: readonly CanRun[] }) => {
  const t = useT()
  return (
    <section className="section">
      <h3>{t.hosts.sections.preflight}</h3>
      <ul className="stack">
        {checks.map((check) => (
          <Check key={check.probe} check={check} />
        ))}
      </ul>
    </section>
  )
}
