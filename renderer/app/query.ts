import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Input, Method, Output } from '../../preload/contract/api'
import type { Client } from '../../preload/contract/rpc'
import { toFailure, type Failure } from './failure'
import { isHit, type Invalidation } from './invalidation'

export interface QueryEntry {
  method: Method
  input: unknown
  data: unknown
  failure: Failure | null
  /** A call is under way. */
  fetching: boolean
  /** Known to be old; fetched again while somebody looks at it. */
  stale: boolean
}

export interface QueryState {
  entries: Record<string, QueryEntry>
}

export interface QueryCache {
  store: StoreApi<QueryState>
  /** Keeps the answer fresh until the returned function is called; the last release cancels a call under way. */
  retain<M extends Method>(method: M, input: Input<M>): () => void
  invalidate(invalidations: Invalidation[]): void
  /** After a reconnect: everything may be old. */
  invalidateAll(): void
  /** Replaces an answer in place, when an event carries the news itself. */
  patch<M extends Method>(method: M, input: Input<M>, change: (data: Output<M>) => Output<M>): void
  refetch<M extends Method>(method: M, input: Input<M>): void
}

/** Answers that nobody looks at are kept up to this many, oldest dropped first. */
const maxUnusedEntries = 100

const sortedJson = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )

/** One key per method and input, whatever the order of the input's fields. */
export const queryKey = (method: Method, input: unknown): string => `${method} ${sortedJson(input ?? {})}`

/** The one cache of the window: answers by method and input. */
export const createQueryCache = (client: Pick<Client, 'call'>): QueryCache => {
  const store = createStore<QueryState>(() => ({ entries: {} }))
  const watchers = new Map<string, number>()
  const running = new Map<string, AbortController>()

  const update = (key: string, change: Partial<QueryEntry>): void =>
    store.setState(({ entries }) => {
      const entry = entries[key]
      return entry ? { entries: { ...entries, [key]: { ...entry, ...change } } } : { entries }
    })

  const ensureEntry = (method: Method, input: unknown): string => {
    const key = queryKey(method, input)
    if (!store.getState().entries[key]) {
      const entry: QueryEntry = { method, input, data: undefined, failure: null, fetching: false, stale: true }
      store.setState(({ entries }) => ({ entries: { ...entries, [key]: entry } }))
    }
    return key
  }

  const fetchEntry = async (key: string): Promise<void> => {
    const entry = store.getState().entries[key]
    if (!entry || running.has(key)) return
    const controller = new AbortController()
    running.set(key, controller)
    update(key, { fetching: true, stale: false })
    try {
      const data = await client.call(entry.method, entry.input as Input<Method>, controller.signal)
      if (!controller.signal.aborted) update(key, { data, failure: null, fetching: false })
    } catch (error) {
      if (!controller.signal.aborted) update(key, { failure: toFailure(error), fetching: false })
    }
    // Cancelled by `release`, which has put the entry in order and may have been followed by a new call.
    if (running.get(key) !== controller) return
    running.delete(key)
    // An event that came during the call made this answer old already.
    if (store.getState().entries[key]?.stale && watchers.has(key)) void fetchEntry(key)
  }

  const dropUnused = (): void => {
    const unused = Object.keys(store.getState().entries).filter((key) => !watchers.has(key))
    const surplus = new Set(unused.slice(0, Math.max(0, unused.length - maxUnusedEntries)))
    if (surplus.size === 0) return
    store.setState(({ entries }) => ({ entries: Object.fromEntries(Object.entries(entries).filter(([key]) => !surplus.has(key))) }))
  }

  const markStale = (matches: (entry: QueryEntry) => boolean): void => {
    for (const [key, entry] of Object.entries(store.getState().entries)) {
      if (!matches(entry)) continue
      update(key, { stale: true })
      if (watchers.has(key)) void fetchEntry(key)
    }
  }

  const cancel = (key: string): void => {
    const controller = running.get(key)
    if (!controller) return
    running.delete(key)
    update(key, { fetching: false, stale: true })
    controller.abort()
  }

  const release = (key: string): void => {
    const left = (watchers.get(key) ?? 1) - 1
    if (left > 0) {
      watchers.set(key, left)
      return
    }
    watchers.delete(key)
    cancel(key)
    dropUnused()
  }

  return {
    store,
    retain(method, input) {
      const key = ensureEntry(method, input)
      watchers.set(key, (watchers.get(key) ?? 0) + 1)
      const entry = store.getState().entries[key]
      if (entry?.stale || entry?.failure) void fetchEntry(key)
      return () => release(key)
    },
    invalidate: (invalidations) => markStale((entry) => invalidations.some((invalidation) => isHit(entry, invalidation))),
    invalidateAll: () => markStale(() => true),
    patch(method, input, change) {
      const key = queryKey(method, input)
      const entry = store.getState().entries[key]
      if (entry?.data === undefined) return
      update(key, { data: change(entry.data as Output<typeof method>) })
    },
    refetch(method, input) {
      const key = ensureEntry(method, input)
      update(key, { stale: true })
      void fetchEntry(key)
    },
  }
}
