import { Plus, X } from 'lucide-react'
import { Button as AriaButton, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components'
import type { ProbeInfo } from '../../../preload/contract/api'
import type { ProbeUse } from '../../../preload/contract/plan'
import { useT } from '../../messages'
import { Button } from '../../ui/Button'
import { CheckField } from '../../ui/Field'
import type { PlanDraft } from './draft'
import { PlanSection, type SectionProps } from './PlanSection'
import { SchemaInput } from './SchemaInput'
import { schemaFields } from './schema-form'
import { withoutRowAt, withRowAt } from './rows'

interface ProbeRowProps {
  use: ProbeUse
  info: ProbeInfo | undefined
  draft: PlanDraft
  onChange: (change: (use: ProbeUse) => ProbeUse) => void
  onRemove: () => void
}

const HostChoice = ({ use, draft, onChange }: Pick<ProbeRowProps, 'use' | 'draft' | 'onChange'>) => {
  const t = useT()
  const toggle = (role: string, on: boolean): void =>
    onChange((old) => ({ ...old, hosts: on ? [...old.hosts, role] : old.hosts.filter((each) => each !== role) }))
  return (
    <fieldset className="field" style={{ border: 0, margin: 0, padding: 0 }}>
      <legend className="field-label">
        {t.plan.onHosts} <span className="units">{use.hosts.join(' → ')}</span>
      </legend>
      <div className="choices">
        {draft.hosts.map((host) => (
          <CheckField key={host.role} label={host.role} value={use.hosts.includes(host.role)} onChange={(on) => toggle(host.role, on)} />
        ))}
      </div>
    </fieldset>
  )
}

/** What the probe needs on its hosts, and what it does to them. */
const ProbeDemands = ({ info }: { info: ProbeInfo }) => {
  const t = useT()
  return (
    <dl className="facts small">
      <dt>{t.plan.needs}</dt>
      <dd>
        {t.plan.needsHosts(info.minHosts, info.maxHosts)} {info.needs}
      </dd>
      <dt>{t.plan.disturbs}</dt>
      <dd>{info.disturbs}</dd>
    </dl>
  )
}

const ProbeRow = ({ use, info, draft, onChange, onRemove }: ProbeRowProps) => {
  const t = useT()
  return (
    <div className="plan-probe">
      <div className="spread">
        <div>
          <h3>
            {info?.title ?? use.probe} <span className="mono muted">{use.probe}</span>
          </h3>
          <p className="muted">{info ? info.summary : t.plan.unknownProbe}</p>
        </div>
        <Button kind="quiet" aria-label={t.plan.removeRow(use.probe)} icon={<X size={14} aria-hidden />} onPress={onRemove} />
      </div>
      {info ? <ProbeDemands info={info} /> : null}
      <HostChoice use={use} draft={draft} onChange={onChange} />
      {info ? (
        <div className="plan-columns">
          {schemaFields(info.paramsSchema).map((field) => (
            <SchemaInput
              key={field.key}
              field={field}
              value={use.params[field.key]}
              onChange={(value) => onChange((old) => ({ ...old, params: { ...old.params, [field.key]: value } }))}
            />
          ))}
        </div>
      ) : null}
    </div>
  )
}

/** Which measurements every arm gets; the parameters come from each probe's own schema. */
export const PlanProbes = ({ draft, change, probes }: SectionProps & { probes: readonly ProbeInfo[] }) => {
  const t = useT()
  const add = (info: ProbeInfo): void =>
    change((old) => ({
      ...old,
      probes: [...old.probes, { probe: info.id, hosts: old.hosts.slice(0, info.maxHosts).map((host) => host.role), params: {} }],
    }))
  return (
    <PlanSection title={t.plan.sections.probes}>
      <div className="stack-wide">
        {draft.probes.map((use, index) => (
          <ProbeRow
            key={`${index} ${use.probe}`}
            use={use}
            info={probes.find((probe) => probe.id === use.probe)}
            draft={draft}
            onChange={(update) => change((old) => ({ ...old, probes: withRowAt(old.probes, index, update) }))}
            onRemove={() => change((old) => ({ ...old, probes: withoutRowAt(old.probes, index) }))}
          />
        ))}
        <MenuTrigger>
          <AriaButton className="button" style={{ alignSelf: 'flex-start' }}>
            <Plus size={14} aria-hidden />
            {t.plan.addProbe}
          </AriaButton>
          <Popover className="popover">
            <Menu aria-label={t.plan.addProbe}>
              {probes.map((probe) => (
                <MenuItem key={probe.id} id={probe.id} textValue={probe.title} className="option" onAction={() => add(probe)}>
                  {probe.title}
                  <span className="end mono">{probe.id}</span>
                </MenuItem>
              ))}
            </Menu>
          </Popover>
        </MenuTrigger>
      </div>
    </PlanSection>
  )
}
