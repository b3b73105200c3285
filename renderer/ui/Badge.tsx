import type { ReactNode } from 'react'
import { useT } from '../messages'

export type Tone = 'good' | 'wrong' | 'caution' | 'busy' | 'quiet'

/** A state as icon and word, so that it never hangs on colour alone. */
export const Badge = ({ tone, icon, children }: { tone: Tone; icon: ReactNode; children: ReactNode }) => (
  <span className={`badge tone-${tone}`}>
    {icon}
    {children}
  </span>
)

/** The mark on everything that a simulated lab produced. */
export const SimulatedMark = () => {
  const t = useT()
  return (
    <span className="simulated" title={t.app.simulatedWhy}>
      {t.app.simulated}
    </span>
  )
}
