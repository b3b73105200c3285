import type { LabHostState } from '../state'

/** Ranks of one launch: where they run and which variables the far ones see. */
export interface RankLayout {
  /** One entry per rank, in rank order. */
  hosts: LabHostState[]
  /** What `-x` forwards; null: started without mpirun. */
  forwarded: Record<string, string> | null
}
