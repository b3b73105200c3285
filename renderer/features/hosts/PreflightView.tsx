import { CircleCheck, CircleSlash } from 'lucide-react'
import type { CanRun } from '../../../preload/contract/inventory'
import { useT } from '../../messages'
import { Badge } from '../../ui/Badge'
import { Prose } from '../../ui/Problem'
import { Command } from '../../ui/Text'
import { commandsIn } from '../../ui/prose'
import { neutralise } from '../../ui/sanitise'

const Check = ({ check }: { check: CanRun }) => {
  const t = useT()
  const commands = check.fix.flatMap(commandsIn)
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
      {check.why.map((why) => (
        <p key={why} className="muted">
          <Prose>{neutralise(why)}</Prose>
        </p>
      ))}
      {check.fix.map((fix) => (
        <p key={fix}>
          <Prose>{neutralise(fix)}</Prose>
        </p>
      ))}
      {commands.map((command) => (
        <Command key={command}>{command}</Command>
      ))}
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
