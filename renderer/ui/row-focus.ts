import type { KeyboardEvent } from 'react'

/** Up and down move between the rows of a table, each of which has a `button[data-row]`; Enter selects, as the row's button does. */
export const moveFocus = (event: KeyboardEvent<HTMLElement>, body: HTMLElement | null): void => {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
  const buttons = [...(body?.querySelectorAll<HTMLButtonElement>('button[data-row]') ?? [])]
  const at = buttons.findIndex((button) => button === event.target)
  const next = buttons[at + (event.key === 'ArrowDown' ? 1 : -1)]
  if (at < 0 || !next) return
  event.preventDefault()
  next.focus()
}
