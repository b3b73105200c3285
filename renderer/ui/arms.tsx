import type { Arm, Level } from '../../preload/contract/plan'

/** Marker shapes by arm, named as Plotly names them; the colour is `--arm-1` … `--arm-8`. */
export const armSymbols = ['circle', 'square', 'triangle-up', 'diamond', 'cross', 'triangle-down', 'star', 'hexagon'] as const
export type ArmSymbol = (typeof armSymbols)[number]

/** Dash patterns by arm for print, as Plotly names them. */
export const armDashes = ['solid', 'dash', 'dot', 'dashdot', 'longdash', 'longdashdot', 'solid', 'dash'] as const

/** The palette as values, for figures that cannot read CSS variables. Derived from Okabe and Ito; 3:1 or more on their ground. */
export const armColours = {
  light: ['#0072b2', '#c65102', '#00805e', '#b0508a', '#2f8fc5', '#a87400', '#7d7500', '#4d5156'],
  dark: ['#56b4e9', '#f0843c', '#2cc295', '#e29ac4', '#8fb8ff', '#e6ab2e', '#e3d94a', '#c3c8ce'],
} as const

export interface ArmStyle {
  colour: string
  symbol: ArmSymbol
  dash: (typeof armDashes)[number]
}

/** Style of the arm at this place (0-based) in its experiment; the ninth starts over. */
export const armStyle = (index: number): ArmStyle => {
  const place = index % armSymbols.length
  return { colour: `var(--arm-${place + 1})`, symbol: armSymbols[place] ?? 'circle', dash: armDashes[place] ?? 'solid' }
}

const sortedEntries = (arm: Arm): [string, Level][] => Object.entries(arm).sort(([a], [b]) => (a < b ? -1 : 1))

/** One text per arm, whatever the order of its factors. */
export const armKey = (arm: Arm): string => JSON.stringify(sortedEntries(arm))

/** `fast`, or `fabric=fast, zero_stage=2` when several factors vary. */
export const armLabel = (arm: Arm): string => {
  const entries = Object.entries(arm)
  if (entries.length === 0) return '–'
  return entries.length === 1 ? String(entries[0]?.[1]) : entries.map(([factor, level]) => `${factor}=${level}`).join(', ')
}

const outlines: Record<ArmSymbol, string> = {
  circle: 'M5 1a4 4 0 1 0 .001 0Z',
  square: 'M1.5 1.5h7v7h-7Z',
  'triangle-up': 'M5 1 9.3 8.8H.7Z',
  diamond: 'M5 .4 9.6 5 5 9.6.4 5Z',
  cross: 'M3.6.8h2.8v2.8h2.8v2.8H6.4v2.8H3.6V6.4H.8V3.6h2.8Z',
  'triangle-down': 'M5 9 .7 1.2h8.6Z',
  star: 'm5 .3 1.4 3.1 3.4.4-2.5 2.3.7 3.3L5 7.7 2 9.4l.7-3.3L.2 3.8l3.4-.4Z',
  hexagon: 'M5 .4 9 2.7v4.6L5 9.6 1 7.3V2.7Z',
}

/** The arm's marker: shape and colour together, never colour alone. */
export const ArmMark = ({ index }: { index: number }) => {
  const { colour, symbol } = armStyle(index)
  return (
    <svg className="arm-mark" width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
      <path d={outlines[symbol]} fill={colour} />
    </svg>
  )
}
