import { useSyncExternalStore } from 'react'
import type { Language } from '../../preload/contract/messages'

export type Route =
  | { name: 'hosts'; host: string | null }
  | { name: 'experiments' }
  | { name: 'plan' }
  | { name: 'import'; id: string | null }
  | { name: 'experiment'; id: string; run: string | null }
  | { name: 'compare'; id: string | null }
  | { name: 'indicators'; id: string | null }
  | { name: 'reports'; id: string | null }
  | { name: 'print'; id: string; lang: Language }
  | { name: 'unknown'; hash: string }

const part = (text: string | undefined): string | null => {
  if (text === undefined || text === '') return null
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The hash of the address bar as a route; what is not known says so instead of guessing. */
export const parseRoute = (hash: string): Route => {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?')
  const [screen = '', first, second] = path.replace(/^\//, '').split('/')
  const id = part(first)
  if (screen === '' || screen === 'hosts') return { name: 'hosts', host: id }
  if (screen === 'experiments') return id === null ? { name: 'experiments' } : { name: 'experiment', id, run: part(second) }
  if (screen === 'plan') return { name: 'plan' }
  if (screen === 'import') return { name: 'import', id }
  if (screen === 'compare') return { name: 'compare', id }
  if (screen === 'indicators') return { name: 'indicators', id }
  if (screen === 'reports') return { name: 'reports', id }
  if (screen === 'print' && id !== null) {
    return { name: 'print', id, lang: new URLSearchParams(query).get('lang') === 'zh-CN' ? 'zh-CN' : 'en' }
  }
  return { name: 'unknown', hash }
}

/** Addresses of the screens; the only place that spells them. */
export const links = {
  hosts: (name?: string) => (name === undefined ? '#/hosts' : `#/hosts/${encodeURIComponent(name)}`),
  experiments: () => '#/experiments',
  newPlan: () => '#/plan',
  imports: (id?: string) => (id === undefined ? '#/import' : `#/import/${encodeURIComponent(id)}`),
  experiment: (id: string, run?: string) =>
    `#/experiments/${encodeURIComponent(id)}${run === undefined ? '' : `/${encodeURIComponent(run)}`}`,
  compare: (id?: string) => (id === undefined ? '#/compare' : `#/compare/${encodeURIComponent(id)}`),
  indicators: (id?: string) => (id === undefined ? '#/indicators' : `#/indicators/${encodeURIComponent(id)}`),
  reports: (id?: string) => (id === undefined ? '#/reports' : `#/reports/${encodeURIComponent(id)}`),
} as const

export const navigate = (hash: string): void => {
  window.location.hash = hash
}

const subscribe = (listener: () => void): (() => void) => {
  window.addEventListener('hashchange', listener)
  return () => window.removeEventListener('hashchange', listener)
}

/** The present hash, as React state. */
export const useHash = (): string => useSyncExternalStore(subscribe, () => window.location.hash)
