import { useCallback, useEffect, useState } from 'react'
import type { Run } from '../../../preload/contract/experiment'
import { useApi, useEvent } from '../../app/api'
import { isAbortError, toFailure, type Failure } from '../../app/failure'

interface RunLogState {
  text: string
  nextOffset: number
  totalBytes: number
  loading: boolean
  failure: Failure | null
}

export interface RunLogView {
  text: string
  bytesLeft: number
  loading: boolean
  failure: Failure | null
  loadMore(): void
}

/** Bytes read before the reader is asked whether to go on. */
const pageBytes = 2 * 1024 * 1024
/** Live text kept, characters; the whole is read from the collected file afterwards. */
const maxLiveChars = 1024 * 1024

const isLive = (run: Run): boolean => ['deploying', 'running', 'collecting'].includes(run.status)

const empty: RunLogState = { text: '', nextOffset: 0, totalBytes: 0, loading: true, failure: null }

/** Text of one log file: appended by events while the run lives, read anew from the stored bytes once it has ended. */
export const useRunLog = (run: Run, name: string): RunLogView => {
  const { client } = useApi()
  const [state, setState] = useState<RunLogState>(empty)
  const live = isLive(run)
  const { id } = run

  const read = useCallback(
    async (from: number, signal: AbortSignal): Promise<void> => {
      let offset = from
      try {
        do {
          const page = await client.call('runs.log', { id, name, offset }, signal)
          if (signal.aborted) return
          const fresh = offset === 0
          setState((old) => ({
            ...old,
            text: fresh ? page.text || (live ? old.text : '') : old.text + page.text,
            nextOffset: page.nextOffset,
            totalBytes: page.totalBytes,
          }))
          if (page.nextOffset <= offset) break
          offset = page.nextOffset
          if (offset >= page.totalBytes) break
        } while (offset - from < pageBytes)
        setState((old) => ({ ...old, loading: false, failure: null }))
      } catch (error) {
        if (!isAbortError(error)) setState((old) => ({ ...old, loading: false, failure: toFailure(error) }))
      }
    },
    [client, id, name, live],
  )

  useEffect(() => {
    const controller = new AbortController()
    void read(0, controller.signal)
    return () => controller.abort()
  }, [read])

  useEvent('run.log', (event) => {
    if (!live || event.runId !== id || event.name !== name) return
    setState((old) => ({ ...old, text: (old.text + event.text).slice(-maxLiveChars) }))
  })

  const loadMore = useCallback(() => {
    setState((old) => ({ ...old, loading: true }))
    void read(state.nextOffset, new AbortController().signal)
  }, [read, state.nextOffset])

  return {
    text: state.text,
    bytesLeft: live ? 0 : Math.max(0, state.totalBytes - state.nextOffset),
    loading: state.loading,
    failure: state.failure,
    loadMore,
  }
}
