import { create } from 'zustand'
import type { HostTest } from '../../../preload/contract/host'

interface HostsUi {
  /** Last connection test of each host in this window. */
  tests: Record<string, HostTest>
  /** Hosts whose test or inventory is under way. */
  busy: Record<string, 'testing' | 'inventory'>
  testFinished(test: HostTest): void
  workStarted(host: string, work: 'testing' | 'inventory'): void
  workEnded(host: string): void
}

/** What the window knows about hosts beyond the address book; gone with the window. */
export const useHostsUi = create<HostsUi>((set) => ({
  tests: {},
  busy: {},
  testFinished: (test) => set(({ tests }) => ({ tests: { ...tests, [test.host]: test } })),
  workStarted: (host, work) => set(({ busy }) => ({ busy: { ...busy, [host]: work } })),
  workEnded: (host) => set(({ busy }) => ({ busy: Object.fromEntries(Object.entries(busy).filter(([name]) => name !== host)) })),
}))
