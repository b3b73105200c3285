import { appError } from '../../preload/contract'
import type { Deps } from './deps'
import { neutralise } from './text'

const maxChunkBytes = 256 * 1024

export interface RunLog {
  text: string
  nextOffset: number
  totalBytes: number
  names: string[]
}

/** A stored log of a run from a byte offset, at most 256 KiB a call, made safe to show. Throws store.not_found. */
export const readRunLog = async (deps: Pick<Deps, 'store' | 'artifacts'>, runId: string, name: string, offset: number): Promise<RunLog> => {
  const run = deps.store.findRun(runId)
  if (!run) throw appError('store.not_found', `There is no run "${runId}".`)
  const names = run.artifacts.map((artifact) => artifact.name)
  const artifact = run.artifacts.find((one) => one.name === name)
  if (!artifact) return { text: '', nextOffset: 0, totalBytes: 0, names }
  const bytes = offset < artifact.bytes ? await deps.artifacts.read(artifact.sha256, offset, maxChunkBytes) : new Uint8Array()
  return { text: neutralise(new TextDecoder().decode(bytes)), nextOffset: offset + bytes.length, totalBytes: artifact.bytes, names }
}
