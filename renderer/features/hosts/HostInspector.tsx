import { Eraser, PlugZap, RefreshCw, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { SavedHost } from '../../../preload/contract/host'
import { useAction } from '../../app/api'
import { links, navigate } from '../../app/routes'
import { useFormats, useT } from '../../messages'
import { SimulatedMark } from '../../ui/Badge'
import { Button } from '../../ui/Button'
import { ConfirmDialog } from '../../ui/Dialog'
import { ProblemView } from '../../ui/Problem'
import { Mono } from '../../ui/Text'
import { useToasts } from '../../ui/Toast'
import { targetOf } from './host-facts'
import { InventoryView } from './InventoryView'
import { useHostsUi } from './store'
import type { HostWork } from './useHostWork'

const TestResult = ({ name }: { name: string }) => {
  const t = useT()
  const formats = useFormats()
  const test = useHostsUi((state) => state.tests[name])
  if (!test) return null
  if (test.problem) return <ProblemView problem={test.problem} />
  return (
    <dl className="facts">
      {test.connectMs === null ? null : (
        <>
          <dt>{t.hosts.states.ok}</dt>
          <dd>{t.hosts.connected(formats.milliseconds(test.connectMs))}</dd>
        </>
      )}
      {test.cipher ? (
        <>
          <dt>{t.hosts.system.cipher}</dt>
          <dd>
            <Mono>{test.cipher}</Mono>
          </dd>
        </>
      ) : null}
      {test.serverSoftware ? (
        <>
          <dt>{t.hosts.system.server}</dt>
          <dd>
            <Mono>{test.serverSoftware}</Mono>
          </dd>
        </>
      ) : null}
    </dl>
  )
}

const useRemoval = (host: SavedHost): (() => void) => {
  const t = useT()
  const remove = useAction('hosts.remove')
  const add = useAction('hosts.add')
  const toast = useToasts((state) => state.shown)
  return () =>
    void remove.run({ name: host.name }).then((outcome) => {
      if (!outcome.ok) return toast({ text: outcome.failure.message })
      navigate(links.hosts())
      toast({ text: t.hosts.removed(host.name), undo: () => void add.run({ name: host.name, spec: host.spec }) })
    })
}

const HostActions = ({ host, work }: { host: SavedHost; work: HostWork }) => {
  const t = useT()
  const formats = useFormats()
  const busy = useHostsUi((state) => state.busy[host.name])
  const toast = useToasts((state) => state.shown)
  const clean = useAction('hosts.clean')
  const remove = useRemoval(host)
  const [confirming, setConfirming] = useState(false)
  const cleanNow = (): void =>
    void clean
      .run({ name: host.name })
      .then((outcome) => toast({ text: outcome.ok ? t.hosts.cleaned(formats.bytes(outcome.value.removedBytes)) : outcome.failure.message }))
  return (
    <div className="line">
      <Button icon={<PlugZap size={14} aria-hidden />} isDisabled={busy !== undefined} onPress={() => void work.test(host.name)}>
        {t.hosts.test}
      </Button>
      <Button icon={<RefreshCw size={14} aria-hidden />} isDisabled={busy !== undefined} onPress={() => void work.inventory(host.name)}>
        {host.inventory ? t.hosts.inventoryAgain : t.hosts.inventory}
      </Button>
      <Button kind="quiet" icon={<Eraser size={14} aria-hidden />} isDisabled={clean.pending} onPress={() => setConfirming(true)}>
        {t.hosts.clean}
      </Button>
      <Button kind="quiet" icon={<Trash2 size={14} aria-hidden />} onPress={remove}>
        {t.common.remove}
      </Button>
      <ConfirmDialog
        title={t.hosts.cleanTitle(host.name)}
        body={t.hosts.cleanBody}
        confirmLabel={t.hosts.clean}
        open={confirming}
        onConfirm={cleanNow}
        onClose={() => setConfirming(false)}
      />
    </div>
  )
}

/** What one host is, has, and can run. */
export const HostInspector = ({ host, work }: { host: SavedHost; work: HostWork }) => {
  const t = useT()
  const formats = useFormats()
  const failure = work.failures[host.name]
  return (
    <aside className="inspector" aria-label={host.name}>
      <div className="stack">
        <div className="line">
          <h2>{host.name}</h2>
          {host.inventory?.simulated ? <SimulatedMark /> : null}
        </div>
        <p className="muted">
          {targetOf(host.spec) === null ? t.hosts.thisMachine : <Mono>{targetOf(host.spec)}</Mono>}
          {host.inventoryAt ? ` · ${t.hosts.inventoryAt(formats.dateTime(host.inventoryAt))}` : ''}
        </p>
        {host.spec.setup ? <Mono>{host.spec.setup}</Mono> : null}
      </div>
      <HostActions host={host} work={work} />
      {failure ? <ProblemView problem={failure} /> : null}
      <TestResult name={host.name} />
      {host.inventory ? <InventoryView inventory={host.inventory} /> : <p className="muted">{t.hosts.noInventory}</p>}
    </aside>
  )
}
