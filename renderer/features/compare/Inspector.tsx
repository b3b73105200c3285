import { ArrowLeft, X } from 'lucide-react'
import type { ReactNode } from 'react'
import type { RunDetail } from '../../../preload/contract/experiment'
import { useQuery } from '../../app/api'
import { links } from '../../app/routes'
import { alignDecimals, percentText, ratioText, significant } from '../../charts/digits'
import { levelName, levelPlace, ratioName, type Comparison, type ComparisonRow } from '../../charts/model'
import { metricText, scaleOf, settingText, valueText } from '../../charts/text'
import { evidenceText, useFormats, usePhrase, useT } from '../../messages'
import { SimulatedMark } from '../../ui/Badge'
import { Button } from '../../ui/Button'
import { Facts } from '../../ui/Facts'
import { ProblemView } from '../../ui/Problem'
import { QueryView } from '../../ui/QueryView'
import { Command, CopyButton, Mono, Quote, Units } from '../../ui/Text'
import { ArmMark, armLabel } from '../../ui/arms'
import { neutralise } from '../../ui/sanitise'
import { VerdictBadge } from './verdict'

const Launches = ({ comparison, row, onPick }: { comparison: Comparison; row: ComparisonRow; onPick: (runId: string) => void }) => {
  const scale = scaleOf(
    row.unit,
    row.arms.flatMap(({ values }) => values),
  )
  return row.arms.map((arm) => {
    const values = alignDecimals(arm.values.map((value) => significant(value / scale.divisor, 5)))
    return (
      <div key={String(arm.level)} className="stack">
        <span className="badge">
          <ArmMark index={levelPlace(comparison, arm.level)} />
          <strong>{neutralise(levelName(comparison, String(arm.level)))}</strong>
          <span className="units">
            n = {arm.n}
            {arm.cv === null ? '' : `, CV ${percentText(arm.cv)}`}
          </span>
        </span>
        <table className="table">
          <tbody>
            {arm.values.map((_, index) => (
              <tr key={arm.runIds[index] ?? index}>
                <td>
                  <button type="button" className="row-button link" onClick={() => onPick(arm.runIds[index] ?? '')}>
                    <Mono>{arm.runIds[index]}</Mono>
                  </button>
                </td>
                <td className="right">
                  <Units value={values[index] ?? ''} unit={scale.name} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    )
  })
}

const boundRows = (comparison: Comparison, row: ComparisonRow, t: ReturnType<typeof useT>): (readonly [string, ReactNode])[] =>
  comparison.levels.flatMap((level) => {
    const bound = row.bound[String(level)]
    const arm = row.arms.find((candidate) => candidate.level === level)
    if (!bound || !arm) return []
    return [
      [
        t.compare.boundOf(levelName(comparison, String(level))),
        <>
          {valueText(bound.value, row.unit)}, {bound.covers ?? t.compare.shareOfBound(percentText(arm.median / bound.value))}
          <br />
          <span className="units">{neutralise(bound.source)}</span>
        </>,
      ] as const,
    ]
  })

/** One measurement: why the verdict, and every launch behind it. */
const RowView = ({ comparison, row, onPick }: { comparison: Comparison; row: ComparisonRow; onPick: (runId: string) => void }) => {
  const t = useT()
  const bounds = boundRows(comparison, row, t)
  return (
    <>
      <div className="stack">
        <h2>{metricText(t.charts, row.metric)}</h2>
        <p className="muted">{[row.metric, settingText(t.charts, row.dimensions)].filter(Boolean).join(' · ')}</p>
        <VerdictBadge verdict={row.verdict} />
        <p>{neutralise(row.reason)}</p>
      </div>
      <Facts
        rows={[
          ...(row.ratio
            ? ([
                [t.compare.ratioOf(neutralise(ratioName(comparison, row))), ratioText(row.ratio)],
                [t.compare.ratioMethod, row.ratio.method],
                ...(row.ratio.p === null ? [] : [[t.compare.pValue, significant(row.ratio.p, 2)] as const]),
              ] as const)
            : []),
          ...(bounds.length > 0 ? bounds : [[t.compare.columns.bound, t.compare.noBound] as const]),
        ]}
      />
      <section className="section">
        <h3>{t.compare.perArm}</h3>
        <Launches comparison={comparison} row={row} onPick={onPick} />
      </section>
    </>
  )
}

const RunFacts = ({ run }: { run: RunDetail }) => {
  const t = useT()
  const formats = useFormats()
  const { transport } = run
  return (
    <Facts
      rows={[
        [t.run.provenance.run, <Mono key="id">{run.id}</Mono>],
        [t.compare.probeVersion, `${run.probe} ${run.probeVersion}`],
        [t.compare.hosts, run.hosts.join(', ')],
        [t.compare.position, t.compare.blockRepeat(run.block, run.repeat)],
        ...(run.startedAt ? ([[t.compare.when, formats.dateTime(run.startedAt)]] as const) : []),
        [
          t.compare.proof,
          transport?.claimed
            ? `${t.compare.proofText(transport.claimed, transport.observed.join(', ') || t.common.none)}; ${t.run.proofs[transport.proof]}`
            : t.compare.proofNone,
        ],
        ...(run.kitSha256 ? ([[t.compare.kit, <Mono key="kit">{run.kitSha256.slice(0, 16)}…</Mono>]] as const) : []),
      ]}
    />
  )
}

/** One launch: where its numbers came from, down to the files. */
const RunView = ({ comparison, runId }: { comparison: Comparison; runId: string }) => {
  const t = useT()
  const phrase = usePhrase()
  const formats = useFormats()
  const query = useQuery('runs.get', { id: runId })
  return (
    <QueryView query={query}>
      {(run) => (
        <>
          <div className="stack">
            <h2>{t.compare.launch}</h2>
            <span className="badge">
              <ArmMark index={levelPlace(comparison, run.arm[comparison.factor] ?? '')} />
              {neutralise(armLabel(run.arm))}
              {run.simulated ? <SimulatedMark /> : null}
            </span>
            <a href={links.experiment(run.experimentId, run.id)}>{t.compare.openInExperiment}</a>
          </div>
          {run.problem ? <ProblemView problem={run.problem} compact /> : null}
          <RunFacts run={run} />
          {run.transport && run.transport.evidence.length > 0 ? (
            <section className="section">
              <h3>{t.common.evidence}</h3>
              <Quote>{evidenceText(phrase, run.transport.evidence.join('\n'))}</Quote>
            </section>
          ) : null}
          <section className="section">
            <h3>{t.compare.commands}</h3>
            {run.commands.map(({ role, host, command }) => (
              <div key={`${role} ${host}`} className="stack" style={{ gap: 4 }}>
                <span className="muted small">{neutralise(`${role} · ${host}`)}</span>
                <Command>{command}</Command>
              </div>
            ))}
          </section>
          <section className="section">
            <h3>{t.compare.files}</h3>
            <ul className="stack" style={{ gap: 2 }}>
              {run.artifacts.map(({ name, bytes, sha256 }) => (
                <li key={name} className="spread">
                  <span className="truncate">
                    <Mono>{neutralise(name)}</Mono> <span className="units">{formats.bytes(bytes)}</span>
                  </span>
                  <span className="badge" title={sha256}>
                    <Mono>{sha256.slice(0, 8)}…</Mono>
                    <CopyButton text={sha256} label={`${t.common.copy}: ${name}`} />
                  </span>
                </li>
              ))}
            </ul>
          </section>
        </>
      )}
    </QueryView>
  )
}

interface InspectorProps {
  comparison: Comparison
  row: ComparisonRow | null
  runId: string | null
  onPick: (runId: string | null) => void
  onClose: () => void
}

/** Provenance of what is selected: a measurement with its launches, or one launch with its files. */
export const Inspector = ({ comparison, row, runId, onPick, onClose }: InspectorProps) => {
  const t = useT()
  return (
    <aside className="inspector" aria-label={t.compare.inspector}>
      <div className="spread">
        {runId !== null && row !== null ? (
          <Button kind="quiet" icon={<ArrowLeft size={14} aria-hidden />} onPress={() => onPick(null)}>
            {t.compare.backToRow}
          </Button>
        ) : (
          <span className="muted small">{t.compare.inspector}</span>
        )}
        <Button kind="quiet" aria-label={t.common.close} icon={<X size={14} aria-hidden />} onPress={onClose} />
      </div>
      {runId !== null ? (
        <RunView comparison={comparison} runId={runId} />
      ) : row ? (
        <RowView comparison={comparison} row={row} onPick={onPick} />
      ) : null}
    </aside>
  )
}
