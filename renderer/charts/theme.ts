import { armColours, armDashes, armSymbols } from '../ui/arms'

/** Plotly cannot read CSS variables, so a figure gets its colours as values. */
export interface ChartTheme {
  paper: string
  ink: string
  ink2: string
  rule: string
  arms: readonly string[]
  /** Paper: dash patterns tell the arms apart in grey. */
  print: boolean
  font: string
}

const font = "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
const printFont = "'Noto Sans', 'DejaVu Sans', system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"

export const themes = {
  light: { paper: '#fbfbf9', ink: '#191c20', ink2: '#555b63', rule: '#dddedb', arms: armColours.light, print: false, font },
  dark: { paper: '#15181c', ink: '#e6e8ea', ink2: '#a9b0b8', rule: '#2d3339', arms: armColours.dark, print: false, font },
  print: { paper: '#ffffff', ink: '#111111', ink2: '#444444', rule: '#d5d5d5', arms: armColours.light, print: true, font: printFont },
} as const satisfies Record<string, ChartTheme>

/** The window's theme with its colours read from the CSS variables of the document. */
export const themeOf = (root: HTMLElement): ChartTheme => {
  const dark = root.dataset['theme'] === 'dark'
  const style = getComputedStyle(root)
  const value = (name: string, fallback: string): string => style.getPropertyValue(name).trim() || fallback
  const base = dark ? themes.dark : themes.light
  return {
    ...base,
    paper: value('--paper', base.paper),
    ink: value('--ink', base.ink),
    ink2: value('--ink-2', base.ink2),
    rule: value('--rule', base.rule),
    arms: base.arms.map((colour, index) => value(`--arm-${index + 1}`, colour)),
  }
}

export interface ArmLook {
  colour: string
  symbol: string
  dash: string
}

/** Colour, marker and dash of the arm at this place (0-based). */
export const armLook = (theme: ChartTheme, index: number): ArmLook => ({
  colour: theme.arms[index % theme.arms.length] ?? theme.ink,
  symbol: armSymbols[index % armSymbols.length] ?? 'circle',
  dash: armDashes[index % armDashes.length] ?? 'solid',
})

/** `#rrggbb` with an opacity of 0 to 1. */
export const faded = (hex: string, opacity: number): string => {
  const number = Number.parseInt(hex.slice(1), 16)
  return `rgba(${number >> 16}, ${(number >> 8) & 255}, ${number & 255}, ${opacity})`
}
