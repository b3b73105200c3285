/** Count, sum, least and greatest of each column's values over the launches of one kernel. */
export class Tallies {
  count = new Float64Array(0)
  sum = new Float64Array(0)
  least = new Float64Array(0)
  greatest = new Float64Array(0)

  /** Makes room for that many columns. */
  hold(columns: number): void {
    if (columns <= this.count.length) return
    const grown = (old: Float64Array, empty: number): Float64Array<ArrayBuffer> => {
      const next = new Float64Array(columns).fill(empty)
      next.set(old)
      return next
    }
    this.count = grown(this.count, 0)
    this.sum = grown(this.sum, 0)
    this.least = grown(this.least, Infinity)
    this.greatest = grown(this.greatest, -Infinity)
  }

  add(column: number, value: number): void {
    this.count[column] = (this.count[column] ?? 0) + 1
    this.sum[column] = (this.sum[column] ?? 0) + value
    if (value < (this.least[column] ?? 0)) this.least[column] = value
    if (value > (this.greatest[column] ?? 0)) this.greatest[column] = value
  }
  /** `add` for every column whose state is 1, without a call per value. */
  addRow(values: Float64Array, states: Uint8Array): void {
    const { count, sum, least, greatest } = this
    for (let column = 0; column < values.length; column += 1) {
      if (states[column] !== 1) continue
      const value = values[column] as number
      count[column] = (count[column] as number) + 1
      sum[column] = (sum[column] as number) + value
      if (value < (least[column] as number)) least[column] = value
      if (value > (greatest[column] as number)) greatest[column] = value
    }
  }
}
