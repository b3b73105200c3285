export type BenchRow = {
  what: string
  ours: number
  peer: number | null
  unit: string
  ratio: number | null
  bar: string
  pass: boolean | null
}
