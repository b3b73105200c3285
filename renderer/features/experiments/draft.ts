import type { Arm, FabricSpec, HostSpec, Level, Plan, ProbeUse } from '../../../preload/contract/plan'
import { readLevel } from '../../ui/levels'

export interface FabricDraft extends FabricSpec {
  name: string
}

export interface FactorDraft {
  name: string
  /** As typed, separated by commas. */
  levels: string
}

/** A plan while it is edited: records as ordered rows, values possibly not valid yet. */
export interface PlanDraft {
  name: string
  question: string
  hosts: { role: string; spec: HostSpec }[]
  fabrics: FabricDraft[]
  factors: FactorDraft[]
  arms: Arm[] | null
  probes: ProbeUse[]
  /** repeats, warmup. */
  top: Record<string, unknown>
  order: Record<string, unknown>
  limits: Record<string, unknown>
  telemetry: { off: boolean; fields: Record<string, unknown> }
}

export const readLevels = (text: string): Level[] =>
  text
    .split(/[,，]/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(readLevel)

const withoutEmpty = (record: Record<string, string> | undefined, roles: ReadonlySet<string>): Record<string, string> | undefined => {
  const entries = Object.entries(record ?? {}).filter(([role, value]) => value.trim() !== '' && roles.has(role))
  return entries.length > 0 ? Object.fromEntries(entries) : undefined
}

const fabricValue = (fabric: FabricDraft, roles: ReadonlySet<string>): FabricSpec => {
  const interfaces = withoutEmpty(fabric.interfaces, roles)
  const hcas = fabric.kind === 'ethernet' ? undefined : withoutEmpty(fabric.hcas, roles)
  const addresses = withoutEmpty(fabric.addresses, roles)
  return { kind: fabric.kind, ...(interfaces ? { interfaces } : {}), ...(hcas ? { hcas } : {}), ...(addresses ? { addresses } : {}) }
}

const defined = (record: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined))

/** Nothing for what the program does without a word in the plan. */
const telemetryValue = ({ off, fields }: PlanDraft['telemetry']): Record<string, unknown> => {
  if (off) return { telemetry: 'off' }
  return Object.keys(defined(fields)).length > 0 ? { telemetry: defined(fields) } : {}
}

/** What planSchema shall judge. */
export const planInput = (draft: PlanDraft): unknown => {
  const roles = new Set(draft.hosts.map((host) => host.role))
  return {
    headroom: 1,
    ...(draft.name.trim() === '' ? {} : { name: draft.name.trim() }),
    question: draft.question.trim(),
    hosts: Object.fromEntries(draft.hosts.map(({ role, spec }) => [role, spec])),
    fabrics: Object.fromEntries(draft.fabrics.map((fabric) => [fabric.name, fabricValue(fabric, roles)])),
    factors: Object.fromEntries(draft.factors.map(({ name, levels }) => [name, readLevels(levels)])),
    ...(draft.arms ? { arms: draft.arms } : {}),
    probes: draft.probes.map((use) => ({ ...use, params: defined(use.params) })),
    ...defined(draft.top),
    order: defined(draft.order),
    limits: defined(draft.limits),
    ...telemetryValue(draft.telemetry),
  }
}

/** The rows to edit a plan by; `planInput` gives the plan back. */
export const draftOf = (plan: Plan): PlanDraft => ({
  name: plan.name ?? '',
  question: plan.question,
  hosts: Object.entries(plan.hosts).map(([role, spec]) => ({ role, spec })),
  fabrics: Object.entries(plan.fabrics).map(([name, fabric]) => ({ name, ...fabric })),
  factors: Object.entries(plan.factors).map(([name, levels]) => ({ name, levels: levels.join(', ') })),
  arms: plan.arms ?? null,
  probes: plan.probes,
  top: { repeats: plan.repeats, warmup: plan.warmup },
  order: { ...plan.order },
  limits: { ...plan.limits },
  telemetry: plan.telemetry === 'off' ? { off: true, fields: {} } : { off: false, fields: { ...plan.telemetry } },
})
