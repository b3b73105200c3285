/** Selected rows of a list, by key. The cursor is the row that the keyboard is on; ranges grow from the anchor. */
export interface Selection {
  keys: ReadonlySet<string>
  cursor: string | null
  anchor: string | null
}

export const noSelection: Selection = { keys: new Set(), cursor: null, anchor: null }

const one = (key: string): Selection => ({ keys: new Set([key]), cursor: key, anchor: key })

const range = (visible: readonly string[], from: string | null, to: string): Set<string> => {
  const end = visible.indexOf(to)
  const start = from === null ? end : visible.indexOf(from)
  if (end < 0) return new Set()
  return start < 0 ? new Set([to]) : new Set(visible.slice(Math.min(start, end), Math.max(start, end) + 1))
}

/** The rows from the anchor to `key`; the anchor stays. */
export const extended = (selection: Selection, visible: readonly string[], key: string): Selection => ({
  keys: range(visible, selection.anchor, key),
  cursor: key,
  anchor: selection.anchor ?? key,
})

/** One row in or out, the others as they are. */
export const toggled = (selection: Selection, key: string): Selection => {
  const keys = new Set(selection.keys)
  if (!keys.delete(key)) keys.add(key)
  return { keys, cursor: key, anchor: key }
}

export interface Modifiers {
  shift: boolean
  /** Ctrl, or Cmd on a Mac. */
  command: boolean
}

/** A click on a row. */
export const clicked = (selection: Selection, visible: readonly string[], key: string, { shift, command }: Modifiers): Selection => {
  if (shift) return extended(selection, visible, key)
  return command ? toggled(selection, key) : one(key)
}

export const everything = (selection: Selection, visible: readonly string[]): Selection => ({
  keys: new Set(visible),
  cursor: selection.cursor ?? visible[0] ?? null,
  anchor: selection.anchor ?? visible[0] ?? null,
})

/** Rows that are gone from the list are gone from the selection. */
export const within = (selection: Selection, known: ReadonlySet<string>): Selection => {
  const keep = (key: string | null): string | null => (key !== null && known.has(key) ? key : null)
  const keys = [...selection.keys].filter((key) => known.has(key))
  return keys.length === selection.keys.size
    ? selection
    : { keys: new Set(keys), cursor: keep(selection.cursor), anchor: keep(selection.anchor) }
}

const steps: Record<string, (place: number, rows: number, page: number) => number> = {
  ArrowDown: (place) => place + 1,
  ArrowUp: (place) => place - 1,
  PageDown: (place, _rows, page) => place + page,
  PageUp: (place, _rows, page) => place - page,
  Home: () => 0,
  End: (_place, rows) => rows - 1,
}

/** What a key does to the selection; null: it means nothing here. `page` is how many rows are in sight. */
export const keyed = (
  selection: Selection,
  visible: readonly string[],
  key: string,
  { shift, command }: Modifiers,
  page: number,
): Selection | null => {
  if (visible.length === 0) return null
  if (command && key.toLowerCase() === 'a') return everything(selection, visible)
  const place = selection.cursor === null ? -1 : visible.indexOf(selection.cursor)
  if (key === ' ') return place < 0 ? null : toggled(selection, visible[place] ?? '')
  const step = Object.hasOwn(steps, key) ? steps[key] : undefined
  if (!step) return null
  const next = visible[Math.max(0, Math.min(visible.length - 1, step(place, visible.length, page)))] ?? ''
  if (shift) return extended(selection, visible, next)
  return command ? { ...selection, cursor: next, anchor: next } : one(next)
}
