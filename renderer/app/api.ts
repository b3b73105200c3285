import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { EventName, EventPayload, Input, Method, Output } from '../../preload/contract/api'
import type { Client } from '../../preload/contract/rpc'
import { isAbortError, toFailure, type Failure } from './failure'
import { queryKey, type QueryCache } from './query'

export interface Api {
  client: Client
  cache: QueryCache
}

export const ApiContext = createContext<Api | null>(null)

/** The client and the cache of this window. Throws outside of the app. */
export const useApi = (): Api => {
  const api = useContext(ApiContext)
  if (!api) throw new Error('useApi needs an ApiContext above it.')
  return api
}

export interface Query<T> {
  data: T | undefined
  failure: Failure | null
  /** First answer still under way. */
  loading: boolean
  /** Any call under way, old data may be shown. */
  fetching: boolean
  reload(): void
}

/** A live answer; `null` as input asks nothing. The call is cancelled when the last reader leaves. */
export const useQuery = <M extends Method>(method: M, input: Input<M> | null): Query<Output<M>> => {
  const { cache } = useApi()
  const key = input === null ? null : queryKey(method, input)
  const entry = useStore(cache.store, (state) => (key === null ? undefined : state.entries[key]))
  const latest = useRef(input)
  useEffect(() => {
    latest.current = input
  })
  useEffect(() => {
    if (key === null || latest.current === null) return undefined
    return cache.retain(method, latest.current)
  }, [cache, method, key])
  const reload = useCallback(() => {
    if (latest.current !== null) cache.refetch(method, latest.current)
  }, [cache, method])
  return {
    data: entry?.data as Output<M> | undefined,
    failure: entry?.failure ?? null,
    loading: key !== null && entry?.data === undefined && !entry?.failure,
    fetching: entry?.fetching ?? false,
    reload,
  }
}

export type Outcome<T> = { ok: true; value: T } | { ok: false; failure: Failure }

export interface Action<M extends Method> {
  run(input: Input<M>): Promise<Outcome<Output<M>>>
  pending: boolean
  failure: Failure | null
  cancel(): void
  reset(): void
}

/** A call made on request; failures are values, and the last one stays in `failure` until the next try. */
export const useAction = <M extends Method>(method: M): Action<M> => {
  const { client } = useApi()
  const [state, setState] = useState<{ pending: number; failure: Failure | null }>({ pending: 0, failure: null })
  const controller = useRef<AbortController | null>(null)
  const run = useCallback(
    async (input: Input<M>): Promise<Outcome<Output<M>>> => {
      const current = new AbortController()
      controller.current = current
      setState(({ pending }) => ({ pending: pending + 1, failure: null }))
      try {
        const value = await client.call(method, input, current.signal)
        setState(({ pending }) => ({ pending: pending - 1, failure: null }))
        return { ok: true, value }
      } catch (error) {
        const failure: Failure = isAbortError(error) ? { code: 'run.cancelled', message: 'The call was cancelled.' } : toFailure(error)
        setState(({ pending }) => ({ pending: pending - 1, failure: isAbortError(error) ? null : failure }))
        return { ok: false, failure }
      }
    },
    [client, method],
  )
  const cancel = useCallback(() => controller.current?.abort(), [])
  const reset = useCallback(() => setState(({ pending }) => ({ pending, failure: null })), [])
  return useMemo(
    () => ({ run, pending: state.pending > 0, failure: state.failure, cancel, reset }),
    [run, state.pending, state.failure, cancel, reset],
  )
}

/** Listens to a contract event while the component is mounted; the listener may change between renders. */
export const useEvent = <E extends EventName>(event: E, listener: (payload: EventPayload<E>) => void): void => {
  const { client } = useApi()
  const latest = useRef(listener)
  useEffect(() => {
    latest.current = listener
  })
  useEffect(() => client.on(event, (payload) => latest.current(payload)), [client, event])
}
