import { describe, expect, it } from 'vitest'
import type { Client } from '../../preload/contract/rpc'
import { appError } from '../../preload/contract/error'
import { invalidatedBy } from './invalidation'
import { createQueryCache, queryKey } from './query'

interface Asked {
  method: string
  input: unknown
  signal: AbortSignal | undefined
  answer(value: unknown): void
  fail(error: unknown): void
}

const setUp = () => {
  const asked: Asked[] = []
  const call = ((method: string, input: unknown, signal?: AbortSignal) =>
    new Promise((resolve, reject) => {
      asked.push({ method, input, signal, answer: resolve, fail: reject })
    })) as Client['call']
  const cache = createQueryCache({ call })
  const entry = (method: Parameters<typeof queryKey>[0], input: unknown) => cache.store.getState().entries[queryKey(method, input)]
  return { asked, cache, entry }
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))

describe('query cache', () => {
  it('asks once for two readers and keeps the answer after they left', async () => {
    const { asked, cache, entry } = setUp()
    const releases = [cache.retain('experiments.list', {}), cache.retain('experiments.list', {})]
    expect(asked).toHaveLength(1)
    asked[0]?.answer([])
    await settle()
    for (const release of releases) release()
    cache.retain('experiments.list', {})
    expect(asked).toHaveLength(1)
    expect(entry('experiments.list', {})?.data).toEqual([])
  })

  it('has one key per input, whatever the order of its fields', () => {
    expect(queryKey('compare.run', { experiment: 'e', by: 'fabric' })).toBe(queryKey('compare.run', { by: 'fabric', experiment: 'e' }))
    expect(queryKey('runs.get', { id: '1' })).not.toBe(queryKey('runs.get', { id: '2' }))
  })

  it('refetches what an event names, and only that', async () => {
    const { asked, cache } = setUp()
    cache.retain('experiments.get', { id: 'e1' })
    cache.retain('experiments.get', { id: 'e2' })
    cache.retain('hosts.list', {})
    for (const each of asked) each.answer({})
    await settle()
    cache.invalidate(invalidatedBy['experiment.changed']({ id: 'e2' }))
    expect(asked.slice(3).map((each) => [each.method, each.input])).toEqual([['experiments.get', { id: 'e2' }]])
  })

  it('asks again when the event came while the call was under way', async () => {
    const { asked, cache, entry } = setUp()
    cache.retain('hosts.list', {})
    cache.invalidate([{ method: 'hosts.list' }])
    expect(asked).toHaveLength(1)
    asked[0]?.answer('old')
    await settle()
    expect(asked).toHaveLength(2)
    asked[1]?.answer('new')
    await settle()
    expect(entry('hosts.list', {})?.data).toBe('new')
    expect(asked).toHaveLength(2)
  })

  it('only marks as old what nobody looks at, and fetches it on the next look', async () => {
    const { asked, cache } = setUp()
    const release = cache.retain('hosts.list', {})
    asked[0]?.answer('first')
    await settle()
    release()
    cache.invalidateAll()
    expect(asked).toHaveLength(1)
    cache.retain('hosts.list', {})
    expect(asked).toHaveLength(2)
  })

  it('cancels the call when the last reader leaves', async () => {
    const { asked, cache, entry } = setUp()
    const release = cache.retain('hosts.inventory', { name: 'a' })
    release()
    expect(asked[0]?.signal?.aborted).toBe(true)
    asked[0]?.fail(new DOMException('stopped', 'AbortError'))
    await settle()
    expect(entry('hosts.inventory', { name: 'a' })).toMatchObject({ failure: null, fetching: false, stale: true })
  })

  it('asks once more, not twice, when a reader leaves and comes back at once', async () => {
    const { asked, cache, entry } = setUp()
    cache.retain('hosts.list', {})()
    cache.retain('hosts.list', {})
    asked[0]?.fail(new DOMException('stopped', 'AbortError'))
    await settle()
    asked[1]?.answer('answer')
    await settle()
    expect(asked).toHaveLength(2)
    expect(entry('hosts.list', {})).toMatchObject({ data: 'answer', fetching: false, stale: false })
  })

  it('keeps the old answer beside a new failure, and a retry clears it', async () => {
    const { asked, cache, entry } = setUp()
    cache.retain('hosts.list', {})
    asked[0]?.answer('answer')
    await settle()
    cache.refetch('hosts.list', {})
    asked[1]?.fail(appError('store.busy', 'busy'))
    await settle()
    expect(entry('hosts.list', {})).toMatchObject({ data: 'answer', failure: { code: 'store.busy', message: 'busy' } })
    cache.refetch('hosts.list', {})
    asked[2]?.answer('again')
    await settle()
    expect(entry('hosts.list', {})).toMatchObject({ data: 'again', failure: null })
  })

  it('patches an answer in place without asking', async () => {
    const { asked, cache, entry } = setUp()
    cache.retain('hosts.list', {})
    asked[0]?.answer({ hosts: [], sshAliases: ['a'] })
    await settle()
    cache.patch('hosts.list', {}, (data) => ({ ...data, sshAliases: ['b'] }))
    expect(entry('hosts.list', {})?.data).toEqual({ hosts: [], sshAliases: ['b'] })
    expect(asked).toHaveLength(1)
  })
})
