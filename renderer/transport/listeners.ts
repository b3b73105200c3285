import type { Unsubscribe } from '../../preload/contract/api'

/** Listeners by name; emitting while one unsubscribes is safe. */
export const createListeners = <Payload>() => {
  const byName = new Map<string, Set<(payload: Payload) => void>>()
  return {
    add(name: string, listener: (payload: Payload) => void): Unsubscribe {
      const set = byName.get(name) ?? new Set()
      byName.set(name, set)
      set.add(listener)
      return () => {
        set.delete(listener)
      }
    },
    emit(name: string, payload: Payload): void {
      for (const listener of [...(byName.get(name) ?? [])]) listener(payload)
    },
  }
}
