import { toProblem, type VerifyReport } from '../../../preload/contract'
import type { ArtifactReference, ArtifactStore, RunStore } from '../../ports/store'

type Finding = VerifyReport['findings'][number]

/** The references that can still be read; a database too damaged for that is itself a finding. */
const readReferences = (store: RunStore): { references: ArtifactReference[]; findings: Finding[] } => {
  try {
    return { references: store.artifactReferences(), findings: [] }
  } catch (error) {
    return { references: [], findings: [{ kind: 'database', subject: 'table run_artifacts', message: toProblem(error).message }] }
  }
}

/**
 * Checks every row, reference, sample and artifact, and says what is wrong. Changes nothing.
 * Bytes that no row names are reported but are not wrong: a run killed between its files and its row leaves them.
 */
export const verifyStore = async (store: RunStore, artifacts: ArtifactStore): Promise<VerifyReport> => {
  const database = store.verify()
  const { references, findings: unread } = readReferences(store)
  const files = await artifacts.verify(references)
  // Without the references every artifact would look unreferenced, which says nothing.
  const fileFindings = unread.length > 0 ? [] : files.findings
  const findings = [...database.findings, ...unread, ...fileFindings]
  return {
    ok: findings.every(({ kind }) => kind === 'artifact_unreferenced'),
    checked: { artifacts: files.artifacts, bytes: files.bytes, rows: database.rows, series: database.series },
    findings,
  }
}
