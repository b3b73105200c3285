import { FileInput, Plus } from 'lucide-react'
import type { Experiment } from '../../../preload/contract/experiment'
import { useQuery } from '../../app/api'
import { links, navigate } from '../../app/routes'
import { useFormats, useT } from '../../messages'
import { SimulatedMark } from '../../ui/Badge'
import { ButtonLink } from '../../ui/Button'
import { EmptyState } from '../../ui/EmptyState'
import { QueryView } from '../../ui/QueryView'
import { Table, type Column } from '../../ui/Table'
import { ArmMark, armKey, armLabel } from '../../ui/arms'
import { crossArms } from './arms'
import { ExperimentBadge } from './Status'
import { settledCount } from './timing'

/** More arms than this are counted instead of named. */
const namedArms = 3

const Arms = ({ experiment }: { experiment: Experiment }) => {
  const t = useT()
  const arms = experiment.plan ? (experiment.plan.arms ?? crossArms(experiment.plan.factors)) : []
  if (arms.length === 0) return null
  if (arms.length > namedArms) return <>{t.experiments.armCount(arms.length)}</>
  return (
    <span className="line" style={{ gap: 12, flexWrap: 'nowrap' }}>
      {arms.map((arm, index) => (
        <span key={armKey(arm)} className="badge">
          <ArmMark index={index} />
          {armLabel(arm)}
        </span>
      ))}
    </span>
  )
}

const Counts = ({ experiment }: { experiment: Experiment }) => {
  const t = useT()
  const { counts } = experiment
  return (
    <>
      {t.experiments.doneOf(settledCount(counts), counts.total)}
      {counts.failed > 0 ? <span className="tone-wrong"> · {t.experiments.failedCount(counts.failed)}</span> : null}
      {counts.refused > 0 ? <span className="tone-wrong"> · {t.experiments.refusedCount(counts.refused)}</span> : null}
    </>
  )
}

const useColumns = (): Column<Experiment>[] => {
  const t = useT()
  const formats = useFormats()
  return [
    {
      id: 'question',
      head: t.experiments.columns.question,
      wrap: true,
      cell: (experiment) => (
        <span className="line" style={{ flexWrap: 'nowrap' }}>
          <a className="row-button" href={links.experiment(experiment.id)}>
            {experiment.question}
          </a>
          {experiment.simulated ? <SimulatedMark /> : null}
        </span>
      ),
    },
    { id: 'status', head: t.experiments.columns.status, cell: (experiment) => <ExperimentBadge status={experiment.status} /> },
    { id: 'arms', head: t.experiments.columns.arms, cell: (experiment) => <Arms experiment={experiment} /> },
    { id: 'progress', head: t.experiments.columns.progress, cell: (experiment) => <Counts experiment={experiment} /> },
    { id: 'created', head: t.experiments.columns.created, cell: (experiment) => formats.dateTime(experiment.createdAt) },
  ]
}

/** Every question asked so far. */
export const ExperimentsScreen = () => {
  const t = useT()
  const query = useQuery('experiments.list', {})
  const columns = useColumns()
  const newButton = (
    <ButtonLink kind="primary" href={links.newPlan()} icon={<Plus size={14} aria-hidden />}>
      {t.experiments.new}
    </ButtonLink>
  )
  const importButton = (
    <ButtonLink href={links.imports()} icon={<FileInput size={14} aria-hidden />}>
      {t.imports.open}
    </ButtonLink>
  )
  return (
    <section className="screen">
      <header className="screen-head">
        <h1>{t.experiments.title}</h1>
        {query.data && query.data.length > 0 ? (
          <div className="screen-actions">
            {importButton}
            {newButton}
          </div>
        ) : null}
      </header>
      <QueryView query={query}>
        {(experiments) =>
          experiments.length === 0 ? (
            <EmptyState
              title={t.experiments.emptyTitle}
              body={t.experiments.emptyBody}
              step={t.experiments.emptyStep}
              action={
                <div className="line">
                  {newButton}
                  {importButton}
                </div>
              }
            />
          ) : (
            <Table
              caption={t.experiments.title}
              columns={columns}
              rows={experiments}
              rowKey={(experiment) => experiment.id}
              onSelect={(id) => navigate(links.experiment(id))}
            />
          )
        }
      </QueryView>
    </section>
  )
}
