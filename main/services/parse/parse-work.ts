import type { ParsedFile } from '../../../preload/contract'
import { toProblem } from '../../../preload/contract'
import type {
  FileKey,
  FileToParse,
  FileToStage,
  FlameAnswers,
  FlameTask,
  ResultPacking,
  Spool,
  StagedReading,
} from '../../ports/file-parser'
import type { FileSource } from '../../ports/file-source'
import type { FileTools } from '../../ports/file-tools'
import type { ArtifactStore } from '../../ports/store'
import { flameWork } from '../flame/flame-work'
import { stageFile } from '../imports/stage-file'
import { parseSource } from './parse-file'
import { bytesSource } from './source'

/** What a lane of the FileParser does, wherever it runs. */
export type ParseTask =
  { kind: 'parse'; file: FileToParse } | { kind: 'stage'; files: FileToStage[]; folder: string } | { kind: 'flame'; task: FlameTask }
export type ParseTaskResult = ParsedFile | StagedReading[] | FlameAnswers[keyof FlameAnswers]

export interface ParseWorkSetting {
  tools: FileTools
  packing: ResultPacking
  openSource(path: string, options: { follow: boolean; key?: FileKey | undefined }): FileSource
  openSpool(folder: string): Spool
  openArtifacts(dataDir: string): Pick<ArtifactStore, 'read'>
}

export const createParseWork = ({ tools, packing, openSource, openSpool, openArtifacts }: ParseWorkSetting) => {
  const parse = async ({ name, source, probe }: FileToParse): Promise<ParsedFile> => {
    try {
      const opened = 'bytes' in source ? bytesSource(name, source.bytes) : { ...openSource(source.path, { follow: true }), name }
      return await parseSource(opened, tools, { probe })
    } catch (error) {
      return { file: name, problem: toProblem(error), results: [] }
    }
  }
  const stage = async (files: FileToStage[], folder: string, onBytes: (bytes: number) => void): Promise<StagedReading[]> => {
    // Closed after each batch: an open file could not be removed everywhere.
    const spool = openSpool(folder)
    try {
      const setting = { tools, packing, open: (path: string, key?: FileKey) => openSource(path, { follow: false, key }), spool, onBytes }
      const readings: StagedReading[] = []
      for (const file of files) readings.push(await stageFile(file, setting))
      return readings
    } finally {
      spool.close()
    }
  }
  return async (asked: ParseTask, onBytes: (bytes: number) => void): Promise<ParseTaskResult> => {
    if (asked.kind === 'parse') return parse(asked.file)
    if (asked.kind === 'stage') return stage(asked.files, asked.folder, onBytes)
    return flameWork(asked.task, { artifacts: openArtifacts(asked.task.dataDir), onBytes })
  }
}
