import { CircleCheck, CircleX, ListChecks, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import type { PlanPreview } from '../../../preload/contract/experiment'
import type { Plan } from '../../../preload/contract/plan'
import { useAction } from '../../app/api'
import { useFormats, useT } from '../../messages'
import { Badge } from '../../ui/Badge'
import { Button } from '../../ui/Button'
import { ProblemView, Prose } from '../../ui/Problem'
import { Command, Mono } from '../../ui/Text'
import { ArmMark, armKey, armLabel } from '../../ui/arms'
import { commandsIn } from '../../ui/prose'
import { neutralise } from '../../ui/sanitise'
import { armPlaces } from './arms'
import { BlockDiagram } from './BlockDiagram'
import { layDiagram } from './diagram'

type HostPreview = PlanPreview['hosts'][number]

const Host = ({ host }: { host: HostPreview }) => {
  const t = useT()
  return (
    <li className="stack" style={{ gap: 4 }}>
      <div className="spread">
        <span>
          <strong>{host.host}</strong> <Mono>{neutralise(host.target)}</Mono>
        </span>
        {host.reachable && host.lacks.length === 0 ? (
          <Badge tone="good" icon={<CircleCheck size={14} aria-hidden />}>
            {t.plan.ready}
          </Badge>
        ) : host.reachable ? null : (
          <Badge tone="wrong" icon={<CircleX size={14} aria-hidden />}>
            {t.hosts.states.failed}
          </Badge>
        )}
      </div>
      {host.problem ? <ProblemView problem={host.problem} /> : null}
      {host.lacks.map((lack) => (
        <div key={lack.probe} className="stack" style={{ gap: 4 }}>
          <Badge tone="caution" icon={<TriangleAlert size={14} aria-hidden />}>
            {lack.probe}: {t.hosts.cannotRun}
          </Badge>
          {[...lack.why, ...lack.fix].map((text) => (
            <p key={text}>
              <Prose>{neutralise(text)}</Prose>
            </p>
          ))}
          {lack.fix.flatMap(commandsIn).map((command) => (
            <Command key={command}>{command}</Command>
          ))}
        </div>
      ))}
    </li>
  )
}

const PreviewBody = ({ preview, plan }: { preview: PlanPreview; plan: Plan }) => {
  const t = useT()
  const formats = useFormats()
  const places = armPlaces(plan, preview.arms)
  const ready = preview.hosts.every((host) => host.reachable && host.lacks.length === 0)
  return (
    <>
      <p>
        {t.plan.launches(preview.launches, preview.warmups)} · <strong>{t.plan.expected(formats.duration(preview.expectedSeconds))}</strong>
      </p>
      {preview.warnings.map((warning, index) => (
        <p key={index}>
          <Badge tone="caution" icon={<TriangleAlert size={14} aria-hidden />}>
            <span style={{ whiteSpace: 'normal' }}>{neutralise(warning.message)}</span>
          </Badge>
        </p>
      ))}
      <section className="section">
        <h3>{t.plan.lacks}</h3>
        {ready ? <p className="muted">{t.plan.lacksNothing}</p> : null}
        <ul className="stack">
          {preview.hosts.map((host) => (
            <Host key={host.host} host={host} />
          ))}
        </ul>
      </section>
      <section className="section">
        <h3>{t.plan.order}</h3>
        <BlockDiagram
          compact
          diagram={layDiagram(preview.order, places)}
          places={places}
          id={(launch) => String(launch.position)}
          cell={(launch) => <span className="number">{launch.position + 1}</span>}
          cellClass={() => 'cell-planned'}
          cellLabel={(launch) =>
            `${launch.position + 1}: ${launch.probe}, ${armLabel(launch.arm)}, ${formats.duration(launch.expectedSeconds)}`
          }
        />
      </section>
      <section className="section">
        <h3>{t.plan.commands}</h3>
        {preview.commands.map((group) => (
          <div key={`${group.probe} ${armKey(group.arm)}`} className="stack">
            <span className="badge">
              <ArmMark index={places.get(armKey(group.arm)) ?? 0} />
              <strong>{group.probe}</strong> {armLabel(group.arm)}
            </span>
            {group.commands.map((command, index) => (
              <div key={index} className="stack" style={{ gap: 4 }}>
                <span className="muted small">
                  {neutralise(command.role)} · {neutralise(command.host)}
                </span>
                <Command>{command.command}</Command>
              </div>
            ))}
          </div>
        ))}
      </section>
    </>
  )
}

/** What would happen, asked from the hosts on request; nothing is started. */
export const PlanPreviewPane = ({ plan, ready }: { plan: Plan | null; ready: boolean }) => {
  const t = useT()
  const check = useAction('plans.check')
  const [shown, setShown] = useState<{ preview: PlanPreview; plan: Plan } | null>(null)
  const ask = (): void => {
    if (!plan) return
    void check.run({ plan }).then((outcome) => {
      if (outcome.ok) setShown({ preview: outcome.value, plan })
    })
  }
  return (
    <aside className="inspector" aria-label={t.plan.preview}>
      <div className="spread">
        <h2>{t.plan.preview}</h2>
        {check.pending ? (
          <Button onPress={check.cancel}>{t.common.cancel}</Button>
        ) : (
          <Button icon={<ListChecks size={14} aria-hidden />} isDisabled={!ready} onPress={ask}>
            {shown ? t.plan.checkAgain : t.plan.check}
          </Button>
        )}
      </div>
      {check.pending ? (
        <p className="muted" role="status">
          {t.plan.checking}
        </p>
      ) : null}
      {check.failure ? <ProblemView problem={check.failure} /> : null}
      {shown && shown.plan !== plan ? <p className="muted">{t.plan.changedSince}</p> : null}
      {shown ? <PreviewBody preview={shown.preview} plan={shown.plan} /> : <p className="muted">{t.plan.previewHelp}</p>}
    </aside>
  )
}
