import { ListChecks, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import type { PlanPreview } from '../../../preload/contract/experiment'
import type { Plan } from '../../../preload/contract/plan'
import { useAction } from '../../app/api'
import { useFormats, useLanguage, usePhrase, useT } from '../../messages'
import { Badge } from '../../ui/Badge'
import { Button } from '../../ui/Button'
import { ProblemView } from '../../ui/Problem'
import { Command } from '../../ui/Text'
import { ArmMark, armKey, armLabel } from '../../ui/arms'
import { neutralise } from '../../ui/sanitise'
import { armPlaces } from './arms'
import { BlockDiagram } from './BlockDiagram'
import { layDiagram } from './diagram'
import { PlanLacks } from './PlanLacks'
import { PlanInstead, type ReplaceUse } from './PlanInstead'

const PreviewBody = ({ preview, plan, onReplace }: { preview: PlanPreview; plan: Plan; onReplace: ReplaceUse | null }) => {
  const t = useT()
  const phrase = usePhrase()
  const formats = useFormats()
  const places = armPlaces(plan, preview.arms)
  return (
    <>
      <p>
        {t.plan.launches(preview.launches, preview.warmups)} · <strong>{t.plan.expected(formats.duration(preview.expectedSeconds))}</strong>
      </p>
      <p className="muted">{preview.telemetry === 'off' ? t.plan.telemetryOff : t.plan.telemetryAt(preview.telemetry.hz)}</p>
      {preview.warnings.map((warning, index) => (
        <p key={index}>
          <Badge tone="caution" icon={<TriangleAlert size={14} aria-hidden />}>
            <span style={{ whiteSpace: 'normal' }}>{neutralise(phrase(warning.message))}</span>
          </Badge>
        </p>
      ))}
      <PlanLacks hosts={preview.hosts} />
      <PlanInstead offers={preview.instead} nameAt={(index) => plan.probes[index]?.probe ?? ''} onReplace={onReplace} />
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

interface PlanPreviewPaneProps {
  plan: Plan | null
  ready: boolean
  onReplace: ReplaceUse
}

/** What would happen, asked from the hosts on request; nothing is started. */
export const PlanPreviewPane = ({ plan, ready, onReplace }: PlanPreviewPaneProps) => {
  const t = useT()
  const lang = useLanguage()
  const check = useAction('plans.check')
  const [shown, setShown] = useState<{ preview: PlanPreview; plan: Plan } | null>(null)
  const ask = (): void => {
    if (!plan) return
    void check.run({ plan, lang }).then((outcome) => {
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
      {shown ? (
        <PreviewBody preview={shown.preview} plan={shown.plan} onReplace={shown.plan === plan ? onReplace : null} />
      ) : (
        <p className="muted">{t.plan.previewHelp}</p>
      )}
    </aside>
  )
}
