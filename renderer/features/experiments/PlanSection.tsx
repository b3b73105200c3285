import type { ReactNode } from 'react'
import type { PlanDraft } from './draft'
import type { PlanEditor } from './usePlan'

/** What every section of the form gets. */
export interface SectionProps {
  draft: PlanDraft
  change: PlanEditor['changeDraft']
}

export const PlanSection = ({ title, help, children }: { title: string; help?: string; children: ReactNode }) => (
  <section className="section">
    <h2>{title}</h2>
    {help ? <p className="muted">{help}</p> : null}
    {children}
  </section>
)
