import { parseWork } from '../../main/hosts/parse-work'
import type { FileParser, FlameAnswers, FlameTask, StagedReading } from '../../main/ports/file-parser'
import type { ParsedFile } from '../../preload/contract'

/** The readers' work in the thread of the test: what a test of something else needs no built worker for. */
export const inThreadParser: FileParser = {
  lanes: 1,
  parse: async (file) => (await parseWork({ kind: 'parse', file }, () => undefined)) as ParsedFile,
  stage: async (files, folder, signal, onBytes = () => undefined) => {
    signal?.throwIfAborted()
    return (await parseWork({ kind: 'stage', files, folder }, onBytes)) as StagedReading[]
  },
  flame: async <Task extends FlameTask>(task: Task, signal?: AbortSignal, onBytes: (bytes: number) => void = () => undefined) => {
    signal?.throwIfAborted()
    return (await parseWork({ kind: 'flame', task }, onBytes)) as FlameAnswers[Task['answer']]
  },
  close: async () => undefined,
}
