import { useState, type FormEvent } from 'react'
import type { PromptRequest } from '../../preload/contract/host'
import { useT } from '../messages'
import { Button } from '../ui/Button'
import { Dialog } from '../ui/Dialog'
import { TextField } from '../ui/Field'
import { ProblemView } from '../ui/Problem'
import { Command, Mono } from '../ui/Text'
import { neutralise } from '../ui/sanitise'
import { useAction, useQuery } from './api'

type Answer = (answers: string[] | null) => void
type Of<K extends PromptRequest['kind']> = Extract<PromptRequest, { kind: K }>

/** `ssh-ed25519` -> the file that holds this kind of key on the host. */
const keyFile = (keyType: string): string => {
  const kind = /ed25519|ecdsa|rsa|dsa|dss/.exec(keyType)?.[0] ?? 'ed25519'
  return `/etc/ssh/ssh_host_${kind === 'dss' ? 'dsa' : kind}_key.pub`
}

const HostKeyQuestion = ({ prompt, answer }: { prompt: Of<'host_key'>; answer: Answer }) => {
  const t = useT()
  return (
    <>
      <p>{t.prompts.hostKeyBody}</p>
      <dl className="facts">
        <dt>{t.prompts.fingerprint}</dt>
        <dd>
          <Mono>{prompt.fingerprint}</Mono>
        </dd>
        <dt>{t.prompts.keyType}</dt>
        <dd>
          <Mono>{prompt.keyType}</Mono>
        </dd>
        <dt>{t.prompts.address}</dt>
        <dd>
          <Mono>{prompt.address}</Mono>
        </dd>
      </dl>
      <div className="stack">
        <p>{t.prompts.hostKeyCheck}</p>
        <Command>{`ssh-keygen -lf ${keyFile(prompt.keyType)}`}</Command>
        <p className="muted">{t.prompts.hostKeyWarning}</p>
      </div>
      <div className="dialog-actions">
        <Button autoFocus onPress={() => answer(null)}>
          {t.prompts.decline}
        </Button>
        <Button onPress={() => answer(['once'])}>{t.prompts.once}</Button>
        <Button kind="primary" onPress={() => answer(['accept'])}>
          {t.prompts.accept}
        </Button>
      </div>
    </>
  )
}

interface SecretField {
  label: string
  echo: boolean
}

const SecretQuestion = ({ fields, answer }: { fields: SecretField[]; answer: Answer }) => {
  const t = useT()
  const [values, setValues] = useState(() => fields.map(() => ''))
  const send = (event: FormEvent): void => {
    event.preventDefault()
    answer(values)
  }
  return (
    <form className="stack-wide" onSubmit={send}>
      {fields.map((field, index) => (
        <TextField
          key={index}
          label={neutralise(field.label)}
          type={field.echo ? 'text' : 'password'}
          value={values[index] ?? ''}
          onChange={(value) => setValues(values.map((old, place) => (place === index ? value : old)))}
          autoFocus={index === 0}
        />
      ))}
      <p className="muted small">{t.prompts.secretKept}</p>
      <div className="dialog-actions">
        <Button onPress={() => answer(null)}>{t.common.cancel}</Button>
        <Button kind="primary" type="submit">
          {t.prompts.send}
        </Button>
      </div>
    </form>
  )
}

const Question = ({ prompt, answer }: { prompt: PromptRequest; answer: Answer }) => {
  const t = useT()
  switch (prompt.kind) {
    case 'host_key':
      return <HostKeyQuestion prompt={prompt} answer={answer} />
    case 'password':
      return <SecretQuestion fields={[{ label: t.prompts.password, echo: false }]} answer={answer} />
    case 'passphrase':
      return (
        <>
          <p className="muted">{t.prompts.passphraseFor(prompt.host)}</p>
          <SecretQuestion fields={[{ label: t.prompts.passphrase, echo: false }]} answer={answer} />
        </>
      )
    case 'keyboard_interactive':
      return (
        <>
          {prompt.instructions ? <p>{neutralise(prompt.instructions)}</p> : null}
          <SecretQuestion
            fields={prompt.prompts.map((field) => ({ label: field.prompt || t.prompts.answer, echo: field.echo }))}
            answer={answer}
          />
        </>
      )
  }
}

const useTitle = (prompt: PromptRequest | undefined): string => {
  const t = useT()
  if (!prompt) return ''
  if (prompt.kind === 'host_key') return t.prompts.hostKeyTitle(prompt.host)
  if (prompt.kind === 'password') return t.prompts.passwordTitle(prompt.user, prompt.host)
  if (prompt.kind === 'passphrase') return t.prompts.passphraseTitle(prompt.keyPath)
  return t.prompts.interactiveTitle(prompt.host)
}

/** Questions that only the user can answer; whatever waits is shown again after a reload. */
export const PromptDialog = () => {
  const t = useT()
  const pending = useQuery('prompts.pending', {})
  const action = useAction('prompts.answer')
  const [first, ...rest] = pending.data ?? []
  const title = useTitle(first)
  const answer: Answer = (answers) => {
    if (!first || action.pending) return
    void action.run({ id: first.id, answers }).then(pending.reload)
  }
  return (
    <Dialog title={title} open={first !== undefined} onClose={() => answer(null)} dismissable={false}>
      {first ? <Question key={first.id} prompt={first} answer={answer} /> : null}
      {action.failure ? <ProblemView problem={action.failure} /> : null}
      {rest.length > 0 ? <p className="muted small">{t.prompts.more(rest.length)}</p> : null}
    </Dialog>
  )
}
