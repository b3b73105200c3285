import { useMemo } from 'react'
import type { StagedFile } from '../../../preload/contract/imports'
import type { Level } from '../../../preload/contract/plan'
import { useT } from '../../messages'
import { useToasts } from '../../ui/Toast'
import { addFactor, removeFactor, renameFactor, setLevel, setWanted } from './draft'
import { useImports } from './state'

export interface DraftActions {
  level(chosen: ReadonlySet<string>, factor: string, level: Level | null): void
  wanted(chosen: ReadonlySet<string>, on: boolean): void
  add(name: string): void
  rename(from: string, to: string): void
  remove(factor: string): void
  undo(): void
}

/** Changes to the draft, each of which can be taken back. */
export const useDraftActions = (files: readonly StagedFile[]): DraftActions => {
  const t = useT()
  const toast = useToasts((state) => state.shown)
  return useMemo(() => {
    const { draftChanged, draftUndone } = useImports.getState()
    return {
      level: (chosen, factor, level) => draftChanged((draft) => setLevel(draft, files, chosen, factor, level)),
      wanted: (chosen, on) => draftChanged((draft) => setWanted(draft, files, chosen, on)),
      add: (name) => draftChanged((draft) => addFactor(draft, name)),
      rename: (from, to) => draftChanged((draft) => renameFactor(draft, files, from, to)),
      remove(factor) {
        draftChanged((draft) => removeFactor(draft, files, factor))
        toast({ text: t.imports.removedFactor(factor), undo: draftUndone })
      },
      undo: draftUndone,
    }
  }, [files, t, toast])
}
