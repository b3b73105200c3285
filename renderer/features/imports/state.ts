import { create } from 'zustand'
import type { ImportOutcome } from '../../../preload/contract/imports'
import type { Problem } from '../../../preload/contract/problem'
import type { Failure } from '../../app/failure'
import { emptyDraft, type ImportDraft } from './draft'

/** Files that leave this window; times in ms. */
export interface Sending {
  state: 'collecting' | 'sending' | 'stopped'
  files: number
  totalFiles: number
  bytes: number
  totalBytes: number
  /** Since the last start; what went before does not count for the rate. */
  startedAt: number
  startedBytes: number
}

/** What an import stored, and the name of the experiment that has it. */
export interface Stored extends ImportOutcome {
  name: string
}

export interface LeftOut {
  path: string
  problem: Problem
}

interface ImportState {
  /** Null: nothing is being imported by this window. */
  id: string | null
  sending: Sending | null
  /** The draft is being stored; nothing can be added until it is. */
  storing: boolean
  failure: Failure | null
  /** Files that could not even be picked up. */
  leftOut: readonly LeftOut[]
  /** Files that were still to be sent when the user went on without them. */
  notSent: number
  draft: ImportDraft
  /** Drafts before the present one, oldest first. */
  past: readonly ImportDraft[]
  /** Grows when what was recognised is to be asked for again. */
  revision: number
  /** The last import that this window stored. */
  outcome: Stored | null
  opened(id: string): void
  closed(outcome: Stored | null): void
  storingChanged(storing: boolean): void
  sendingChanged(sending: Sending | null): void
  failed(failure: Failure | null): void
  fileLeftOut(leftOut: readonly LeftOut[]): void
  restLeft(files: number): void
  draftChanged(change: (draft: ImportDraft) => ImportDraft): void
  draftUndone(): void
  recognisedAnew(): void
  outcomeForgotten(): void
}

/** Steps that can be taken back. */
const maxPast = 100

const fresh = { sending: null, storing: false, failure: null, leftOut: [], notSent: 0, draft: emptyDraft, past: [], revision: 0 }

/** The import that this window is busy with; it goes on while other screens are shown. */
export const useImports = create<ImportState>((set) => ({
  id: null,
  outcome: null,
  ...fresh,
  opened: (id) => set({ id, outcome: null, ...fresh }),
  closed: (outcome) => set({ id: null, outcome, ...fresh }),
  storingChanged: (storing) => set({ storing }),
  sendingChanged: (sending) => set({ sending }),
  failed: (failure) => set({ failure }),
  fileLeftOut: (more) => set(({ leftOut }) => ({ leftOut: [...leftOut, ...more] })),
  restLeft: (files) => set(({ notSent }) => ({ notSent: notSent + files })),
  draftChanged: (change) =>
    set(({ draft, past }) => {
      const next = change(draft)
      return next === draft ? {} : { draft: next, past: [...past.slice(1 - maxPast), draft] }
    }),
  draftUndone: () => set(({ draft, past }) => ({ draft: past.at(-1) ?? draft, past: past.slice(0, -1) })),
  recognisedAnew: () => set(({ revision }) => ({ revision: revision + 1 })),
  outcomeForgotten: () => set({ outcome: null }),
}))
