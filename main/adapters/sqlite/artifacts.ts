import type { ArtifactRef } from '../../../preload/contract'
import type { ArtifactReference } from '../../ports/store'
import { damaged } from './errors'
import type { Handle } from './handle'
import { rowCrc, type SqlValue } from './sealed-table'

export interface NamedArtifact {
  runSeq: number
  ordinal: number
  name: string
  sha256: string
  bytes: number
  crc: number
}

const crcOf = (runId: string, ordinal: number, { name, sha256, bytes }: ArtifactRef): number =>
  rowCrc([runId, ordinal, name, sha256, bytes])

/** Checks each row; the run's id belongs to the checksum, so that a row cannot pass for another run's. */
export const toReferences = (runId: string, rows: NamedArtifact[]): ArtifactRef[] =>
  rows.map(({ ordinal, name, sha256, bytes, crc }) => {
    const artifact = { name, sha256, bytes }
    if (crcOf(runId, ordinal, artifact) !== crc)
      throw damaged(`table run_artifacts, run ${runId}, ${name}`, 'its checksum does not match its content')
    return artifact
  })

/** Which run names which bytes. The caller has the bytes durable in the artifact store before it writes a row here. */
export const artifactRepository = ({ db }: Handle) => {
  const insertArtifact = db.prepare<SqlValue[]>('INSERT INTO artifacts (sha256, bytes) VALUES (?, ?) ON CONFLICT DO NOTHING')
  const seqOf = db.prepare<SqlValue[], number>('SELECT seq FROM artifacts WHERE sha256 = ?').pluck()
  const insertName = db.prepare<SqlValue[]>('INSERT INTO run_artifacts (run_seq, ordinal, name, artifact_seq, crc) VALUES (?, ?, ?, ?, ?)')
  const forget = db.prepare<SqlValue[]>('DELETE FROM run_artifacts WHERE run_seq = ?')
  const named =
    'SELECT n.run_seq AS runSeq, n.ordinal, n.name, a.sha256, a.bytes, n.crc FROM run_artifacts n JOIN artifacts a ON a.seq = n.artifact_seq'
  const ofRun = db.prepare<SqlValue[], NamedArtifact>(`${named} WHERE n.run_seq = ? ORDER BY n.ordinal`)
  const ofExperiment = db.prepare<SqlValue[], NamedArtifact>(
    `${named} WHERE n.run_seq IN (SELECT seq FROM runs WHERE experiment_seq = ?) ORDER BY n.run_seq, n.ordinal`,
  )
  const subjects = db.prepare<[], { sha256: string; bytes: number; subject: string }>(
    `SELECT a.sha256, a.bytes, 'run ' || r.id || ': ' || n.name AS subject
     FROM run_artifacts n JOIN artifacts a ON a.seq = n.artifact_seq JOIN runs r ON r.seq = n.run_seq`,
  )
  const environments = db.prepare<[], { sha256: string; bytes: number | null; subject: string }>(
    `SELECT v.artifact_sha256 AS sha256, a.bytes, 'experiment ' || e.id || ': inventory of ' || v.host AS subject
     FROM environments v JOIN experiments e ON e.seq = v.experiment_seq LEFT JOIN artifacts a ON a.sha256 = v.artifact_sha256
     WHERE v.artifact_sha256 IS NOT NULL`,
  )

  return {
    replace(runSeq: number, runId: string, artifacts: ArtifactRef[]): void {
      forget.run(runSeq)
      artifacts.forEach((artifact, ordinal) => {
        insertArtifact.run(artifact.sha256, artifact.bytes)
        insertName.run(runSeq, ordinal, artifact.name, seqOf.get(artifact.sha256) ?? null, crcOf(runId, ordinal, artifact))
      })
    },
    ofRun: (runSeq: number): NamedArtifact[] => ofRun.all(runSeq),
    /** By run, in one query. */
    ofExperiment: (experimentSeq: number): Map<number, NamedArtifact[]> =>
      Map.groupBy(ofExperiment.all(experimentSeq), ({ runSeq }) => runSeq),
    references(): ArtifactReference[] {
      const found = new Map<string, ArtifactReference>()
      for (const { sha256, bytes, subject } of [...subjects.all(), ...environments.all()]) {
        const reference = found.get(sha256) ?? { sha256, bytes, subjects: [] }
        reference.subjects.push(subject)
        found.set(sha256, reference)
      }
      return [...found.values()]
    },
  }
}

export type ArtifactRepository = ReturnType<typeof artifactRepository>
