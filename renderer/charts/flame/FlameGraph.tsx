import { Table2, Undo2 } from 'lucide-react'
import { useCallback, useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type ReactNode, type RefObject } from 'react'
import { useT } from '../../messages'
import { Button } from '../../ui/Button'
import { TextField } from '../../ui/Field'
import { Select } from '../../ui/Select'
import '../../styles/charts.css'
import '../../styles/flame.css'
import { percentText } from '../digits'
import { FigureTableView } from '../FigureTableView'
import { FlameBoxes } from './FlameBoxes'
import { Legend } from './Legend'
import { boxesOf, findFrames, foundShare, moveFrom, shapeOf, type Move, type Shape } from './layout'
import type { FlamePicture, FlameWords } from './picture'

const moves: Partial<Record<string, Move>> = { ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'left', ArrowRight: 'right' }

/** Width of the element in whole pixels, kept up to date. */
const useWidth = (element: RefObject<HTMLElement | null>): number => {
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const target = element.current
    if (!target) return undefined
    const observer = new ResizeObserver(() => setWidth(target.clientWidth))
    observer.observe(target)
    return () => observer.disconnect()
  }, [element])
  return width
}

const matchedText = (picture: FlamePicture, shape: Shape, found: ReadonlySet<number>, words: FlameWords): string => {
  if (found.size === 0) return words.matchedNone
  const shares = picture.measures.map(({ shares }) => percentText(foundShare(shape, shares, found)))
  return words.matched(shares.join(' → '))
}

interface FlameGraphProps {
  picture: FlamePicture
  /** Beside the button that shows the table. */
  actions?: ReactNode
  /** Chosen before the search: which arms. */
  choice?: ReactNode
}

/** What is enlarged and what is selected, with every way to change it. */
const useWalk = (shape: Shape, weights: readonly number[], width: number) => {
  const [zoom, setZoom] = useState(0)
  const [selected, setSelected] = useState(0)
  const boxes = useMemo(() => (width > 0 ? boxesOf(shape, weights, zoom, width) : []), [shape, weights, zoom, width])
  const open = useCallback((place: number) => {
    setZoom(place)
    setSelected(place)
  }, [])
  const onKey = useCallback(
    (event: KeyboardEvent) => {
      const move = moves[event.key]
      if (move) setSelected((place) => moveFrom(shape, boxes, place, move))
      else if (event.key === 'Enter' || event.key === ' ') setZoom(selected)
      else if (event.key === 'Escape' && zoom > 0) open(shape.parent[zoom] as number)
      else if (event.key === 'Home') open(0)
      else return
      event.preventDefault()
      event.stopPropagation()
    },
    [shape, boxes, selected, zoom, open],
  )
  return { zoom, selected, boxes, open, onKey }
}

/** A flame graph with search, enlarging and its table; the root on top. */
export const FlameGraph = ({ picture, actions, choice }: FlameGraphProps) => {
  const t = useT()
  const words = t.flame
  const title = useId()
  const element = useRef<HTMLDivElement>(null)
  const width = useWidth(element)
  const [asTable, setAsTable] = useState(false)
  const [search, setSearch] = useState('')
  const [hovered, setHovered] = useState<number | null>(null)
  const [measureId, setMeasureId] = useState<string | null>(null)
  const { frames, measures } = picture
  const measure = measures.find(({ id }) => id === measureId) ?? measures[picture.initial] ?? measures[0]
  const shape = useMemo(() => shapeOf(frames.map(({ depth }) => depth)), [frames])
  const found = useMemo(
    () =>
      findFrames(
        frames.map(({ name }) => name),
        search,
      ),
    [frames, search],
  )
  const { zoom, selected, boxes, open, onKey } = useWalk(shape, measure?.shares ?? [], width)
  return (
    <figure className="chart flame" aria-labelledby={title}>
      <div className="chart-head">
        <div>
          <h2 id={title}>{picture.title}</h2>
          <p className="muted small">{picture.subtitle}</p>
        </div>
        <span className="line flame-actions">
          {actions}
          <Button kind="quiet" aria-pressed={asTable} icon={<Table2 size={14} aria-hidden />} onPress={() => setAsTable(!asTable)}>
            {asTable ? t.charts.hideTable : t.charts.showTable}
          </Button>
        </span>
      </div>
      <div className="flame-bar">
        {choice}
        <TextField label={words.find} hideLabel value={search} placeholder={words.find} onChange={setSearch} />
        {measures.length > 1 ? (
          <Select
            label={words.width}
            value={measure?.id ?? null}
            onChange={setMeasureId}
            options={measures.map(({ id, label }) => ({ value: id, label }))}
          />
        ) : null}
        <span className="muted small number" role="status">
          {search.trim() === '' ? '' : matchedText(picture, shape, found, words)}
        </span>
        {zoom > 0 ? (
          <Button kind="quiet" icon={<Undo2 size={14} aria-hidden />} onPress={() => open(0)}>
            {words.whole}
          </Button>
        ) : null}
      </div>
      <div ref={element} className="flame-scroll">
        <FlameBoxes
          label={`${picture.title} ${words.keys}`}
          boxes={boxes}
          frames={frames}
          found={found}
          selected={selected}
          width={width}
          onHover={setHovered}
          onOpen={open}
          onKey={onKey}
        />
      </div>
      <p className="flame-said number">{frames[hovered ?? selected]?.said}</p>
      <Legend legend={picture.legend} />
      <p className="muted small">
        {picture.caption} {words.keys}
      </p>
      {picture.notes.map((note) => (
        <p key={note} className="muted small">
          {note}
        </p>
      ))}
      {asTable ? <FigureTableView table={picture.table} caption={picture.title} /> : null}
    </figure>
  )
}
