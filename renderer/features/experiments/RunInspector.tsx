import { RotateCcw, ShieldAlert, ShieldCheck, ShieldQuestion, TriangleAlert } from 'lucide-react'
import type { Fact } from './facts'
import type { Run, Transport } from '../../../preload/contract/experiment'
import { useAction } from '../../app/api'
import { evidenceText, useFormats, usePhrase, useT } from '../../messages'
import { Badge, SimulatedMark } from '../../ui/Badge'
import { Button } from '../../ui/Button'
import { ProblemView } from '../../ui/Problem'
import { Table } from '../../ui/Table'
import { Command, CopyButton, Mono, Quote } from '../../ui/Text'
import { ArmMark, armKey, armLabel } from '../../ui/arms'
import { neutralise } from '../../ui/sanitise'
import { factRows } from './facts'
import { Flame } from './Flame'
import { Kernels } from './Kernels'
import { Measurements } from './Measurements'
import { PhaseBadge } from './Status'
import { RunLog } from './RunLog'
import { Disturbances, Telemetry } from './Telemetry'
import { runSeconds } from './timing'

const Facts = ({ rows }: { rows: Fact[] }) => (
  <dl className="facts">
    {rows.map(({ name, value }) => (
      <div key={name} style={{ display: 'contents' }}>
        <dt>{neutralise(name)}</dt>
        <dd className="number">{neutralise(value)}</dd>
      </div>
    ))}
  </dl>
)

const ProofBadge = ({ run, transport }: { run: Run; transport: Transport }) => {
  const t = useT()
  if (run.status === 'refused' || run.problem?.code === 'transport.contradicted') {
    return (
      <Badge tone="wrong" icon={<ShieldAlert size={14} aria-hidden />}>
        {t.run.contradicted}
      </Badge>
    )
  }
  if (transport.proof === 'none') {
    return (
      <Badge tone="caution" icon={<ShieldQuestion size={14} aria-hidden />}>
        {t.run.unproved}
      </Badge>
    )
  }
  return (
    <Badge tone="good" icon={<ShieldCheck size={14} aria-hidden />}>
      {t.run.proved}
    </Badge>
  )
}

const TransportProof = ({ run }: { run: Run }) => {
  const t = useT()
  const phrase = usePhrase()
  const { transport } = run
  return (
    <section className="section">
      <h3>{t.run.sections.transport}</h3>
      {transport === null ? (
        <p className="muted">{t.run.noTransport}</p>
      ) : (
        <>
          {transport.claimed === null ? null : <ProofBadge run={run} transport={transport} />}
          <Facts
            rows={[
              { name: t.run.claimed, value: transport.claimed ?? t.run.noFabric },
              { name: t.run.observed, value: transport.observed.join(', ') || t.common.none },
              { name: t.run.proof, value: t.run.proofs[transport.proof] },
            ]}
          />
          {transport.evidence.length > 0 ? <Quote>{evidenceText(phrase, transport.evidence.join('\n'))}</Quote> : null}
        </>
      )}
    </section>
  )
}

const Warnings = ({ run }: { run: Run }) => {
  const t = useT()
  const phrase = usePhrase()
  const warnings = run.warnings.filter(({ code }) => !code.startsWith('disturbed.'))
  if (warnings.length === 0) return null
  return (
    <section className="section">
      <h3>{t.run.sections.warnings}</h3>
      {warnings.map((warning, index) => (
        <p key={index}>
          <Badge tone="caution" icon={<TriangleAlert size={14} aria-hidden />}>
            <span style={{ whiteSpace: 'normal' }}>{neutralise(phrase(warning.message))}</span>
          </Badge>
        </p>
      ))}
    </section>
  )
}

const Artifacts = ({ run }: { run: Run }) => {
  const t = useT()
  const formats = useFormats()
  if (run.artifacts.length === 0) return null
  return (
    <section className="section">
      <h3>{t.run.sections.artifacts}</h3>
      <Table
        caption={t.run.sections.artifacts}
        rows={run.artifacts}
        rowKey={(artifact) => artifact.name}
        columns={[
          { id: 'name', head: t.run.artifactColumns.name, cell: (artifact) => <Mono>{neutralise(artifact.name)}</Mono> },
          { id: 'bytes', head: t.run.artifactColumns.bytes, align: 'right', cell: (artifact) => formats.bytes(artifact.bytes) },
          {
            id: 'sha',
            head: t.run.artifactColumns.sha,
            cell: (artifact) => (
              <span className="badge" title={artifact.sha256}>
                <Mono>{artifact.sha256.slice(0, 12)}…</Mono>
                <CopyButton text={artifact.sha256} label={`${t.common.copy}: ${artifact.name}`} />
              </span>
            ),
          },
        ]}
      />
    </section>
  )
}

const Commands = ({ run }: { run: Run }) => {
  const t = useT()
  if (run.commands.length === 0) return null
  return (
    <section className="section">
      <h3>{t.run.sections.commands}</h3>
      {run.commands.map((command, index) => (
        <div key={index} className="stack" style={{ gap: 4 }}>
          <span className="muted small">
            {neutralise(command.role)} · {neutralise(command.host)}
          </span>
          <Command>{command.command}</Command>
        </div>
      ))}
    </section>
  )
}

const Provenance = ({ run }: { run: Run }) => {
  const t = useT()
  const formats = useFormats()
  const p = t.run.provenance
  const seconds = runSeconds(run)
  return (
    <section className="section">
      <h3>{t.run.sections.provenance}</h3>
      <Facts
        rows={[
          { name: p.run, value: run.id },
          { name: p.probe, value: `${run.probe} ${run.probeVersion}` },
          { name: p.hosts, value: run.hosts.join(', ') },
          { name: p.position, value: String(run.position + 1) },
          { name: p.attempt, value: String(run.attempt) },
          ...(run.startedAt ? [{ name: p.started, value: formats.dateTime(run.startedAt) }] : []),
          ...(run.endedAt
            ? [
                {
                  name: p.ended,
                  value: `${formats.dateTime(run.endedAt)}${seconds === null ? '' : `, ${t.run.took(formats.duration(seconds))}`}`,
                },
              ]
            : []),
          ...(run.kitSha256 ? [{ name: p.kit, value: run.kitSha256.slice(0, 16) }] : []),
        ]}
      />
    </section>
  )
}

interface RunInspectorProps {
  run: Run
  place: ReadonlyMap<string, number>
  experimentRunning: boolean
}

/** One launch: what happened first, proof and numbers next, commands, log and raw files last. */
export const RunInspector = ({ run, place, experimentRunning }: RunInspectorProps) => {
  const t = useT()
  const retry = useAction('runs.retry')
  const retryable = !experimentRunning && (run.status === 'failed' || run.status === 'refused' || run.status === 'cancelled')
  const facts = factRows(run.facts)
  return (
    <aside className="inspector" aria-label={`${run.probe} ${armLabel(run.arm)}`}>
      <div className="stack">
        <div className="spread">
          <h2>{run.probe}</h2>
          <PhaseBadge phase={run.status} />
        </div>
        <div className="line">
          <span className="badge">
            <ArmMark index={place.get(armKey(run.arm)) ?? 0} />
            {armLabel(run.arm)}
          </span>
          <span className="muted">{run.warmup ? t.run.warmup : t.run.cellRepeat(run.repeat)}</span>
          {run.simulated ? <SimulatedMark /> : null}
        </div>
      </div>
      {run.problem ? <ProblemView problem={run.problem} /> : null}
      {retry.failure ? <ProblemView problem={retry.failure} compact /> : null}
      {retryable ? (
        <div>
          <Button icon={<RotateCcw size={14} aria-hidden />} isDisabled={retry.pending} onPress={() => void retry.run({ id: run.id })}>
            {t.run.retryOne}
          </Button>
        </div>
      ) : null}
      <TransportProof run={run} />
      <Disturbances run={run} />
      <Flame run={run} />
      <Kernels run={run} place={place.get(armKey(run.arm)) ?? 0} />
      <Measurements run={run} />
      <Telemetry key={run.id} run={run} place={place.get(armKey(run.arm)) ?? 0} />
      <Warnings run={run} />
      <Commands run={run} />
      <RunLog run={run} />
      {facts.length > 0 ? (
        <section className="section">
          <h3>{t.run.sections.facts}</h3>
          <Facts rows={facts} />
        </section>
      ) : null}
      <Artifacts run={run} />
      <Provenance run={run} />
    </aside>
  )
}
