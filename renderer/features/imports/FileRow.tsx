import { CircleAlert, CircleX, Copy, FileQuestion } from 'lucide-react'
import type { ReactNode } from 'react'
import type { StagedFile } from '../../../preload/contract/imports'
import type { Arm } from '../../../preload/contract/plan'
import { useFormats, useT } from '../../messages'
import { Badge } from '../../ui/Badge'
import { useAdvice } from '../../ui/Problem'
import { ArmMark } from '../../ui/arms'
import { neutralise } from '../../ui/sanitise'
import { isStorable, levelOf } from './draft'
import { splitPath } from './paths'
import { valuesIn } from './summary'

const Recognised = ({ file }: { file: StagedFile }) => {
  const t = useT()
  const [first, ...more] = file.recognised
  if (!first) return <span className="muted">{file.state === 'waiting' ? t.imports.notRead : t.imports.notRecognised}</span>
  const tool = [first.tool.name, first.tool.version ?? ''].filter(Boolean).join(' ')
  return (
    <>
      {neutralise(first.probe)} <span className="units">{neutralise(tool)}</span>
      {more.length > 0 ? <span className="units"> {t.imports.moreResults(more.length)}</span> : null}
    </>
  )
}

/** The most telling thing to say about a file in one line. */
export const Remark = ({ file }: { file: StagedFile }) => {
  const t = useT()
  const problem = file.problem ?? file.recognised.find((result) => result.problem)?.problem ?? null
  const advice = useAdvice(problem)
  const warnings = file.recognised.reduce((sum, result) => sum + result.warnings.length, 0)
  if (file.state === 'unrecognised') {
    return (
      <Badge tone="caution" icon={<FileQuestion size={14} aria-hidden />}>
        <span className="truncate">{advice?.title}</span>
      </Badge>
    )
  }
  if (file.duplicate || file.sameAs !== null) {
    return (
      <Badge tone="quiet" icon={<Copy size={14} aria-hidden />}>
        <span className="truncate">
          {file.duplicate ? t.imports.storedAlready : t.imports.sameAs(neutralise(splitPath(file.sameAs ?? '').name))}
        </span>
      </Badge>
    )
  }
  if (advice) {
    return (
      <Badge tone="wrong" icon={<CircleX size={14} aria-hidden />}>
        <span className="truncate">{advice.title}</span>
      </Badge>
    )
  }
  return warnings > 0 ? (
    <Badge tone="caution" icon={<CircleAlert size={14} aria-hidden />}>
      {t.imports.warnings(warnings)}
    </Badge>
  ) : null
}

export interface RowProps {
  file: StagedFile
  arm: Arm
  /** Place of the arm among the arms; null: the file is not stored. */
  place: number | null
  wanted: boolean
  factors: readonly string[]
  showLaunch: boolean
  /** Characters of the path that all files share and that need not be said. */
  hidden: number
  onWanted: (on: boolean) => void
  onEdit: (factor: string) => void
}

const Cell = ({ className = '', title, children }: { className?: string; title?: string; children: ReactNode }) => (
  <div role="gridcell" className={`import-cell ${className}`} title={title}>
    {children}
  </div>
)

/** The cells of one file. */
export const FileCells = ({ file, arm, place, wanted, factors, showLaunch, hidden, onWanted, onEdit }: RowProps) => {
  const t = useT()
  const formats = useFormats()
  const path = neutralise(file.path)
  const { folder, name } = splitPath(neutralise(file.path.slice(hidden)))
  return (
    <>
      <Cell className="import-wanted">
        {isStorable(file) ? (
          <input
            type="checkbox"
            tabIndex={-1}
            checked={wanted}
            aria-label={t.imports.wantedOf(path)}
            onClick={(event) => event.stopPropagation()}
            onChange={(event) => onWanted(event.target.checked)}
          />
        ) : null}
      </Cell>
      <Cell className="import-path" title={path}>
        <span className="import-folder">
          <bdi>{folder}</bdi>
        </span>
        <span className="import-name">{name}</span>
      </Cell>
      <Cell>
        <Recognised file={file} />
      </Cell>
      <Cell className="right number">{isStorable(file) ? formats.number(valuesIn(file), 9) : ''}</Cell>
      {showLaunch ? <Cell className="units">{file.rank === null || file.launch === null ? '' : t.imports.rank(file.rank)}</Cell> : null}
      {factors.map((factor, index) => {
        const level = levelOf(arm, factor)
        return (
          <div key={factor} role="gridcell" className="import-cell import-level" onDoubleClick={() => onEdit(factor)}>
            {index === 0 && place !== null ? <ArmMark index={place} /> : null}
            {level === null ? <span className="import-nolevel">–</span> : neutralise(String(level))}
          </div>
        )
      })}
      <Cell>
        <Remark file={file} />
      </Cell>
    </>
  )
}
