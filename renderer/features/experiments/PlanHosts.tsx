import { Plus, X } from 'lucide-react'
import type { SavedHost } from '../../../preload/contract/host'
import type { HostSpec } from '../../../preload/contract/plan'
import { useT } from '../../messages'
import { Button } from '../../ui/Button'
import { TextField } from '../../ui/Field'
import { Select } from '../../ui/Select'
import type { PlanDraft } from './draft'
import { PlanSection, type SectionProps } from './PlanSection'
import { freshName, withoutRowAt, withRowAt } from './rows'

const sameTarget = (a: HostSpec, b: HostSpec): boolean => a.ssh === b.ssh && a.local === b.local

/** The saved host behind a plan's host; undefined when the plan names one of its own. */
export const savedBehind = (hosts: readonly SavedHost[], spec: HostSpec): SavedHost | undefined =>
  hosts.find((host) => sameTarget(host.spec, spec))

const renamed = <T,>(record: Record<string, T> | undefined, from: string, to: string): Record<string, T> | undefined =>
  record && Object.fromEntries(Object.entries(record).map(([role, value]) => [role === from ? to : role, value]))

/** A new role name everywhere the plan uses the old one. */
export const renameRole = (draft: PlanDraft, from: string, to: string): PlanDraft => ({
  ...draft,
  hosts: draft.hosts.map((host) => (host.role === from ? { ...host, role: to } : host)),
  fabrics: draft.fabrics.map((fabric) => {
    const interfaces = renamed(fabric.interfaces, from, to)
    const hcas = renamed(fabric.hcas, from, to)
    const addresses = renamed(fabric.addresses, from, to)
    return { ...fabric, ...(interfaces ? { interfaces } : {}), ...(hcas ? { hcas } : {}), ...(addresses ? { addresses } : {}) }
  }),
  probes: draft.probes.map((use) => ({ ...use, hosts: use.hosts.map((role) => (role === from ? to : role)) })),
})

const withoutRole = (draft: PlanDraft, index: number): PlanDraft => {
  const role = draft.hosts[index]?.role
  return {
    ...draft,
    hosts: withoutRowAt(draft.hosts, index),
    probes: draft.probes.map((use) => ({ ...use, hosts: use.hosts.filter((each) => each !== role) })),
  }
}

/** Which machines take part, and what the plan calls them. */
export const PlanHosts = ({ draft, change, hosts }: SectionProps & { hosts: readonly SavedHost[] }) => {
  const t = useT()
  const options = hosts.map((host) => ({ value: host.name, label: host.name }))
  const addHost = (): void =>
    change((old) => {
      const spec = hosts.find((host) => !old.hosts.some((row) => sameTarget(row.spec, host.spec)))?.spec ?? hosts[0]?.spec ?? {}
      return {
        ...old,
        hosts: [
          ...old.hosts,
          {
            role: freshName(
              old.hosts.map((host) => host.role),
              '',
            ),
            spec,
          },
        ],
      }
    })
  return (
    <PlanSection title={t.plan.sections.hosts} help={t.plan.hostsHelp}>
      {draft.hosts.map((host, index) => {
        const saved = savedBehind(hosts, host.spec)
        const own = saved ? [] : [{ value: '', label: t.plan.hostOther(host.spec.ssh ?? 'local') }]
        return (
          <div key={index} className="plan-row">
            <div className="narrow">
              <TextField
                label={t.plan.hostRole}
                value={host.role}
                onChange={(role) => change((old) => renameRole(old, host.role, role))}
                mono
              />
            </div>
            <Select
              label={t.plan.hostWhich}
              value={saved?.name ?? ''}
              options={[...own, ...options]}
              onChange={(name) => {
                const spec = hosts.find((each) => each.name === name)?.spec
                if (spec) change((old) => ({ ...old, hosts: withRowAt(old.hosts, index, (row) => ({ ...row, spec })) }))
              }}
            />
            <Button
              kind="quiet"
              aria-label={t.plan.removeRow(host.role)}
              icon={<X size={14} aria-hidden />}
              onPress={() => change((old) => withoutRole(old, index))}
            />
          </div>
        )
      })}
      <div>
        <Button icon={<Plus size={14} aria-hidden />} onPress={addHost}>
          {t.plan.addHost}
        </Button>
      </div>
    </PlanSection>
  )
}
