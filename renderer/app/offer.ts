import { create } from 'zustand'
import type { Plan, ProbeUse } from '../../preload/contract/plan'

/** A next experiment that a screen proposes: a probe, in the plan of an experiment where there is one. */
export interface Offer {
  plan: Plan | null
  use: ProbeUse
}

interface Offers {
  offer: Offer | null
  made(offer: Offer): void
  taken(): void
}

/** Carries a proposal to the plan form; features do not know each other. */
export const useOffer = create<Offers>((set) => ({
  offer: null,
  made: (offer) => set({ offer }),
  taken: () => set({ offer: null }),
}))
