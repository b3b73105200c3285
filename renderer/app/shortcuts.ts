import { useEffect } from 'react'
import { links, navigate } from './routes'
import { useUi } from './ui-state'

export type ShortcutAction = { kind: 'palette' } | { kind: 'help' } | { kind: 'go'; hash: string } | { kind: 'wait' } | { kind: 'none' }

interface Key {
  key: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
}

const targets: Record<string, string> = {
  h: links.hosts(),
  e: links.experiments(),
  l: links.imports(),
  c: links.compare(),
  i: links.indicators(),
  r: links.reports(),
}

/** What a key means; `afterG` says that g was pressed just before. */
export const readShortcut = (key: Key, afterG: boolean, typing: boolean): ShortcutAction => {
  if ((key.ctrlKey || key.metaKey) && !key.altKey && key.key.toLowerCase() === 'k') return { kind: 'palette' }
  if (typing || key.ctrlKey || key.metaKey || key.altKey) return { kind: 'none' }
  if (key.key === '?') return { kind: 'help' }
  if (afterG && Object.hasOwn(targets, key.key)) return { kind: 'go', hash: targets[key.key] ?? '' }
  return key.key === 'g' ? { kind: 'wait' } : { kind: 'none' }
}

/** How long after g the second key still counts, milliseconds. */
const chordMs = 1200

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))

/** Window-wide keys; quiet while the reader types or a dialog asks something. */
export const useShortcuts = (): void => {
  useEffect(() => {
    let pressedGAt = -Infinity
    const onKey = (event: KeyboardEvent): void => {
      const inDialog = document.querySelector('[role="dialog"], [role="alertdialog"]') !== null
      const action = readShortcut(event, event.timeStamp - pressedGAt < chordMs, isTyping(event.target))
      pressedGAt = action.kind === 'wait' ? event.timeStamp : -Infinity
      if (inDialog || action.kind === 'none' || action.kind === 'wait') return
      event.preventDefault()
      if (action.kind === 'go') navigate(action.hash)
      else useUi.getState().overlayOpened(action.kind)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}
