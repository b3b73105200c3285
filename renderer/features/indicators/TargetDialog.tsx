import { useState, type FormEvent } from 'react'
import type { IndicatorRow, TargetChange } from '../../../preload/contract/indicators'
import { useAction } from '../../app/api'
import { figureText, sideText } from '../../charts/indicator-text'
import { significant } from '../../charts/digits'
import { useT } from '../../messages'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { TextField } from '../../ui/Field'
import { ProblemView } from '../../ui/Problem'
import { useToasts } from '../../ui/Toast'
import { fieldScale, fieldText, readField } from './target-field'

/** Changes the target of one indicator, takes it away, or takes the default again; a toast offers to undo it. */
export const TargetDialog = ({ row, onClose }: { row: IndicatorRow; onClose: () => void }) => {
  const t = useT()
  const words = t.indicators.dialog
  const [scale] = useState(() => fieldScale(row))
  const [text, setText] = useState(() => fieldText(row.target.value, scale))
  const [tried, setTried] = useState(false)
  const action = useAction('indicators.setTarget')
  const undo = useAction('indicators.setTarget')
  const toast = useToasts((state) => state.shown)
  const read = readField(text, row, scale)
  const error = read.ok ? null : read.most === null ? words.invalid : words.tooLarge(`${significant(read.most)} ${scale.name}`)
  const change = async (value: TargetChange['value']): Promise<void> => {
    const outcome = await action.run({ id: row.id, value })
    if (!outcome.ok) return
    onClose()
    toast({ text: words.changed(row.title), undo: () => void undo.run(outcome.value) })
  }
  const save = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (read.ok) void change(read.value)
  }
  return (
    <Dialog title={words.title(row.title)} open onClose={onClose}>
      <form className="stack-wide" onSubmit={save}>
        <p className="muted">{row.definition}</p>
        <TextField
          label={words.value(sideText(row.target.side))}
          units={scale.name}
          value={text}
          onChange={setText}
          inputMode="decimal"
          autoFocus
          help={words.help}
          error={tried ? error : null}
        />
        {action.failure ? <ProblemView problem={action.failure} compact /> : null}
        <div className="dialog-actions target-actions">
          {row.target.edited ? (
            <Button kind="quiet" isDisabled={action.pending} onPress={() => void change('default')}>
              {words.reset(row.target.default === null ? t.indicators.noTarget : figureText(row.target.default, row.unit, 4))}
            </Button>
          ) : null}
          {row.target.value === null ? null : (
            <Button kind="quiet" isDisabled={action.pending} onPress={() => void change(null)}>
              {words.none}
            </Button>
          )}
          <Button onPress={onClose}>{t.common.cancel}</Button>
          <Button kind="primary" type="submit" isDisabled={action.pending}>
            {words.save}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
