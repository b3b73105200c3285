import type { EventName, EventPayload, Unsubscribe } from '../../preload/contract'

export interface EventBus {
  emit<E extends EventName>(event: E, payload: EventPayload<E>): void
  on(listener: (event: EventName, payload: unknown) => void): Unsubscribe
}

/** One listener throwing must not keep the others from hearing. */
export const createEventBus = (): EventBus => {
  const listeners = new Set<(event: EventName, payload: unknown) => void>()
  return {
    emit(event, payload) {
      for (const listener of [...listeners]) queueMicrotask(() => listener(event, payload))
    },
    on(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
