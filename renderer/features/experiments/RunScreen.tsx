import { ArrowLeft, ChartNoAxesCombined, FileText, Gauge, RotateCcw, Square, Trash2 } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { Output } from '../../../preload/contract/api'
import type { Run } from '../../../preload/contract/experiment'
import { useAction, useQuery } from '../../app/api'
import { links, navigate } from '../../app/routes'
import { useFormats, usePhrase, useT } from '../../messages'
import { SimulatedMark } from '../../ui/Badge'
import { Button, ButtonLink } from '../../ui/Button'
import { ConfirmDialog } from '../../ui/Dialog'
import { ProblemView } from '../../ui/Problem'
import { Progress } from '../../ui/Progress'
import { QueryView } from '../../ui/QueryView'
import { useToasts } from '../../ui/Toast'
import { neutralise } from '../../ui/sanitise'
import { armPlaces } from './arms'
import { RunDiagram } from './RunDiagram'
import { RunInspector } from './RunInspector'
import { ExperimentBadge } from './Status'
import { settledCount } from './timing'

type View = Output<'experiments.get'>

const isActive = (run: Run): boolean => ['deploying', 'running', 'collecting'].includes(run.status)

const CancelButton = ({ view }: { view: View }) => {
  const t = useT()
  const cancel = useAction('experiments.cancel')
  const [asking, setAsking] = useState(false)
  const waiting = view.runs.filter((run) => run.status === 'pending').length
  const active = view.runs.filter(isActive).length
  return (
    <>
      <Button icon={<Square size={14} aria-hidden />} isDisabled={cancel.pending} onPress={() => setAsking(true)}>
        {t.run.cancel}
      </Button>
      <ConfirmDialog
        title={t.run.cancelTitle}
        body={t.run.cancelBody(waiting, active)}
        confirmLabel={t.run.cancel}
        cancelLabel={t.run.keepRunning}
        open={asking}
        onConfirm={() => void cancel.run({ id: view.experiment.id })}
        onClose={() => setAsking(false)}
      />
    </>
  )
}

const RemoveButton = ({ id }: { id: string }) => {
  const t = useT()
  const remove = useAction('experiments.remove')
  const restore = useAction('experiments.restore')
  const toast = useToasts((state) => state.shown)
  const removeNow = (): void =>
    void remove.run({ id }).then((outcome) => {
      if (!outcome.ok) return toast({ text: outcome.failure.message })
      navigate(links.experiments())
      toast({ text: t.experiments.removed, undo: () => void restore.run({ id }) })
    })
  return (
    <Button kind="quiet" icon={<Trash2 size={14} aria-hidden />} isDisabled={remove.pending} onPress={removeNow}>
      {t.run.remove}
    </Button>
  )
}

const Actions = ({ view }: { view: View }) => {
  const t = useT()
  const resume = useAction('experiments.resume')
  const { experiment } = view
  const running = experiment.status === 'running'
  const resumable = experiment.plan !== null && (experiment.status === 'paused' || experiment.status === 'cancelled')
  const comparable = experiment.counts.done > 0
  return (
    <div className="screen-actions">
      {running ? <CancelButton view={view} /> : <RemoveButton id={experiment.id} />}
      {resumable ? (
        <Button
          icon={<RotateCcw size={14} aria-hidden />}
          isDisabled={resume.pending}
          onPress={() => void resume.run({ id: experiment.id })}
        >
          {t.run.resume}
        </Button>
      ) : null}
      {comparable && !running ? (
        <ButtonLink href={links.reports(experiment.id)} icon={<FileText size={14} aria-hidden />}>
          {t.run.report}
        </ButtonLink>
      ) : null}
      {comparable ? (
        <ButtonLink href={links.indicators(experiment.id)} icon={<Gauge size={14} aria-hidden />}>
          {t.nav.indicators}
        </ButtonLink>
      ) : null}
      {comparable ? (
        <ButtonLink
          kind={running ? 'plain' : 'primary'}
          href={links.compare(experiment.id)}
          icon={<ChartNoAxesCombined size={14} aria-hidden />}
        >
          {t.run.compare}
        </ButtonLink>
      ) : null}
    </div>
  )
}

const ExperimentProgress = ({ view }: { view: View }) => {
  const t = useT()
  const phrase = usePhrase()
  const formats = useFormats()
  const { experiment, progress } = view
  const running = experiment.status === 'running'
  const done = progress && running ? progress.completed : settledCount(experiment.counts)
  const left = progress?.secondsLeft
  const end = running ? (left === null || left === undefined ? t.run.timeUnknown : t.run.timeLeft(formats.duration(left))) : ''
  return (
    <div className="stack">
      <Progress
        label={t.experiments.columns.progress}
        done={done}
        total={experiment.counts.total}
        text={t.run.progress(done, experiment.counts.total)}
        end={end}
      />
      {running && progress?.message ? <p className="muted small">{neutralise(phrase(progress.message))}</p> : null}
    </div>
  )
}

/** What to look at first: the run the user chose, else the one under way, else what went wrong, else the last. */
const shownRun = (view: View, chosen: string | null): Run | null => {
  const { runs, progress } = view
  const byId = (id: string | null | undefined): Run | undefined => runs.find((run) => run.id === id)
  return byId(chosen) ?? byId(progress?.runId) ?? runs.find(isActive) ?? runs.find((run) => run.problem !== null) ?? runs.at(-1) ?? null
}

const LiveRun = ({ view, linked }: { view: View; linked: string | null }) => {
  const t = useT()
  const [chosen, setChosen] = useState<string | null>(linked)
  const { experiment, runs } = view
  const places = useMemo(
    () =>
      armPlaces(
        experiment.plan,
        runs.map((run) => run.arm),
      ),
    [experiment.plan, runs],
  )
  const shown = shownRun(view, chosen)
  return (
    <>
      <section className="screen">
        <header className="stack">
          <a className="badge small" href={links.experiments()}>
            <ArrowLeft size={12} aria-hidden />
            {t.run.back}
          </a>
          <h1>{experiment.question}</h1>
          <div className="spread">
            <div className="line">
              <ExperimentBadge status={experiment.status} />
              {experiment.simulated ? <SimulatedMark /> : null}
            </div>
            <Actions view={view} />
          </div>
        </header>
        <ExperimentProgress view={view} />
        {runs.length === 0 ? (
          <p className="muted">{t.run.noRuns}</p>
        ) : (
          <section className="section">
            <h2>{t.run.diagram}</h2>
            <RunDiagram runs={runs} places={places} selected={shown?.id ?? null} onSelect={setChosen} />
          </section>
        )}
        {runs
          .filter((run) => run.problem !== null && run.id !== shown?.id)
          .slice(0, 3)
          .map((run) => (
            <div key={run.id} className="stack">
              {run.problem ? <ProblemView problem={run.problem} compact /> : null}
              <div>
                <Button kind="quiet" onPress={() => setChosen(run.id)}>
                  {t.common.details}
                </Button>
              </div>
            </div>
          ))}
      </section>
      {shown ? <RunInspector key={shown.id} run={shown} place={places} experimentRunning={experiment.status === 'running'} /> : null}
    </>
  )
}

/** The experiment as it fills from left to right, with everything about the selected launch on the right. */
export const RunScreen = ({ id, run }: { id: string; run: string | null }) => {
  const query = useQuery('experiments.get', { id })
  if (query.data) return <LiveRun key={run} view={query.data} linked={run} />
  return (
    <section className="screen">
      <QueryView query={query}>{() => null}</QueryView>
    </section>
  )
}
