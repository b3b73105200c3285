import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react'
import type { PlanPreview } from '../../../preload/contract/experiment'
import { useSay, useT } from '../../messages'
import { Badge } from '../../ui/Badge'
import { Fixes } from '../../ui/Fixes'
import { ProblemView, Prose } from '../../ui/Problem'
import { Mono } from '../../ui/Text'
import { armLabel } from '../../ui/arms'
import { neutralise } from '../../ui/sanitise'

type HostPreview = PlanPreview['hosts'][number]
type Lack = HostPreview['lacks'][number]

const Host = ({ host }: { host: HostPreview }) => {
  const t = useT()
  const lacking = host.lacks.length > 0
  return (
    <li className="stack" style={{ gap: 4 }}>
      <div className="spread">
        <span>
          <strong>{host.host}</strong> <Mono>{neutralise(host.target)}</Mono>
        </span>
        {!host.reachable ? (
          <Badge tone="wrong" icon={<CircleX size={14} aria-hidden />}>
            {t.hosts.states.failed}
          </Badge>
        ) : lacking ? (
          <Badge tone="caution" icon={<TriangleAlert size={14} aria-hidden />}>
            {t.plan.lacking(new Set(host.lacks.map((lack) => lack.probe)).size)}
          </Badge>
        ) : (
          <Badge tone="good" icon={<CircleCheck size={14} aria-hidden />}>
            {t.plan.ready}
          </Badge>
        )}
      </div>
      {host.problem ? <ProblemView problem={host.problem} /> : null}
    </li>
  )
}

/** What several hosts lack alike is said once. */
const grouped = (hosts: readonly HostPreview[]): { lack: Lack; on: string[] }[] => {
  const groups = new Map<string, { lack: Lack; on: string[] }>()
  for (const { host, lacks } of hosts)
    for (const lack of lacks) {
      const key = JSON.stringify(lack)
      groups.set(key, { lack, on: [...(groups.get(key)?.on ?? []), host] })
    }
  return [...groups.values()]
}

const LackView = ({ lack, on }: { lack: Lack; on: readonly string[] }) => {
  const t = useT()
  const say = useSay()
  const arms = lack.arms.map(armLabel).join(', ')
  return (
    <li className="stack" style={{ gap: 4 }}>
      <Badge tone="caution" icon={<TriangleAlert size={14} aria-hidden />}>
        {arms === '' ? t.plan.cannotRunOn(lack.probe, on.join(', ')) : t.plan.cannotRunOnIn(lack.probe, on.join(', '), arms)}
      </Badge>
      {lack.why.map(say).map((why) => (
        <p key={why}>
          <Prose>{neutralise(why)}</Prose>
        </p>
      ))}
      <Fixes fixes={lack.fix} />
    </li>
  )
}

/** Which hosts are ready, and what the others lack. */
export const PlanLacks = ({ hosts }: { hosts: readonly HostPreview[] }) => {
  const t = useT()
  const lacks = grouped(hosts)
  const ready = hosts.every((host) => host.reachable) && lacks.length === 0
  return (
    <section className="section">
      <h3>{t.plan.lacks}</h3>
      {ready ? <p className="muted">{t.plan.lacksNothing}</p> : null}
      <ul className="stack">
        {hosts.map((host) => (
          <Host key={host.host} host={host} />
        ))}
      </ul>
      {lacks.length === 0 ? null : (
        <ul className="stack">
          {lacks.map(({ lack, on }) => (
            <LackView key={JSON.stringify(lack)} lack={lack} on={on} />
          ))}
        </ul>
      )}
    </section>
  )
}
