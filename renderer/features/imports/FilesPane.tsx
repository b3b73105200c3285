import { useMemo, useRef, useState, type ReactNode } from 'react'
import type { ImportFilter, StagedFile } from '../../../preload/contract/imports'
import { BulkBar } from './BulkBar'
import { factorNames, levelsOf, type ImportDraft } from './draft'
import { FactorHead } from './FactorHead'
import { FileTable } from './FileTable'
import { filterCounts, filtered } from './filter'
import { sharedChars } from './paths'
import { FilterBar } from './FilterBar'
import { within, type Selection } from './selection'
import type { ImportSummary } from './summary'
import { useImports } from './state'
import { useDraftActions } from './useDraftActions'

interface FilesPaneProps {
  /** It is being stored: to be seen, not to be changed. */
  locked: boolean
  files: readonly StagedFile[]
  draft: ImportDraft
  summary: ImportSummary
  selection: Selection
  onSelection: (selection: Selection) => void
  onReadAs: (paths: readonly string[], probe: string | null) => void
  /** Stands above the table. */
  children: ReactNode
}

/** The table of files with its filter and what can be done to what is selected. */
export const FilesPane = ({ locked, files, draft, summary, selection: asked, onSelection, onReadAs, children }: FilesPaneProps) => {
  const form = useRef<HTMLFormElement>(null)
  const [filter, setFilter] = useState<ImportFilter>('all')
  const [find, setFind] = useState('')
  const [chosenFactor, setFactor] = useState<string | null>(null)
  const past = useImports((state) => state.past.length)
  const actions = useDraftActions(files)
  const counts = useMemo(() => filterCounts(files), [files])
  const factors = useMemo(() => factorNames(draft, files), [draft, files])
  const shown = useMemo(() => filtered(files, filter, find), [files, filter, find])
  const selection = useMemo(() => within(asked, new Set(shown.map(({ path }) => path))), [asked, shown])
  const hidden = useMemo(() => sharedChars(files.map(({ path }) => path)), [files])
  const places = useMemo(() => new Map(summary.arms.map(({ key }, index) => [key, index])), [summary])
  const factor = chosenFactor !== null && factors.includes(chosenFactor) ? chosenFactor : (factors[0] ?? null)
  const levels = useMemo(() => (factor === null ? [] : levelsOf(draft, files, factor)), [draft, files, factor])
  const edit = (wantedFactor?: string): void => {
    if (wantedFactor !== undefined) setFactor(wantedFactor)
    form.current?.querySelector('input')?.focus()
  }
  return (
    <div className="import-bench" inert={locked}>
      {children}
      <FilterBar counts={counts} filter={filter} onFilter={setFilter} find={find} onFind={setFind} />
      <FileTable
        files={shown}
        draft={draft}
        factors={factors}
        factorHead={(name) => (
          <FactorHead factor={name} taken={factors} onRename={(to) => actions.rename(name, to)} onRemove={() => actions.remove(name)} />
        )}
        places={places}
        hidden={hidden}
        showLaunch={files.some(({ launch }) => launch !== null)}
        selection={selection}
        onSelection={onSelection}
        onWanted={actions.wanted}
        onEdit={edit}
        onUndo={actions.undo}
      />
      <BulkBar
        selected={selection.keys.size}
        factors={factors}
        factor={factor}
        onFactor={setFactor}
        levels={levels}
        onLevel={(level) => factor !== null && actions.level(selection.keys, factor, level)}
        onWanted={(on) => actions.wanted(selection.keys, on)}
        onAddFactor={(name) => {
          actions.add(name)
          setFactor(name)
        }}
        onReadAs={(probe) => onReadAs([...selection.keys], probe)}
        canUndo={past > 0}
        onUndo={actions.undo}
        form={form}
      />
    </div>
  )
}
