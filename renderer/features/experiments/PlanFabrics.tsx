import { Plus, X } from 'lucide-react'
import { useId } from 'react'
import type { SavedHost } from '../../../preload/contract/host'
import { useT } from '../../messages'
import { Button } from '../../ui/Button'
import { TextField } from '../../ui/Field'
import { Select } from '../../ui/Select'
import type { FabricDraft, PlanDraft } from './draft'
import { PlanSection, type SectionProps } from './PlanSection'
import { savedBehind } from './PlanHosts'
import { freshName, withoutRowAt, withRowAt } from './rows'

interface BindingProps {
  fabric: FabricDraft
  host: PlanDraft['hosts'][number]
  saved: SavedHost | undefined
  onChange: (part: Partial<FabricDraft>) => void
}

/** Interface and adapter of one host; what its inventory knows is offered while typing. */
const Binding = ({ fabric, host, saved, onChange }: BindingProps) => {
  const t = useT()
  const list = useId()
  const { role } = host
  return (
    <>
      <TextField
        label={t.plan.interfaceOn(role)}
        value={fabric.interfaces?.[role] ?? ''}
        onChange={(value) => onChange({ interfaces: { ...fabric.interfaces, [role]: value } })}
        list={`${list}-nic`}
        mono
      />
      <datalist id={`${list}-nic`}>
        {saved?.inventory?.interfaces.map((nic) => (
          <option key={nic.name} value={nic.name}>
            {nic.rateGbps === null ? nic.linkType : `${nic.rateGbps} Gb/s`}
          </option>
        ))}
      </datalist>
      {fabric.kind === 'ethernet' ? null : (
        <>
          <TextField
            label={t.plan.hcaOn(role)}
            value={fabric.hcas?.[role] ?? ''}
            onChange={(value) => onChange({ hcas: { ...fabric.hcas, [role]: value } })}
            list={`${list}-hca`}
            mono
          />
          <datalist id={`${list}-hca`}>
            {saved?.inventory?.hcas.map((hca) => (
              <option key={`${hca.name}:${hca.port}`} value={`${hca.name}:${hca.port}`} />
            ))}
          </datalist>
        </>
      )}
    </>
  )
}

/** Names bound to interfaces and adapters, host by host. */
export const PlanFabrics = ({ draft, change, hosts }: SectionProps & { hosts: readonly SavedHost[] }) => {
  const t = useT()
  const update = (index: number, part: Partial<FabricDraft>): void =>
    change((old) => ({ ...old, fabrics: withRowAt(old.fabrics, index, (row) => ({ ...row, ...part })) }))
  const kinds = (['ethernet', 'infiniband', 'roce'] as const).map((kind) => ({ value: kind, label: t.plan.kinds[kind] }))
  const add = (): void =>
    change((old) => ({
      ...old,
      fabrics: [
        ...old.fabrics,
        {
          name: freshName(
            old.fabrics.map((fabric) => fabric.name),
            'fabric',
          ),
          kind: 'ethernet',
          interfaces: {},
        },
      ],
    }))
  return (
    <PlanSection title={t.plan.sections.fabrics} help={t.plan.fabricsHelp}>
      {draft.fabrics.map((fabric, index) => (
        <div key={index} className="plan-row">
          <div className="plan-columns" style={{ flex: 1, gridTemplateColumns: 'repeat(auto-fill, minmax(130px, 1fr))' }}>
            <TextField label={t.plan.fabricName} value={fabric.name} onChange={(name) => update(index, { name })} mono />
            <Select
              label={t.plan.fabricKind}
              value={fabric.kind}
              options={kinds}
              onChange={(kind) => update(index, { kind: kind as FabricDraft['kind'] })}
            />
            {draft.hosts.map((host) => (
              <Binding
                key={host.role}
                fabric={fabric}
                host={host}
                saved={savedBehind(hosts, host.spec)}
                onChange={(part) => update(index, part)}
              />
            ))}
          </div>
          <Button
            kind="quiet"
            aria-label={t.plan.removeRow(fabric.name)}
            icon={<X size={14} aria-hidden />}
            onPress={() => change((old) => ({ ...old, fabrics: withoutRowAt(old.fabrics, index) }))}
          />
        </div>
      ))}
      <div>
        <Button icon={<Plus size={14} aria-hidden />} onPress={add}>
          {t.plan.addFabric}
        </Button>
      </div>
    </PlanSection>
  )
}
