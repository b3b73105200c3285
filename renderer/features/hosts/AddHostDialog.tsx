import { useState, type FormEvent } from 'react'
import { useAction } from '../../app/api'
import { links, navigate } from '../../app/routes'
import { useUi } from '../../app/ui-state'
import { useT } from '../../messages'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { ChoiceField, TextField } from '../../ui/Field'
import { ProblemView } from '../../ui/Problem'
import { Select } from '../../ui/Select'
import { useToasts } from '../../ui/Toast'
import { draftErrors, draftSpec, suggestName, type HostDraft } from './add-host'

interface AddHostProps {
  taken: readonly string[]
  aliases: readonly string[]
  onAdded: (name: string) => void
}

const emptyDraft = (aliases: readonly string[]): HostDraft => {
  const alias = aliases[0] ?? ''
  return { name: suggestName(alias), kind: alias === '' ? 'address' : 'alias', alias, address: '', setup: '', python: '' }
}

const TargetFields = ({
  draft,
  change,
  aliases,
  error,
}: {
  draft: HostDraft
  change: (part: Partial<HostDraft>) => void
  aliases: readonly string[]
  error: string | null
}) => {
  const t = useT()
  if (draft.kind === 'local') return null
  if (draft.kind === 'alias') {
    return (
      <Select
        label={t.hosts.aliasLabel}
        value={draft.alias === '' ? null : draft.alias}
        options={aliases.map((alias) => ({ value: alias, label: alias }))}
        onChange={(alias) => change({ alias, name: suggestName(alias) })}
        error={error}
      />
    )
  }
  return (
    <TextField
      label={t.hosts.addressLabel}
      help={t.hosts.addressHelp}
      value={draft.address}
      onChange={(address) => change({ address, ...(draft.name === suggestName(draft.address) ? { name: suggestName(address) } : {}) })}
      error={error}
      mono
      autoFocus
    />
  )
}

const AddHostForm = ({ taken, aliases, onAdded, onClose }: AddHostProps & { onClose: () => void }) => {
  const t = useT()
  const [draft, setDraft] = useState(() => emptyDraft(aliases))
  const [tried, setTried] = useState(false)
  const add = useAction('hosts.add')
  const toast = useToasts((state) => state.shown)
  const change = (part: Partial<HostDraft>): void => setDraft((old) => ({ ...old, ...part }))
  const errors = draftErrors(draft, taken)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (errors.name || errors.target) return
    void add.run({ name: draft.name, spec: draftSpec(draft) }).then((outcome) => {
      if (!outcome.ok) return
      onClose()
      toast({ text: t.hosts.added(draft.name) })
      navigate(links.hosts(draft.name))
      onAdded(draft.name)
    })
  }
  return (
    <form className="stack-wide" onSubmit={submit} noValidate>
      <ChoiceField
        label={t.hosts.kindLabel}
        value={draft.kind}
        options={(['alias', 'address', 'local'] as const).map((kind) => ({
          value: kind,
          label: t.hosts.kinds[kind],
          disabled: kind === 'alias' && aliases.length === 0,
        }))}
        onChange={(kind) => change({ kind, ...(kind === 'local' ? { name: 'local' } : {}) })}
        help={aliases.length === 0 ? t.hosts.noAliases : undefined}
      />
      <TargetFields draft={draft} change={change} aliases={aliases} error={tried && errors.target ? t.hosts[errors.target] : null} />
      <TextField
        label={t.hosts.nameLabel}
        help={t.hosts.nameHelp}
        value={draft.name}
        onChange={(name) => change({ name })}
        error={tried && errors.name ? t.hosts[errors.name] : null}
      />
      <TextField
        label={t.hosts.setupLabel}
        units={t.common.optional}
        help={t.hosts.setupHelp}
        value={draft.setup}
        onChange={(setup) => change({ setup })}
        multiline
        rows={2}
        mono
      />
      <TextField
        label={t.hosts.pythonLabel}
        units={t.common.optional}
        help={t.hosts.pythonHelp}
        value={draft.python}
        onChange={(python) => change({ python })}
        mono
      />
      {add.failure ? <ProblemView problem={add.failure} /> : null}
      <div className="dialog-actions">
        <Button onPress={onClose}>{t.common.cancel}</Button>
        <Button kind="primary" type="submit" isDisabled={add.pending}>
          {t.hosts.saveAndTest}
        </Button>
      </div>
    </form>
  )
}

/** Name, place, set-up and Python of a new host; it is tested as soon as it is saved. */
export const AddHostDialog = (props: AddHostProps) => {
  const t = useT()
  const open = useUi((state) => state.overlay === 'add-host')
  const close = useUi((state) => state.overlayClosed)
  return (
    <Dialog title={t.hosts.addTitle} open={open} onClose={close}>
      <AddHostForm {...props} onClose={close} />
    </Dialog>
  )
}
