import { useCallback } from 'react'
import type { Plan, ProbeUse } from '../../../preload/contract/plan'
import { useOffer } from '../../app/offer'
import { links, navigate } from '../../app/routes'

/** Opens the plan form with the proposed entry, on the hosts and arms of this experiment. */
export const usePlanIt = (plan: Plan | null): ((use: ProbeUse) => void) => {
  const made = useOffer((state) => state.made)
  return useCallback(
    (use) => {
      made({ plan, use })
      navigate(links.newPlan())
    },
    [made, plan],
  )
}
