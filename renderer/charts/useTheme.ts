import { useMemo, useSyncExternalStore } from 'react'
import { themeOf, type ChartTheme } from './theme'

const subscribe = (listener: () => void): (() => void) => {
  const observer = new MutationObserver(listener)
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
  return () => observer.disconnect()
}

/** The chart colours of the theme that is shown now. */
export const useChartTheme = (): ChartTheme => {
  const name = useSyncExternalStore(subscribe, () => document.documentElement.dataset['theme'] ?? 'light')
  // The name is the key: the colours are read anew when it changes.
  return useMemo(() => ({ ...themeOf(document.documentElement), name }), [name])
}
