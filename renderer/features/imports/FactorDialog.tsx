import { useState, type FormEvent } from 'react'
import { useT } from '../../messages'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { TextField } from '../../ui/Field'
import { factorNameFault } from './draft'

interface FactorDialogProps {
  title: string
  confirmLabel: string
  start: string
  taken: readonly string[]
  open: boolean
  onClose: () => void
  onName: (name: string) => void
}

const NameForm = ({ confirmLabel, start, taken, onClose, onName }: FactorDialogProps) => {
  const t = useT()
  const [name, setName] = useState(start)
  const [tried, setTried] = useState(false)
  const fault = factorNameFault(name.trim(), taken)
  const send = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (fault) return
    onClose()
    onName(name.trim())
  }
  return (
    <form className="stack-wide" onSubmit={send}>
      <TextField
        label={t.imports.factorName}
        help={t.imports.factorNameHelp}
        error={fault && (tried || fault === 'taken') ? t.imports.factorFaults[fault] : null}
        value={name}
        onChange={setName}
        mono
        autoFocus
      />
      <div className="dialog-actions">
        <Button onPress={onClose}>{t.common.cancel}</Button>
        <Button kind="primary" type="submit">
          {confirmLabel}
        </Button>
      </div>
    </form>
  )
}

/** Asks for a factor's name. */
export const FactorDialog = (props: FactorDialogProps) => (
  <Dialog title={props.title} open={props.open} onClose={props.onClose}>
    {props.open ? <NameForm {...props} /> : null}
  </Dialog>
)
