import type { Recognised, StagedFile } from '../../../preload/contract/imports'
import { links } from '../../app/routes'
import { useFormats, usePhrase, useT } from '../../messages'
import { ProblemView } from '../../ui/Problem'
import { Mono } from '../../ui/Text'
import { neutralise } from '../../ui/sanitise'
import { splitPath } from './paths'

/** More warnings than this are counted. */
const shownWarnings = 20

const Result = ({ result }: { result: Recognised }) => {
  const t = useT()
  const phrase = usePhrase()
  const formats = useFormats()
  const i = t.imports.inspector
  const { tool, rows, warnings } = result
  return (
    <div className="stack">
      <dl className="facts">
        <dt>{i.probe}</dt>
        <dd>{neutralise(result.probe)}</dd>
        <dt>{i.tool}</dt>
        <dd>{neutralise([tool.name, tool.version ?? ''].filter(Boolean).join(' '))}</dd>
        <dt>{i.values}</dt>
        <dd className="number">{formats.number(result.values, 9)}</dd>
        <dt>{i.rows}</dt>
        <dd className={rows.skipped > 0 ? 'number tone-caution' : 'number'}>
          {i.rowsOf(formats.number(rows.understood, 9), formats.number(rows.skipped, 9))}
        </dd>
      </dl>
      {result.problem ? <ProblemView problem={result.problem} /> : null}
      <ul className="stack import-warnings">
        {warnings.slice(0, shownWarnings).map((warning, index) => (
          <li key={index}>{neutralise(phrase(warning.message))}</li>
        ))}
      </ul>
      {warnings.length > shownWarnings ? <p className="muted">{t.imports.moreResults(warnings.length - shownWarnings)}</p> : null}
    </div>
  )
}

const Facts = ({ file }: { file: StagedFile }) => {
  const t = useT()
  const formats = useFormats()
  const i = t.imports.inspector
  return (
    <dl className="facts">
      <dt>{i.file}</dt>
      <dd>{neutralise(file.path)}</dd>
      <dt>{i.size}</dt>
      <dd className="number">{formats.bytes(file.bytes)}</dd>
      {file.sha256 ? (
        <>
          <dt>{i.sha}</dt>
          <dd>
            <Mono>{file.sha256}</Mono>
          </dd>
        </>
      ) : null}
      {file.redactedSecrets > 0 ? (
        <>
          <dt>{i.secrets}</dt>
          <dd className="number">{formats.number(file.redactedSecrets, 9)}</dd>
        </>
      ) : null}
      {file.launch !== null ? (
        <>
          <dt>{i.launch}</dt>
          <dd>{neutralise(file.launch)}</dd>
          <dt>{i.rank}</dt>
          <dd className="number">{file.rank ?? ''}</dd>
        </>
      ) : null}
      {file.duplicate ? (
        <>
          <dt>{i.duplicate}</dt>
          <dd>
            <a href={links.experiment(file.duplicate.experimentId, file.duplicate.runId)}>{neutralise(file.duplicate.experiment)}</a>
          </dd>
        </>
      ) : null}
      {file.sameAs !== null ? (
        <>
          <dt>{i.sameAs}</dt>
          <dd>{neutralise(file.sameAs)}</dd>
        </>
      ) : null}
    </dl>
  )
}

/** Everything known about the file that the cursor is on. */
export const Inspector = ({ file }: { file: StagedFile | null }) => {
  const t = useT()
  if (!file) {
    return (
      <aside className="inspector" aria-label={t.imports.inspector.file}>
        <p className="muted">{t.imports.selectOne}</p>
      </aside>
    )
  }
  const name = neutralise(splitPath(file.path).name)
  const toldByResult = file.recognised.some(
    ({ problem }) => problem?.code === file.problem?.code && problem?.message === file.problem?.message,
  )
  return (
    <aside className="inspector" aria-label={name}>
      <h2 className="import-title">{name}</h2>
      {file.problem && !toldByResult ? <ProblemView problem={file.problem} /> : null}
      <Facts file={file} />
      {file.recognised.map((result, index) => (
        <section key={index} className="section">
          <h3>{t.imports.inspector.results}</h3>
          <Result result={result} />
        </section>
      ))}
    </aside>
  )
}
