/** Holm's step-down adjusted p values, in the order of the input; each can be compared with alpha directly. */
export const holm = (ps: readonly number[]): number[] => {
  const order = ps.map((p, index) => ({ p, index })).sort((left, right) => left.p - right.p)
  const adjusted = new Array<number>(ps.length).fill(1)
  let largest = 0
  for (const [rank, { p, index }] of order.entries()) {
    largest = Math.max(largest, Math.min(1, p * (ps.length - rank)))
    adjusted[index] = largest
  }
  return adjusted
}
