import { useCallback } from 'react'
import type { ImportRecord } from '../../../preload/contract/imports'
import { useAction, useApi } from '../../app/api'
import { useT } from '../../messages'
import { useToasts } from '../../ui/Toast'
import { useImports } from './state'

export interface UndoImport {
  undo(record: ImportRecord): void
  restore(record: ImportRecord): void
  pending: boolean
}

/** Takes the runs of a finished import out, or back in; each offers the other. */
export const useUndoImport = (): UndoImport => {
  const t = useT()
  const { cache } = useApi()
  const undoing = useAction('imports.undo')
  const restoring = useAction('imports.restore')
  const toast = useToasts((state) => state.shown)
  const settle = useCallback(() => {
    useImports.getState().outcomeForgotten()
    cache.invalidate([{ method: 'imports.list' }, { method: 'experiments.list' }])
  }, [cache])
  const restore = useCallback(
    (record: ImportRecord): void =>
      void restoring.run({ id: record.id }).then((outcome) => {
        settle()
        toast({ text: outcome.ok ? t.imports.restoredToast(outcome.value.runs) : outcome.failure.message })
      }),
    [restoring, settle, toast, t],
  )
  const undo = useCallback(
    (record: ImportRecord): void =>
      void undoing.run({ id: record.id }).then((outcome) => {
        settle()
        if (!outcome.ok) return toast({ text: outcome.failure.message })
        toast({ text: t.imports.undoneToast(outcome.value.runs), undo: () => restore(record) })
      }),
    [undoing, settle, toast, t, restore],
  )
  return { undo, restore, pending: undoing.pending || restoring.pending }
}
