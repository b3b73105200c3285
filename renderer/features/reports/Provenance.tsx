import { fill, sharedMessages } from '../../../preload/contract/messages'
import type { Run } from '../../../preload/contract/experiment'
import { evidenceText } from '../../messages'
import { armKey, armLabel } from '../../ui/arms'
import { neutralise } from '../../ui/sanitise'
import { PaperCode, PaperTable } from './Paper'
import { useReportContext } from './context'

export const Limitations = () => {
  const { data, lang, t } = useReportContext()
  const { limitations, comparisons } = data.model
  const confounders = comparisons.flatMap((comparison) => comparison.confounders)
  return (
    <section>
      <h2>{t.limitations}</h2>
      {limitations.length === 0 ? (
        <p>{t.noLimitations}</p>
      ) : (
        <ul className="paper-list">
          {limitations.map(({ code, params }) => (
            <li key={code}>{neutralise(fill(sharedMessages[lang].limitations[code], params))}</li>
          ))}
        </ul>
      )}
      <h3>{t.confounders}</h3>
      {confounders.length === 0 ? (
        <p>{t.noConfounders}</p>
      ) : (
        <ul className="paper-list">
          {confounders.map(({ message, blocking }, index) => (
            <li key={index}>
              {neutralise(message)}
              {blocking ? ` (${t.blocking})` : ''}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

const whyOf = (run: Run, retried: (attempt: number) => string, phrase: (english: string) => string): string => {
  if (run.status === 'done') return retried(run.attempt)
  const evidence =
    run.status === 'refused'
      ? evidenceText(phrase, (run.transport?.evidence ?? []).join('\n')).replaceAll('\n', ' ')
      : (run.problem?.evidence ?? '')
  return [phrase(run.problem?.message ?? ''), evidence].filter(Boolean).join(' ')
}

/** Refused, failed, cancelled and retried launches, each with its reason. */
export const LeftOut = () => {
  const { data, t, lang } = useReportContext()
  const told = data.model.runs.filter(({ status, attempt }) => status !== 'done' || attempt > 1)
  return (
    <section>
      <h2>{t.left}</h2>
      {told.length === 0 ? (
        <p>{t.noneLeft}</p>
      ) : (
        <PaperTable
          fixed
          columns={[
            { head: t.runColumns.run, mono: true, width: 22 },
            { head: t.runColumns.probe, width: 10 },
            { head: t.runColumns.arm, width: 16 },
            { head: t.runColumns.status, width: 12 },
            { head: t.runColumns.why },
          ]}
          rows={told.map((run) => [
            run.id,
            run.probe,
            run.warmup ? `${armLabel(run.arm)}, ${t.warmupMark}` : armLabel(run.arm),
            t.phases[run.status],
            whyOf(run, t.retried, sharedMessages[lang].phrase),
          ])}
        />
      )}
    </section>
  )
}

/** The first finished launch of each probe in each arm. */
const examples = (runs: readonly Run[]): Run[] => {
  const chosen = new Map<string, Run>()
  for (const run of runs) {
    const key = `${run.probe} ${run.probeIndex} ${armKey(run.arm)}`
    if (run.status === 'done' && !run.warmup && run.commands.length > 0 && !chosen.has(key)) chosen.set(key, run)
  }
  return [...chosen.values()]
}

const Commands = () => {
  const { data, t } = useReportContext()
  const shown = examples(data.model.runs)
  if (shown.length === 0) return null
  return (
    <>
      <p>{t.commandsText}</p>
      {shown.map((run) => (
        <div key={run.id} className="paper-commands">
          <h3>{neutralise(t.commandsOf(run.probe, armLabel(run.arm)))}</h3>
          {run.commands.map(({ role, host, command }) => (
            <PaperCode key={`${role} ${host}`}>{`# ${role} @ ${host}\n${command}`}</PaperCode>
          ))}
        </div>
      ))}
    </>
  )
}

/** What was run, with which scripts, and what came home. */
export const Provenance = () => {
  const { data, t } = useReportContext()
  const { runs } = data.model
  const kits = [...new Set(runs.map(({ kitSha256 }) => kitSha256).filter((hash) => hash !== null))]
  return (
    <section>
      <h2>{t.provenance}</h2>
      <p>{kits.length === 0 ? t.noKit : kits.map((hash) => t.kit(hash)).join(' ')}</p>
      <Commands />
    </section>
  )
}

const repeatCommands =
  'headroom plan check plan.yaml\nheadroom run plan.yaml\nheadroom compare EXPERIMENT --by FACTOR\nheadroom report EXPERIMENT -o report.pdf'

/** The plan itself: a stranger with two hosts needs no more. */
export const Appendix = () => {
  const { data, t } = useReportContext()
  const { planYaml } = data.model
  return (
    <section>
      <h2>{t.appendix}</h2>
      {planYaml === null ? (
        <p>{t.appendixNone}</p>
      ) : (
        <>
          <p>{t.appendixText}</p>
          <PaperCode>{repeatCommands}</PaperCode>
          <PaperCode>{planYaml}</PaperCode>
        </>
      )}
    </section>
  )
}

/** Every raw file by run: one line each, so that hashes can be compared by eye. */
export const RawFiles = () => {
  const { data, t } = useReportContext()
  const kept = data.model.runs
    .map((run) => ({ run, files: run.artifacts.filter(({ bytes }) => bytes > 0) }))
    .filter(({ files }) => files.length > 0)
  if (kept.length === 0) return null
  return (
    <section>
      <h2>{t.appendixFiles}</h2>
      <p>{t.artifacts}</p>
      <table className="paper-table paper-files">
        <thead>
          <tr>
            <th scope="col">{t.artifactColumns.file}</th>
            <th scope="col" className="right">
              {t.artifactColumns.bytes}
            </th>
            <th scope="col">{t.artifactColumns.sha}</th>
          </tr>
        </thead>
        {kept.map(({ run, files }) => (
          <tbody key={run.id}>
            <tr className="paper-run">
              <th scope="rowgroup" colSpan={3}>
                {neutralise(`${run.probe}, ${armLabel(run.arm)}${run.warmup ? `, ${t.warmupMark}` : ''}`)}{' '}
                <span className="paper-mono">{run.id}</span>
              </th>
            </tr>
            {files.map(({ name, bytes, sha256 }) => (
              <tr key={name}>
                <td className="paper-mono">{neutralise(name)}</td>
                <td className="paper-mono right">{bytes}</td>
                <td className="paper-mono">{sha256}</td>
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </section>
  )
}
