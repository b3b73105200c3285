import type { CSSProperties } from 'react'
import '../../styles/flame.css'
import { labelIn } from './label'
import type { Box } from './layout'
import { Legend } from './Legend'
import type { FlamePicture } from './picture'

/** Rows from the top that a page has room for beside its text. */
export const rowsDrawn = 34
const rowPx = 16
/** Mean width of a character at this size, pixels: rather too wide, so that no text leaves its box. */
const characterPx = 6
const paddingPx = 3

/** The top of a flame graph on paper: vectors, nothing to press; an outline says in grey what the colour says. */
export const PaperFlame = ({ picture, boxes, width }: { picture: FlamePicture; boxes: readonly Box[]; width: number }) => {
  const drawn = boxes.filter(({ row }) => row < rowsDrawn)
  const rows = drawn.reduce((most, { row }) => Math.max(most, row + 1), 1)
  return (
    <>
      <svg className="flame-paper" role="img" aria-label={`${picture.title} ${picture.caption}`} width={width} height={rows * rowPx}>
        {drawn.map(({ place, x, width: across, row }) => {
          const frame = picture.frames[place]
          if (!frame) return null
          const text = labelIn(frame, Math.floor((across - 2 * paddingPx) / characterPx))
          return (
            <g key={place} className={`flame-${frame.tone}`} style={{ '--amount': `${Math.round(frame.amount * 100)}%` } as CSSProperties}>
              <rect x={x + 0.5} y={row * rowPx + 0.5} width={Math.max(across - 1, 0.6)} height={rowPx - 2} />
              {text === '' ? null : (
                <text x={x + paddingPx} y={row * rowPx + 11}>
                  {text}
                </text>
              )}
            </g>
          )
        })}
      </svg>
      <Legend legend={picture.legend} />
    </>
  )
}
