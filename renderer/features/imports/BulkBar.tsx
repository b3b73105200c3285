import { ChevronDown, Plus, Undo2 } from 'lucide-react'
import { useId, useState, type FormEvent, type RefObject } from 'react'
import { Button as AriaButton, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components'
import type { Level } from '../../../preload/contract/plan'
import { useQuery } from '../../app/api'
import { useLanguage, useT } from '../../messages'
import { Button } from '../../ui/Button'
import { TextField } from '../../ui/Field'
import { Select } from '../../ui/Select'
import { readLevel } from '../../ui/levels'
import { FactorDialog } from './FactorDialog'

const maxLevelChars = 64

interface BulkBarProps {
  selected: number
  factors: readonly string[]
  factor: string | null
  onFactor: (factor: string) => void
  /** Levels that the chosen factor has so far. */
  levels: readonly Level[]
  /** Null takes the factor from the selected files. */
  onLevel: (level: Level | null) => void
  onWanted: (on: boolean) => void
  onAddFactor: (name: string) => void
  /** Reads the selected files again, with this probe's formats or, with null, by content. */
  onReadAs: (probe: string | null) => void
  canUndo: boolean
  onUndo: () => void
  form: RefObject<HTMLFormElement | null>
}

const ReadAs = ({ disabled, onReadAs }: { disabled: boolean; onReadAs: BulkBarProps['onReadAs'] }) => {
  const t = useT()
  const probes = useQuery('probes.readers', { lang: useLanguage() }).data ?? []
  const byContent = ' content'
  return (
    <MenuTrigger>
      <AriaButton className="button button-plain" isDisabled={disabled}>
        {t.imports.readAs}
        <ChevronDown size={14} aria-hidden />
      </AriaButton>
      <Popover className="popover" placement="top end">
        <Menu aria-label={t.imports.readAs} onAction={(key) => onReadAs(key === byContent ? null : String(key))}>
          <MenuItem id={byContent} className="option">
            {t.imports.byContent}
          </MenuItem>
          {probes.map(({ id, title }) => (
            <MenuItem key={id} id={id} textValue={id} className="option">
              {id} <span className="end small">{title}</span>
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  )
}

const LevelForm = (props: BulkBarProps) => {
  const { selected, factors, factor, onFactor, levels, onLevel } = props
  const t = useT()
  const [text, setText] = useState('')
  const listId = useId()
  const level = text.trim()
  const tooLong = level.length > maxLevelChars
  const ready = selected > 0 && factor !== null && level !== '' && !tooLong
  const send = (event: FormEvent): void => {
    event.preventDefault()
    if (!ready) return
    onLevel(readLevel(level))
    setText('')
  }
  return (
    <form className="import-level-form" onSubmit={send} ref={props.form}>
      <Select
        label={t.imports.factor}
        hideLabel
        placeholder={t.imports.factor}
        value={factor}
        onChange={onFactor}
        options={factors.map((name) => ({ value: name, label: name }))}
      />
      <span aria-hidden>=</span>
      <TextField
        label={t.imports.level}
        hideLabel
        placeholder={t.imports.level}
        value={text}
        onChange={setText}
        error={tooLong ? t.imports.levelLong : null}
        list={listId}
        mono
      />
      <datalist id={listId}>
        {levels.map((each) => (
          <option key={String(each)} value={String(each)} />
        ))}
      </datalist>
      <Button type="submit" isDisabled={!ready}>
        {selected === 0 ? t.imports.set : t.imports.setFor(selected)}
      </Button>
      <Button kind="quiet" isDisabled={selected === 0 || factor === null} onPress={() => onLevel(null)}>
        {t.imports.clear}
      </Button>
    </form>
  )
}

/** What can be done to the selected files, all at once. */
export const BulkBar = (props: BulkBarProps) => {
  const t = useT()
  const none = props.selected === 0
  const [adding, setAdding] = useState(false)
  return (
    <div className="import-bulk">
      <LevelForm {...props} />
      <div className="import-tools">
        <Button icon={<Plus size={14} aria-hidden />} onPress={() => setAdding(true)}>
          {t.imports.addFactor}
        </Button>
        <Button isDisabled={none} onPress={() => props.onWanted(true)}>
          {t.imports.include}
        </Button>
        <Button isDisabled={none} onPress={() => props.onWanted(false)}>
          {t.imports.exclude}
        </Button>
        <ReadAs disabled={none} onReadAs={props.onReadAs} />
        <Button icon={<Undo2 size={14} aria-hidden />} isDisabled={!props.canUndo} onPress={props.onUndo}>
          {t.imports.undoStep}
        </Button>
      </div>
      <p className="muted small import-keys">
        <span role="status">{none ? t.imports.selectNone : t.imports.selected(props.selected)}</span> {t.imports.keys}
      </p>
      <FactorDialog
        title={t.imports.addTitle}
        confirmLabel={t.common.add}
        start=""
        taken={props.factors}
        open={adding}
        onClose={() => setAdding(false)}
        onName={props.onAddFactor}
      />
    </div>
  )
}
