import type { ReactNode } from 'react'

/** Teaches the next step where there is nothing to show yet. */
export const EmptyState = ({ title, body, step, action }: { title: string; body: string; step?: string; action?: ReactNode }) => (
  <div className="empty">
    <h2>{title}</h2>
    <p className="muted">{body}</p>
    {step ? <p>{step}</p> : null}
    {action}
  </div>
)
