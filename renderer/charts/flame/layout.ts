/** A tree in preorder, told by depths alone. */
export interface Shape {
  depths: readonly number[]
  /** -1 for the root. */
  parent: Int32Array
  /** First place behind the subtree. */
  end: Int32Array
}

export const shapeOf = (depths: readonly number[]): Shape => {
  const parent = new Int32Array(depths.length).fill(-1)
  const end = new Int32Array(depths.length).fill(depths.length)
  const open: number[] = []
  for (const [place, depth] of depths.entries()) {
    while (open.length > 0 && (depths[open.at(-1) as number] as number) >= depth) end[open.pop() as number] = place
    parent[place] = open.at(-1) ?? -1
    open.push(place)
  }
  return { depths, parent, end }
}

export interface Box {
  place: number
  /** Pixels. */
  x: number
  width: number
  /** Row from the top. */
  row: number
  /** Lies above what is enlarged, and so is drawn over the whole width. */
  isAbove: boolean
}

/** Narrower boxes are not drawn, pixels. */
export const narrowest = 0.8

/** Places from the root down to this one. */
export const pathTo = ({ parent }: Shape, place: number): number[] => {
  const path: number[] = []
  for (let at = place; at >= 0; at = parent[at] as number) path.unshift(at)
  return path
}

/** Boxes of the enlarged subtree, `weights` across; what is too narrow is left out with everything below it. */
export const boxesOf = (shape: Shape, weights: readonly number[], zoom: number, pixels: number): Box[] => {
  const above = pathTo(shape, zoom).slice(0, -1)
  const boxes: Box[] = above.map((place, row) => ({ place, x: 0, width: pixels, row, isAbove: true }))
  const whole = weights[zoom] ?? 0
  if (whole <= 0) return boxes
  const base = shape.depths[zoom] as number
  const cursor: number[] = [0]
  for (let place = zoom; place < (shape.end[zoom] as number);) {
    const level = (shape.depths[place] as number) - base
    const x = cursor[level] ?? 0
    const width = ((weights[place] ?? 0) / whole) * pixels
    cursor[level] = x + width
    cursor[level + 1] = x
    if (width < narrowest) {
      place = shape.end[place] as number
      continue
    }
    boxes.push({ place, x, width, row: above.length + level, isAbove: false })
    place += 1
  }
  return boxes
}

/** Frames whose name holds the text, whatever the case; empty text finds none. */
export const findFrames = (names: readonly string[], text: string): Set<number> => {
  const wanted = text.trim().toLowerCase()
  if (wanted === '') return new Set()
  return new Set(names.flatMap((name, place) => (name.toLowerCase().includes(wanted) ? [place] : [])))
}

/** Share under the found frames, each sample once: a found frame below another counts with that one. */
export const foundShare = (shape: Shape, weights: readonly number[], found: ReadonlySet<number>): number => {
  let sum = 0
  for (let place = 0; place < weights.length;) {
    if (found.has(place)) {
      sum += weights[place] ?? 0
      place = shape.end[place] as number
    } else place += 1
  }
  return sum
}

export type Move = 'up' | 'down' | 'left' | 'right'

/** Where an arrow key leads among the drawn boxes: parent, widest child, neighbour in the row. */
export const moveFrom = (shape: Shape, boxes: readonly Box[], place: number, move: Move): number => {
  const own = boxes.find((box) => box.place === place)
  if (!own) return boxes[0]?.place ?? 0
  if (move === 'up') return boxes.find((box) => box.place === shape.parent[place])?.place ?? place
  if (move === 'down') {
    const children = boxes.filter((box) => shape.parent[box.place] === place)
    return children.reduce<Box | null>((best, box) => (best === null || box.width > best.width ? box : best), null)?.place ?? place
  }
  const row = boxes.filter((box) => box.row === own.row).sort((a, b) => a.x - b.x)
  const at = row.indexOf(own) + (move === 'left' ? -1 : 1)
  return row[at]?.place ?? place
}
