import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, type CSSProperties, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react'
import type { StagedFile } from '../../../preload/contract/imports'
import { useT } from '../../messages'
import { armKey } from '../../ui/arms'
import { armOf, isWanted, type ImportDraft } from './draft'
import { FileCells } from './FileRow'
import { clicked, keyed, type Selection } from './selection'

const rowHeightPx = 28

interface FileTableProps {
  files: readonly StagedFile[]
  draft: ImportDraft
  factors: readonly string[]
  /** Head of a factor's column. */
  factorHead: (factor: string) => ReactNode
  /** Arm key -> place among the arms that are stored. */
  places: ReadonlyMap<string, number>
  showLaunch: boolean
  /** Characters of every path that are not shown. */
  hidden: number
  selection: Selection
  onSelection: (selection: Selection) => void
  onWanted: (paths: ReadonlySet<string>, on: boolean) => void
  /** Asks for a level of the selected files; without a factor, of the one chosen last. */
  onEdit: (factor?: string) => void
  onUndo: () => void
}

/** Widths of the columns, for head and rows alike. */
const template = (factors: number, showLaunch: boolean): string =>
  [
    '20px',
    'minmax(150px, 2fr)',
    'minmax(116px, 1.4fr)',
    '52px',
    ...(showLaunch ? ['56px'] : []),
    ...Array.from({ length: factors }, () => 'minmax(92px, 0.9fr)'),
    'minmax(140px, 1.5fr)',
  ].join(' ')

const rowId = (index: number): string => `import-row-${index}`

const modifiers = (event: KeyboardEvent | MouseEvent) => ({ shift: event.shiftKey, command: event.ctrlKey || event.metaKey })

const Head = ({ factors, factorHead, showLaunch }: Pick<FileTableProps, 'factors' | 'factorHead' | 'showLaunch'>) => {
  const t = useT()
  const c = t.imports.columns
  const head = (key: string, content: ReactNode, className = ''): ReactNode => (
    <div key={key} role="columnheader" className={`import-cell ${className}`}>
      {content}
    </div>
  )
  return (
    <div role="rowgroup" className="import-head">
      <div role="row" aria-rowindex={1} className="import-row">
        {head('wanted', <span className="visually-hidden">{c.wanted}</span>)}
        {head('path', c.path)}
        {head('recognised', c.recognised)}
        {head('values', c.values, 'right')}
        {showLaunch ? head('launch', c.launch) : null}
        {factors.map((factor) => head(factor, factorHead(factor)))}
        {head('remark', c.remark)}
      </div>
    </div>
  )
}

/** Every file of the import as a grid that the keyboard can walk; only the rows in sight are in the page. */
export const FileTable = (props: FileTableProps) => {
  'use no memo' // the virtualizer mutates itself between renders
  const { files, draft, factors, selection, onSelection, onWanted, onEdit } = props
  const t = useT()
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: files.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeightPx,
    // The head is stuck over the first row's height.
    scrollPaddingStart: rowHeightPx,
    overscan: 12,
  })
  useEffect(() => {
    // Who opened the files by the keyboard goes on in the table; a focus that is somewhere stays there.
    const { activeElement } = document
    if (activeElement === document.body || activeElement?.tagName === 'MAIN') scroller.current?.focus()
  }, [])
  const visible = files.map(({ path }) => path)
  const cursor = selection.cursor === null ? -1 : visible.indexOf(selection.cursor)

  const pressed = (event: KeyboardEvent): void => {
    if (event.target !== scroller.current) return
    const keys = modifiers(event)
    const act = (): boolean => {
      const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeightPx) - 2)
      const next = keyed(selection, visible, event.key, keys, page)
      if (next) {
        onSelection(next)
        const place = next.cursor === null ? -1 : visible.indexOf(next.cursor)
        if (place >= 0) virtual.scrollToIndex(place)
        return true
      }
      if (keys.command && event.key.toLowerCase() === 'z') props.onUndo()
      else if (keys.command || selection.keys.size === 0) return false
      else if (event.key === 'Enter') onEdit()
      else if (event.key.toLowerCase() === 'x')
        onWanted(selection.keys, !files.some((file) => selection.keys.has(file.path) && isWanted(draft, file)))
      else return false
      return true
    }
    if (act()) event.preventDefault()
  }

  const rows = virtual.getVirtualItems().flatMap(({ index, start }) => {
    const file = files[index]
    if (!file) return []
    const arm = armOf(draft, file)
    const wanted = isWanted(draft, file)
    const selected = selection.keys.has(file.path)
    return [
      <div
        key={file.path}
        id={rowId(index)}
        role="row"
        aria-rowindex={index + 2}
        aria-selected={selected}
        className="import-row import-file"
        data-wanted={wanted || undefined}
        data-cursor={index === cursor || undefined}
        style={{ transform: `translateY(${start}px)` }}
        onClick={(event) => onSelection(clicked(selection, visible, file.path, modifiers(event)))}
      >
        <FileCells
          file={file}
          arm={arm}
          place={wanted ? (props.places.get(armKey(arm)) ?? null) : null}
          wanted={wanted}
          factors={factors}
          showLaunch={props.showLaunch}
          hidden={props.hidden}
          onWanted={(on) => onWanted(selected ? selection.keys : new Set([file.path]), on)}
          onEdit={onEdit}
        />
      </div>,
    ]
  })
  return (
    <div
      ref={scroller}
      className="import-table"
      role="grid"
      tabIndex={0}
      aria-label={t.imports.table}
      aria-multiselectable
      aria-rowcount={files.length + 1}
      aria-activedescendant={cursor >= 0 ? rowId(cursor) : undefined}
      onKeyDown={pressed}
      style={{ '--columns': template(factors.length, props.showLaunch) } as CSSProperties}
    >
      <Head factors={factors} factorHead={props.factorHead} showLaunch={props.showLaunch} />
      <div role="rowgroup" className="import-body" style={{ height: virtual.getTotalSize() }}>
        {rows}
      </div>
      {files.length === 0 ? <p className="muted import-none">{t.imports.noneMatch}</p> : null}
    </div>
  )
}
