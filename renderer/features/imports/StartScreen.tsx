import { ChartNoAxesCombined, RotateCcw, Undo2 } from 'lucide-react'
import { useEffect, useId, useRef } from 'react'
import type { ImportRecord } from '../../../preload/contract/imports'
import { useQuery } from '../../app/api'
import { links } from '../../app/routes'
import { useFormats, useT } from '../../messages'
import { Button, ButtonLink } from '../../ui/Button'
import { ProblemView } from '../../ui/Problem'
import { QueryView } from '../../ui/QueryView'
import { Table } from '../../ui/Table'
import { neutralise } from '../../ui/sanitise'
import { PickButtons } from './PickButtons'
import { useImports, type Stored } from './state'
import { useUndoImport } from './useUndoImport'

/** Names of tools as their makers write them, in every language. */
const tools = {
  links: 'nccl-tests, NCCL_DEBUG, perftest, iperf3, sockperf, qperf',
  kernels: 'Nsight Compute, Nsight Systems, nvprof, PyTorch profiler',
  hosts: 'nvidia-smi, dcgmi, ibstat, ibv_devinfo, ethtool',
  training: 'DeepSpeed, Megatron-LM, Hugging Face Trainer',
  serving: 'vLLM, SGLang, AIPerf, GenAI-Perf, locust, JMeter',
  stacks: 'perf, py-spy',
} as const

const WhatIsRead = () => {
  const t = useT()
  return (
    <section className="section import-reads">
      <h2>{t.imports.reads}</h2>
      <dl className="facts">
        {(Object.keys(tools) as (keyof typeof tools)[]).map((kind) => [
          <dt key={`${kind} name`}>{t.imports.kinds[kind]}</dt>,
          <dd key={kind}>{tools[kind]}</dd>,
        ])}
      </dl>
    </section>
  )
}

const StoredView = ({ outcome }: { outcome: Stored }) => {
  const t = useT()
  const titleId = useId()
  const { runs, skipped, unrecognised, name } = outcome
  const notes = [
    ...(runs.refused > 0 ? [t.imports.storedRefused(runs.refused)] : []),
    ...(runs.failed > 0 ? [t.imports.storedFailed(runs.failed)] : []),
    ...(skipped + unrecognised > 0 ? [t.imports.storedLeftOut(skipped + unrecognised)] : []),
  ]
  const section = useRef<HTMLElement>(null)
  // The button that had the focus is gone.
  useEffect(() => section.current?.focus(), [])
  return (
    <section className="section" ref={section} tabIndex={-1} aria-labelledby={titleId}>
      <h2 id={titleId}>{t.imports.storedTitle(neutralise(name))}</h2>
      <p>{[t.imports.stored(runs.total, outcome.import.files), ...notes].join(' · ')}</p>
      <div className="line">
        <ButtonLink kind="primary" href={links.compare(outcome.import.experimentId)} icon={<ChartNoAxesCombined size={14} aria-hidden />}>
          {t.imports.compare}
        </ButtonLink>
        <ButtonLink href={links.experiment(outcome.import.experimentId)}>{t.imports.openExperiment}</ButtonLink>
      </div>
    </section>
  )
}

const Finished = ({ records }: { records: readonly ImportRecord[] }) => {
  const t = useT()
  const formats = useFormats()
  const names = useQuery('experiments.list', {}).data ?? []
  const { undo, restore, pending } = useUndoImport()
  const nameOf = (record: ImportRecord): string => names.find(({ id }) => id === record.experimentId)?.name ?? record.experimentId
  const action = (record: ImportRecord) =>
    record.undone ? (
      <Button kind="quiet" icon={<RotateCcw size={14} aria-hidden />} isDisabled={pending} onPress={() => restore(record)}>
        {t.imports.restore}
      </Button>
    ) : (
      <Button kind="quiet" icon={<Undo2 size={14} aria-hidden />} isDisabled={pending} onPress={() => undo(record)}>
        {t.imports.undo}
      </Button>
    )
  const c = t.imports.recentColumns
  return (
    <section className="section">
      <h2>{t.imports.recent}</h2>
      <Table
        caption={t.imports.recent}
        rows={records}
        rowKey={({ id }) => id}
        columns={[
          { id: 'at', head: c.at, cell: ({ at }) => formats.dateTime(at) },
          {
            id: 'experiment',
            head: c.experiment,
            wrap: true,
            cell: (record) =>
              record.undone ? (
                <span className="muted">{neutralise(nameOf(record))}</span>
              ) : (
                <a href={links.experiment(record.experimentId)}>{neutralise(nameOf(record))}</a>
              ),
          },
          { id: 'files', head: c.files, align: 'right', cell: ({ files }) => formats.number(files, 9) },
          { id: 'runs', head: c.runs, align: 'right', cell: ({ runs }) => formats.number(runs, 9) },
          { id: 'state', head: c.state, cell: ({ undone }) => (undone ? t.imports.undone : t.imports.kept) },
          { id: 'action', head: '', align: 'right', cell: action },
        ]}
      />
    </section>
  )
}

/** Where an import begins: what can be dropped, and the imports made before. */
export const StartScreen = () => {
  const t = useT()
  const outcome = useImports((state) => state.outcome)
  const failure = useImports((state) => state.failure)
  const list = useQuery('imports.list', {})
  return (
    <section className="screen">
      <h1>{t.imports.title}</h1>
      {failure ? <ProblemView problem={failure} /> : null}
      {outcome ? <StoredView outcome={outcome} /> : null}
      <div className="drop-zone">
        <h2>{t.imports.dropTitle}</h2>
        <p>{t.imports.dropBody}</p>
        <p className="muted">{t.imports.dropArms}</p>
        <div className="line">
          <PickButtons primary={!outcome} />
        </div>
      </div>
      <WhatIsRead />
      <QueryView query={list}>{(records) => (records.length > 0 ? <Finished records={records} /> : null)}</QueryView>
    </section>
  )
}
