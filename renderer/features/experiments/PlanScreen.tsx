import { Play } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ProbeInfo } from '../../../preload/contract/api'
import type { SavedHost } from '../../../preload/contract/host'
import type { ProbeUse } from '../../../preload/contract/plan'
import { useAction, useQuery } from '../../app/api'
import { useOffer } from '../../app/offer'
import { links, navigate } from '../../app/routes'
import { useLanguage, usePhrase, useT } from '../../messages'
import { Button, ButtonLink } from '../../ui/Button'
import { TextField } from '../../ui/Field'
import { ProblemView } from '../../ui/Problem'
import { Loading, QueryView } from '../../ui/QueryView'
import { Tabs } from '../../ui/Tabs'
import { useToasts } from '../../ui/Toast'
import { PlanForm } from './PlanForm'
import { PlanPreviewPane } from './PlanPreviewPane'
import { withRowAt } from './rows'
import { offeredDraft } from './offered'
import { suggestDraft } from './suggest'
import { usePlan, type PlanEditor } from './usePlan'

const Issues = ({ editor }: { editor: PlanEditor }) => {
  const t = useT()
  const phrase = usePhrase()
  if (editor.failure) return <ProblemView problem={editor.failure} />
  if (editor.issues.length === 0) return null
  return (
    <div className={editor.touched ? 'plan-problems tone-wrong' : 'plan-problems'} role="status">
      <strong>{t.plan.problems(editor.issues.length)}</strong>
      <ul>
        {editor.issues.map((issue, index) => (
          <li key={index}>
            {issue.path === '' ? '' : <span className="mono">{issue.path}: </span>}
            {issue.path === 'question' && editor.draft.question.trim() === '' ? t.plan.questionMissing : phrase(issue.message)}
          </li>
        ))}
      </ul>
    </div>
  )
}

const Yaml = ({ editor }: { editor: PlanEditor }) => {
  const t = useT()
  return (
    <div className="stack">
      {editor.source === 'form' && editor.plan === null ? <p className="muted">{t.plan.yamlStale}</p> : null}
      <TextField label={t.plan.yamlLabel} value={editor.yaml} onChange={editor.changeYaml} multiline rows={28} mono />
    </div>
  )
}

const Editor = ({ hosts, probes }: { hosts: readonly SavedHost[]; probes: readonly ProbeInfo[] }) => {
  const t = useT()
  const { offer, taken } = useOffer()
  const [start] = useState(() => offeredDraft(suggestDraft(hosts, probes), offer))
  // A proposal is for one visit: what the next one finds is a new experiment again.
  useEffect(() => taken, [taken])
  const editor = usePlan(start)
  const [tab, setTab] = useState('form')
  const begin = useAction('experiments.start')
  const toast = useToasts((state) => state.shown)
  const ready = editor.plan !== null && editor.issues.length === 0 && !editor.checking
  const run = (): void => {
    if (!editor.plan) return
    void begin.run({ plan: editor.plan }).then((outcome) => {
      if (outcome.ok) navigate(links.experiment(outcome.value.id))
    })
  }
  const putAt = (probeIndex: number, use: ProbeUse): void =>
    editor.changeDraft((old) => ({ ...old, probes: withRowAt(old.probes, probeIndex, () => use) }), true)
  const replace = (probeIndex: number, use: ProbeUse): void => {
    const before = editor.draft.probes[probeIndex]
    if (!before) return
    putAt(probeIndex, use)
    toast({ text: t.plan.replaced(before.probe, use.probe), undo: () => putAt(probeIndex, before) })
  }
  return (
    <>
      <section className="screen">
        <header className="screen-head">
          <h1>{t.plan.title}</h1>
          <div className="screen-actions">
            <Button kind="primary" icon={<Play size={14} aria-hidden />} isDisabled={!ready || begin.pending} onPress={run}>
              {begin.pending ? t.plan.starting : t.plan.run}
            </Button>
          </div>
        </header>
        {begin.failure ? <ProblemView problem={begin.failure} /> : null}
        <Issues editor={editor} />
        <Tabs
          label={t.plan.title}
          selected={tab}
          onSelect={setTab}
          tabs={[
            {
              id: 'form',
              label: t.plan.form,
              content: (
                <div className="stack">
                  {editor.source === 'yaml' && editor.plan === null ? <p className="muted">{t.plan.yamlBroken}</p> : null}
                  <PlanForm key={editor.revision} editor={editor} hosts={hosts} probes={probes} />
                </div>
              ),
            },
            { id: 'yaml', label: t.plan.yaml, content: <Yaml editor={editor} /> },
          ]}
        />
      </section>
      <PlanPreviewPane plan={editor.plan} ready={ready} onReplace={replace} />
    </>
  )
}

/** A question, its arms and probes, as a form or as the plan file; beside it what would happen. */
export const PlanScreen = () => {
  const t = useT()
  const hosts = useQuery('hosts.list', {})
  const probes = useQuery('probes.list', { lang: useLanguage() })
  const [known, setKnown] = useState(probes.data)
  // In another language the same probes come anew: until then the old words stay, and what is being edited with them.
  if (probes.data && probes.data !== known) setKnown(probes.data)
  // A proposal brings the hosts of its experiment.
  const [offered] = useState(() => (useOffer.getState().offer?.plan ?? null) !== null)
  if (hosts.data && known && (hosts.data.hosts.length > 0 || offered)) return <Editor hosts={hosts.data.hosts} probes={known} />
  return (
    <section className="screen">
      <h1>{t.plan.title}</h1>
      <QueryView query={hosts}>
        {(data) =>
          data.hosts.length === 0 ? (
            <div className="stack">
              <p>{t.plan.noHosts}</p>
              <div>
                <ButtonLink kind="primary" href={links.hosts()}>
                  {t.plan.addHost}
                </ButtonLink>
              </div>
            </div>
          ) : probes.failure ? (
            <ProblemView problem={probes.failure} />
          ) : (
            <Loading />
          )
        }
      </QueryView>
    </section>
  )
}
