import { inLanguage, type Arm, type CanRun, type Inventory, type Plan, type PlanPreview, type ProbeUse } from '../../../preload/contract'
import type { Language } from '../../../preload/contract/messages'
import type { Instead, ProbeDefinition } from '../../../remote-scripts/_kit/probe'
import { planArms, runsIn } from '../../core/runs/arms'
import type { Deps } from '../deps'
import { launchParams } from './params'

type Lack = PlanPreview['hosts'][number]['lacks'][number]
type Offer = PlanPreview['instead'][number]
type Probes = Deps['probes']

/** Offers beside each other: more is a list to read, not a choice. */
const mostOffers = 3

/** Arms in which an entry of the plan runs. */
const armsOf = (plan: Plan, use: ProbeUse): Arm[] => planArms(plan).filter((arm) => runsIn(use, arm))

const checkIn = (probe: ProbeDefinition, use: ProbeUse, inventory: Inventory, arm: Arm): CanRun =>
  probe.preflight(inventory, launchParams(probe, use, arm).params)

/** What a host lacks for the plan, per entry and reason. */
export const lacksOf = (probes: Probes, plan: Plan, host: string, inventory: Inventory): Lack[] =>
  plan.probes.flatMap((use) => {
    const probe = probes.get(use.probe)
    if (!probe || !use.hosts.includes(host)) return []
    const arms = armsOf(plan, use)
    const lacks = new Map<string, Lack>()
    for (const arm of arms) {
      const { canRun, why, fix } = checkIn(probe, use, inventory, arm)
      if (canRun) continue
      const key = JSON.stringify(why)
      const known = lacks.get(key)
      lacks.set(key, { probe: use.probe, arms: [...(known?.arms ?? []), arm], why, fix })
    }
    return [...lacks.values()].map((lack) => (lack.arms.length === arms.length ? { ...lack, arms: [] } : lack))
  })

const defined = (params: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined))

/** The entry with the other probe in its place; null when that takes another number of hosts. */
const replaced = (use: ProbeUse, instead: Instead, probe: ProbeDefinition): ProbeUse | null => {
  const params = defined(instead.probe === use.probe ? { ...use.params, ...instead.params } : instead.params)
  const hosts = use.hosts.slice(0, probe.maxHosts)
  return hosts.length < probe.minHosts ? null : { ...use, probe: instead.probe, hosts, params }
}

/** By which way the entry runs in every arm on all its hosts; false when it does not, or one of them is not known. */
const runsEverywhere = (
  probe: ProbeDefinition,
  use: ProbeUse,
  arms: readonly Arm[],
  inventories: ReadonlyMap<string, Inventory>,
): string | null | false => {
  const checks = use.hosts.flatMap((host) => {
    const inventory = inventories.get(host)
    return arms.map((arm) =>
      inventory && launchParams(probe, use, arm).problems.length === 0 ? checkIn(probe, use, inventory, arm) : null,
    )
  })
  return checks.every((check) => check?.canRun === true) ? (checks[0]?.via ?? null) : false
}

/** For every entry that some host cannot run: what all its hosts can, as the probe proposes and the preflights confirm. */
export const insteadOf = (probes: Probes, plan: Plan, inventories: ReadonlyMap<string, Inventory>, lang: Language): Offer[] =>
  plan.probes.flatMap((use, probeIndex) => {
    const probe = probes.get(use.probe)
    const arms = armsOf(plan, use)
    if (!probe?.instead || runsEverywhere(probe, use, arms, inventories) !== false) return []
    const given = launchParams(probe, use, arms[0] ?? {}).params
    if (given === null) return []
    const offers = probe.instead(given).flatMap((instead): Offer[] => {
      const other = probes.get(instead.probe)
      const entry = other ? replaced(use, instead, other) : null
      const via = other && entry ? runsEverywhere(other, entry, arms, inventories) : false
      return entry && via !== false ? [{ probeIndex, use: entry, via, answers: inLanguage(instead.answers, lang) }] : []
    })
    return offers.slice(0, mostOffers)
  })
