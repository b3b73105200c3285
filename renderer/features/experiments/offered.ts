import type { Offer } from '../../app/offer'
import { draftOf, type PlanDraft } from './draft'

/** The draft that a proposal asks for: its experiment's hosts, networks and arms with the one probe, else that of the known hosts. */
export const offeredDraft = (suggested: PlanDraft, offer: Offer | null): PlanDraft => {
  if (offer === null) return suggested
  const { plan, use } = offer
  if (plan === null) {
    const roles = suggested.hosts.map(({ role }) => role)
    const hosts = use.hosts.length === 1 ? roles.slice(0, 1) : roles
    // Without a network to vary the probe still measures what it is asked for.
    const factors = suggested.factors.filter(({ levels }) => levels.trim() !== '')
    return { ...suggested, factors, probes: [{ ...use, hosts }] }
  }
  return { ...draftOf(plan), name: '', probes: [use] }
}
