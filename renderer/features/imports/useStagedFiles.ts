import { useEffect, useMemo, useState } from 'react'
import type { ImportStatus, StagedFile } from '../../../preload/contract/imports'
import { useApi } from '../../app/api'
import { isAbortError, toFailure, type Failure } from '../../app/failure'
import { notePaths } from './session'
import { useImports, type LeftOut } from './state'

const pageSize = 1000

/** A file that never reached the core, as a row among the others. */
const leftOutRow = ({ path, problem }: LeftOut): StagedFile => ({
  path,
  bytes: 0,
  state: 'unrecognised',
  sha256: null,
  recognised: [],
  problem,
  redactedSecrets: 0,
  arm: {},
  launch: null,
  rank: null,
  duplicate: null,
  sameAs: null,
})

export interface StagedFiles {
  /** Null before the first answer. */
  files: readonly StagedFile[] | null
  failure: Failure | null
}

/** Everything recognised so far, asked for anew whenever reading comes to rest. */
export const useStagedFiles = (status: ImportStatus): StagedFiles => {
  const { client } = useApi()
  const { id, progress, totals } = status
  const revision = useImports((state) => state.revision)
  const leftOut = useImports((state) => state.leftOut)
  const [loaded, setLoaded] = useState<{ files: StagedFile[] | null; failure: Failure | null }>({ files: null, failure: null })
  const resting = progress.phase !== 'reading' && progress.phase !== 'storing'
  const { files: total, waiting } = totals
  useEffect(() => {
    if (!resting || total === 0) return undefined
    const controller = new AbortController()
    const load = async (): Promise<void> => {
      const files: StagedFile[] = []
      try {
        for (let more = true; more;) {
          const page = await client.call('imports.files', { id, offset: files.length, limit: pageSize }, controller.signal)
          files.push(...page.files)
          more = page.files.length > 0 && files.length < page.total
        }
        notePaths(files.map(({ path }) => path))
        setLoaded({ files, failure: null })
      } catch (error) {
        if (!isAbortError(error)) setLoaded((old) => ({ ...old, failure: toFailure(error) }))
      }
    }
    void load()
    return () => controller.abort()
  }, [client, id, resting, total, waiting, revision])
  const files = useMemo(
    () =>
      loaded.files ? [...loaded.files, ...leftOut.map(leftOutRow)] : total === 0 && leftOut.length > 0 ? leftOut.map(leftOutRow) : null,
    [loaded.files, leftOut, total],
  )
  return { files, failure: loaded.failure }
}
