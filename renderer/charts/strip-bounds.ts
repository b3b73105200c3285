import { levelName, levelPlace, type ComparedArm, type Comparison, type ComparisonRow } from './model'
import { boundText, type ChartWords } from './text'
import { armLook, type ChartTheme } from './theme'

/** Room above the strips for one line of bound names. */
export const boundLine = 15

interface Bounded {
  comparison: Comparison
  strip: { rows: ComparisonRow[] }
  arms: ComparedArm[]
  words: ChartWords
  theme: ChartTheme
}

/** A dashed rule for each bound, named above the strips; bounds of the same value share one. */
export const boundMarks = (
  { strip, arms, words, theme, comparison }: Bounded,
  log: boolean,
  middle: number,
): { shapes: object[]; annotations: object[] } => {
  const bounds = new Map<number, { source: string; levels: string[] }>()
  for (const arm of arms) {
    const level = String(arm.level)
    const bound = strip.rows.map((row) => row.bound[level]).find((candidate) => candidate !== undefined)
    if (!bound || bound.value <= 0) continue
    const known = bounds.get(bound.value)
    if (known) known.levels.push(level)
    else bounds.set(bound.value, { source: bound.source, levels: [level] })
  }
  const at = (value: number): number => (log ? Math.log10(value) : value)
  return {
    shapes: [...bounds].map(([value, { levels }]) => ({
      type: 'line',
      xref: 'x',
      yref: 'y domain',
      x0: value,
      x1: value,
      y0: 0,
      y1: 1,
      line: {
        color: levels.length > 1 ? theme.ink2 : armLook(theme, levelPlace(comparison, levels[0] ?? '')).colour,
        width: 1,
        dash: '3px,3px',
      },
    })),
    annotations: [...bounds].map(([value, { source, levels }], index) => ({
      xref: 'x',
      yref: 'y domain',
      x: at(value),
      y: 1,
      yanchor: 'bottom',
      yshift: index * boundLine,
      xanchor: at(value) > middle ? 'right' : 'left',
      text: boundText(
        words,
        source,
        levels.map((level) => levelName(comparison, level)),
      ),
      showarrow: false,
      font: { size: 11, color: theme.ink2 },
    })),
  }
}
