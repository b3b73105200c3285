import { Save } from 'lucide-react'
import { useEffect, useEffectEvent, useMemo, useState, type ReactNode } from 'react'
import type { Input } from '../../../preload/contract/api'
import type { Experiment } from '../../../preload/contract/experiment'
import type { ImportStatus } from '../../../preload/contract/imports'
import { useAction, useApi, useQuery } from '../../app/api'
import { links } from '../../app/routes'
import { useFormats, useT } from '../../messages'
import { Button } from '../../ui/Button'
import { ConfirmDialog } from '../../ui/Dialog'
import { ProblemView } from '../../ui/Problem'
import { Loading } from '../../ui/QueryView'
import { useToasts } from '../../ui/Toast'
import { freeName, nameFault, type Destination } from './destination'
import { DestinationBar, SummaryView } from './DestinationBar'
import { FilesPane } from './FilesPane'
import { Inspector } from './Inspector'
import { commonFolder } from './paths'
import { PickButtons } from './PickButtons'
import { CoreStrip, SendingStrip } from './ProgressStrip'
import { noSelection, type Selection } from './selection'
import { closeImport, finishImport } from './session'
import { commitInput, summarise } from './summary'
import { useImports } from './state'
import { useStagedFiles } from './useStagedFiles'
import { useUndoImport } from './useUndoImport'

const Discard = ({ files }: { files: number }) => {
  const t = useT()
  const { client } = useApi()
  const toast = useToasts((state) => state.shown)
  const [asking, setAsking] = useState(false)
  const discard = (): void =>
    void closeImport(client).catch((error: unknown) => toast({ text: error instanceof Error ? error.message : String(error) }))
  return (
    <>
      <Button onPress={() => (files === 0 ? discard() : setAsking(true))}>{t.imports.discard}</Button>
      <ConfirmDialog
        title={t.imports.discardTitle}
        body={t.imports.discardBody(files)}
        confirmLabel={t.imports.discard}
        cancelLabel={t.imports.keep}
        open={asking}
        onConfirm={discard}
        onClose={() => setAsking(false)}
      />
    </>
  )
}

/** Where the runs go: what the user chose, else a new experiment named after the folder. */
const useDestination = (paths: readonly string[], experiments: readonly Experiment[]) => {
  const t = useT()
  const formats = useFormats()
  const [chosen, setChosen] = useState<Destination | null>(null)
  const [today] = useState(() => new Date().toISOString())
  const taken = useMemo(() => experiments.map(({ name }) => name), [experiments])
  const proposed = useMemo(
    () => freeName(commonFolder(paths) ?? t.imports.defaultName(formats.dateTime(today)), taken),
    [paths, taken, t, formats, today],
  )
  const destination = chosen ?? { experimentId: null, name: proposed }
  return { destination, setDestination: setChosen, fault: nameFault(destination, taken) }
}

const Notices = ({ status, onReadRest }: { status: ImportStatus; onReadRest: () => void }) => {
  const t = useT()
  const notSent = useImports((state) => state.notSent)
  const failure = useImports((state) => state.failure)
  const sending = useImports((state) => state.sending)
  const { progress, totals } = status
  const resting = sending === null && progress.phase === 'adding'
  return (
    <>
      {failure ? <ProblemView problem={failure} /> : null}
      {progress.problem && progress.problem.code !== 'input.cancelled' ? <ProblemView problem={progress.problem} /> : null}
      {notSent > 0 ? <p className="tone-caution">{t.imports.notSent(notSent)}</p> : null}
      {resting && totals.waiting > 0 ? (
        <div className="line">
          <span className="tone-caution">{t.imports.unread(totals.waiting)}</span>
          <Button onPress={onReadRest}>{t.imports.readRest}</Button>
        </div>
      ) : null}
    </>
  )
}

const Strip = ({ status }: { status: ImportStatus }) => {
  const sending = useImports((state) => state.sending)
  if (sending) return <SendingStrip sending={sending} />
  const { phase } = status.progress
  return phase === 'reading' || phase === 'storing' ? <CoreStrip progress={status.progress} /> : null
}

/** Stores the draft; afterwards the screen begins anew, with the way back in a notice. */
const useCommit = () => {
  const t = useT()
  const commit = useAction('imports.commit')
  const toast = useToasts((state) => state.shown)
  const { undo } = useUndoImport()
  const store = (input: Input<'imports.commit'>, name: string): void => {
    const { storingChanged } = useImports.getState()
    storingChanged(true)
    void commit.run(input).then((outcome) => {
      storingChanged(false)
      if (!outcome.ok) return
      finishImport({ ...outcome.value, name })
      const { import: record, runs } = outcome.value
      toast({
        text: `${t.imports.storedTitle(name)}: ${t.imports.stored(runs.total, record.files)}`,
        undo: () => undo(record),
        link: { href: links.compare(record.experimentId), label: t.imports.compare },
      })
    })
  }
  const failure = commit.failure?.code === 'input.cancelled' ? null : commit.failure
  return { store, pending: commit.pending, failure }
}

const Head = ({ busy, files, children }: { busy: boolean; files: number; children?: ReactNode }) => {
  const t = useT()
  return (
    <header className="screen-head">
      <h1>{t.imports.title}</h1>
      <div className="screen-actions">
        <PickButtons adds disabled={busy} />
        <Discard files={files} />
        {children}
      </div>
    </header>
  )
}

const Waiting = ({ busy, failed }: { busy: boolean; failed: boolean }) => {
  const t = useT()
  if (busy) return <p className="muted">{t.imports.goesOn}</p>
  return failed ? null : <Loading />
}

/** An import under way: what was recognised as which arm, to be mended and stored. */
export const OpenImport = ({ status }: { status: ImportStatus }) => {
  const t = useT()
  const draft = useImports((state) => state.draft)
  const sending = useImports((state) => state.sending)
  const experiments = useQuery('experiments.list', {}).data
  const { files, failure } = useStagedFiles(status)
  const preview = useAction('imports.preview')
  const commit = useCommit()
  const [selection, setSelection] = useState<Selection>(noSelection)
  const known = useMemo(() => files ?? [], [files])
  const summary = useMemo(() => summarise(draft, known), [draft, known])
  const paths = useMemo(() => known.map(({ path }) => path), [known])
  const { destination, setDestination, fault } = useDestination(paths, experiments ?? [])
  const target = experiments?.find(({ id }) => id === destination.experimentId)
  const name = target?.name ?? destination.name.trim()
  const { id, progress, totals } = status
  const busy = sending !== null || progress.phase === 'reading' || progress.phase === 'storing' || commit.pending
  const read = (input: { paths?: string[]; probe?: string }): void =>
    void preview.run({ id, ...input }).then((outcome) => outcome.ok && useImports.getState().recognisedAnew())
  const unread = !busy && progress.phase === 'adding' && progress.problem === null && totals.waiting > 0
  const readUnread = useEffectEvent(() => read({}))
  useEffect(() => {
    // Files that came while others were being read.
    if (unread) readUnread()
  }, [unread])
  const inspected = known.find(({ path }) => path === selection.cursor) ?? null
  return (
    <>
      <section className="screen import-screen">
        <Head busy={busy} files={Math.max(totals.files, sending?.totalFiles ?? 0)}>
          {files === null ? null : (
            <Button
              kind="primary"
              icon={<Save size={14} aria-hidden />}
              isDisabled={busy || summary.runs === 0 || fault !== null || experiments === undefined}
              onPress={() => commit.store(commitInput(id, target?.id ?? name, draft, known), name)}
            >
              {t.imports.store(summary.runs)}
            </Button>
          )}
        </Head>
        <Strip status={status} />
        <Notices status={status} onReadRest={() => read({})} />
        {commit.failure ? <ProblemView problem={commit.failure} /> : null}
        {preview.failure ? <ProblemView problem={preview.failure} /> : null}
        {failure ? <ProblemView problem={failure} /> : null}
        {files === null ? (
          <Waiting busy={busy} failed={failure !== null} />
        ) : (
          <FilesPane
            locked={commit.pending || progress.phase === 'storing'}
            files={files}
            draft={draft}
            summary={summary}
            selection={selection}
            onSelection={setSelection}
            onReadAs={(some, probe) => read({ paths: [...some], ...(probe === null ? {} : { probe }) })}
          >
            <div className="import-plan">
              <DestinationBar destination={destination} onDestination={setDestination} fault={fault} experiments={experiments ?? []} />
              <SummaryView
                summary={summary}
                experiment={name}
                isNew={target === undefined}
                onSelect={(some) => setSelection({ keys: new Set(some), cursor: some[0] ?? null, anchor: some[0] ?? null })}
              />
            </div>
          </FilesPane>
        )}
      </section>
      {files === null ? null : <Inspector file={inspected} />}
    </>
  )
}
