import { readdir } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import type { VerifyReport } from '../../../preload/contract'
import type { ArtifactReference } from '../../ports/store'
import { artifactPath, artifactsFolder, isSha256, partialFolder } from './artifact-paths'
import { hashFile } from './hash-file'
import { artifactError, isAbsent } from './system-error'

type Finding = VerifyReport['findings'][number]
export interface ArtifactsVerified {
  findings: Finding[]
  artifacts: number
  bytes: number
}

const named = (subjects: string[]): string =>
  subjects.length > 3 ? `${subjects.slice(0, 3).join('; ')} and ${subjects.length - 3} more` : subjects.join('; ')

const checkOne = async (
  path: string,
  { sha256, bytes, subjects }: ArtifactReference,
): Promise<{ finding: Finding | null; bytes: number }> => {
  try {
    const found = await hashFile(path)
    if (found.sha256 === sha256 && (bytes === null || bytes === found.bytes)) return { finding: null, bytes: found.bytes }
    const expected = bytes === null ? '' : `, ${bytes} expected`
    const message = `its bytes do not match its hash (${found.bytes} bytes${expected}); named by ${named(subjects)}`
    return { finding: { kind: 'artifact_damaged', subject: sha256, message }, bytes: found.bytes }
  } catch (error) {
    if (isAbsent(error)) return { finding: { kind: 'artifact_missing', subject: sha256, message: `named by ${named(subjects)}` }, bytes: 0 }
    const known = artifactError(error)
    const message = `it cannot be read (${known instanceof Error ? known.message : String(known)}); named by ${named(subjects)}`
    return { finding: { kind: 'artifact_damaged', subject: sha256, message }, bytes: 0 }
  }
}

const filesBelow = async (folder: string): Promise<string[]> => {
  try {
    const entries = await readdir(folder, { withFileTypes: true, recursive: true })
    return entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
      .sort()
  } catch (error) {
    if (isAbsent(error)) return []
    throw error
  }
}

/** What lies in the folder and no row names; files still being written lie in `partial` and are not looked at. */
const unreferenced = async (dataDir: string, known: ReadonlySet<string>): Promise<Finding[]> => {
  const root = artifactsFolder(dataDir)
  const partial = relative(root, partialFolder(dataDir)) + sep
  const foreign = (await filesBelow(root)).filter((path) => !path.startsWith(partial) && !known.has(path.replace(sep, '')))
  return foreign.map((path) => {
    const sha256 = path.replace(sep, '')
    const isArtifact = isSha256(sha256)
    const message = isArtifact ? 'no run names it: left by a run that was interrupted' : 'this is not the name of an artifact'
    return { kind: 'artifact_unreferenced', subject: isArtifact ? sha256 : path, message }
  })
}

/** Re-hashes every referenced artifact, in constant memory. */
export const verifyArtifacts = async (dataDir: string, references: ArtifactReference[]): Promise<ArtifactsVerified> => {
  const findings: Finding[] = []
  let bytes = 0
  for (const reference of references) {
    if (!isSha256(reference.sha256)) {
      findings.push({
        kind: 'reference',
        subject: named(reference.subjects),
        message: 'it names an artifact by something that is not a SHA-256',
      })
      continue
    }
    const checked = await checkOne(artifactPath(dataDir, reference.sha256), reference)
    bytes += checked.bytes
    if (checked.finding) findings.push(checked.finding)
  }
  findings.push(...(await unreferenced(dataDir, new Set(references.map(({ sha256 }) => sha256)))))
  return { findings, artifacts: references.length, bytes }
}
