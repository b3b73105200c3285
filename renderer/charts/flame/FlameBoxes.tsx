import { memo, useId, type KeyboardEvent, type MouseEvent } from 'react'
import type { Frame } from './picture'
import { labelIn } from './label'
import type { Box } from './layout'

export const rowHeight = 20
/** Mean width of a character of the small text, pixels: rather too wide, so that no text leaves its box. */
const characterWidth = 7.2
const padding = 4

const roomIn = (width: number): number => Math.floor((width - 2 * padding) / characterWidth)

const classOf = (box: Box, frame: Frame, found: ReadonlySet<number>): string =>
  [
    'flame-box',
    `flame-${frame.tone}`,
    box.isAbove ? 'flame-above' : '',
    found.size > 0 ? (found.has(box.place) ? 'flame-found' : 'flame-other') : '',
  ]
    .filter(Boolean)
    .join(' ')

interface BoxProps {
  id: string
  box: Box
  frame: Frame
  className: string
  selected: boolean
}

const FlameBox = ({ id, box, frame, className, selected }: BoxProps) => {
  const { x, width, row, place } = box
  // A hair between neighbours, except where the box would vanish.
  const drawn = Math.max(width - (width > 3 ? 1 : 0.2), 0.6)
  return (
    <g
      id={id}
      className={className}
      role="treeitem"
      aria-level={frame.depth + 1}
      aria-selected={selected}
      aria-label={frame.said}
      data-place={place}
      style={{ '--amount': `${Math.round(frame.amount * 100)}%` } as React.CSSProperties}
    >
      <rect x={x} y={row * rowHeight} width={drawn} height={rowHeight - 1} />
      {selected ? (
        <rect className="flame-selected" x={x + 1} y={row * rowHeight + 1} width={Math.max(drawn - 2, 0.6)} height={rowHeight - 3} />
      ) : null}
    </g>
  )
}

interface FlameBoxesProps {
  label: string
  boxes: readonly Box[]
  frames: readonly Frame[]
  found: ReadonlySet<number>
  selected: number
  width: number
  onHover: (place: number | null) => void
  onOpen: (place: number) => void
  onKey: (event: KeyboardEvent) => void
}

const placeAt = (event: MouseEvent): number | null => {
  const box = event.target instanceof Element ? event.target.closest('[data-place]') : null
  return box instanceof SVGElement ? Number(box.dataset['place']) : null
}

/** The boxes; one place in the tab order, arrow keys inside. */
const Boxes = ({ label, boxes, frames, found, selected, width, onHover, onOpen, onKey }: FlameBoxesProps) => {
  const id = useId()
  const rows = boxes.reduce((most, { row }) => Math.max(most, row + 1), 1)
  const isDrawn = boxes.some(({ place }) => place === selected)
  return (
    <svg
      className="flame-boxes"
      role="tree"
      aria-label={label}
      {...(isDrawn ? { 'aria-activedescendant': `${id}${selected}` } : {})}
      tabIndex={0}
      width={width}
      height={rows * rowHeight}
      onMouseMove={(event) => onHover(placeAt(event))}
      onMouseLeave={() => onHover(null)}
      onClick={(event) => {
        const place = placeAt(event)
        if (place !== null) onOpen(place)
      }}
      onKeyDown={onKey}
    >
      {boxes.map((box) => {
        const frame = frames[box.place]
        return frame ? (
          <FlameBox
            key={box.place}
            id={`${id}${box.place}`}
            box={box}
            frame={frame}
            className={classOf(box, frame, found)}
            selected={box.place === selected}
          />
        ) : null
      })}
      {/* Names are cut where their box ends; the items' labels have them whole. */}
      <g aria-hidden>
        {boxes.map(({ place, x, width, row }) => {
          const text = frames[place] ? labelIn(frames[place], roomIn(width)) : ''
          return text === '' ? null : (
            <text key={place} x={x + padding} y={row * rowHeight + 14}>
              {text}
            </text>
          )
        })}
      </g>
    </svg>
  )
}

export const FlameBoxes = memo(Boxes)
