import { useCallback, useState } from 'react'
import { useApi } from '../../app/api'
import { toFailure, type Failure } from '../../app/failure'
import { useHostsUi } from './store'

export interface HostWork {
  test(name: string): Promise<void>
  inventory(name: string): Promise<void>
  failures: Record<string, Failure>
}

/** Tests and inventories by host name; several hosts at once, each with its own failure. */
export const useHostWork = (): HostWork => {
  const { client, cache } = useApi()
  const [failures, setFailures] = useState<Record<string, Failure>>({})
  const guarded = useCallback(
    async (name: string, work: 'testing' | 'inventory', task: () => Promise<void>): Promise<void> => {
      const { workStarted, workEnded } = useHostsUi.getState()
      workStarted(name, work)
      setFailures((old) => Object.fromEntries(Object.entries(old).filter(([host]) => host !== name)))
      try {
        await task()
      } catch (error) {
        setFailures((old) => ({ ...old, [name]: toFailure(error) }))
      } finally {
        workEnded(name)
        cache.invalidate([{ method: 'hosts.list' }])
      }
    },
    [cache],
  )
  const test = useCallback(
    (name: string) => guarded(name, 'testing', async () => useHostsUi.getState().testFinished(await client.call('hosts.test', { name }))),
    [client, guarded],
  )
  const inventory = useCallback(
    (name: string) =>
      guarded(name, 'inventory', async () => {
        await client.call('hosts.inventory', { name })
      }),
    [client, guarded],
  )
  return { test, inventory, failures }
}
