import { X } from 'lucide-react'
import { useEffect } from 'react'
import { create } from 'zustand'
import { usePhrase, useT } from '../messages'
import { Button, ButtonLink } from './Button'
import { neutralise } from './sanitise'

export interface Toast {
  id: number
  text: string
  /** Offers to take it back. */
  undo?: () => void
  /** Where to go from here. */
  link?: { href: string; label: string }
}

interface Toasts {
  toasts: Toast[]
  shown(toast: Omit<Toast, 'id'>): void
  dismissed(id: number): void
}

let nextId = 0

/** Short notices at the lower right; with `undo` they stay longer. */
export const useToasts = create<Toasts>((set) => ({
  toasts: [],
  shown(toast) {
    nextId += 1
    const id = nextId
    set(({ toasts }) => ({ toasts: [...toasts.slice(-3), { ...toast, id }] }))
  },
  dismissed: (id) => set(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) })),
}))

const lifeMs = (toast: Toast): number => (toast.undo || toast.link ? 12_000 : 6000)

const ToastItem = ({ toast }: { toast: Toast }) => {
  const t = useT()
  const phrase = usePhrase()
  const dismissed = useToasts((state) => state.dismissed)
  useEffect(() => {
    const timer = setTimeout(() => dismissed(toast.id), lifeMs(toast))
    return () => clearTimeout(timer)
  }, [toast, dismissed])
  const undo = (): void => {
    dismissed(toast.id)
    toast.undo?.()
  }
  return (
    <div className="toast">
      <span>{neutralise(phrase(toast.text))}</span>
      {toast.link ? (
        <ButtonLink kind="quiet" href={toast.link.href}>
          {toast.link.label}
        </ButtonLink>
      ) : null}
      {toast.undo ? <Button onPress={undo}>{t.common.undo}</Button> : null}
      <Button kind="quiet" aria-label={t.common.dismiss} icon={<X size={14} aria-hidden />} onPress={() => dismissed(toast.id)} />
    </div>
  )
}

export const ToastRegion = () => {
  const toasts = useToasts((state) => state.toasts)
  return (
    <div className="toasts" role="status" aria-live="polite">
      {toasts.map((toast) => (
        <ToastItem key={toast.id} toast={toast} />
      ))}
    </div>
  )
}
