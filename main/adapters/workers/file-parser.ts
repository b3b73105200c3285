import { availableParallelism, totalmem } from 'node:os'
import { deserialize, serialize } from 'node:v8'
import type { ParsedFile } from '../../../preload/contract'
import type { MeasurementColumns } from '../../core/runs/measurement-columns'
import type { FileParser, FlameAnswers, FlameTask, PackedResult, ResultPacking, StagedReading } from '../../ports/file-parser'
import { WorkerPool } from './pool'

/** V8's own form: numbers as they lie in memory. */
export const packing: ResultPacking = {
  pack: (values) => serialize(values),
  unpackResults: (bytes) => deserialize(bytes) as PackedResult[],
  unpackColumns: (bytes) => deserialize(bytes) as MeasurementColumns,
}

/** Twice what the largest text with all its rows needs; less where that would be most of the machine's. */
const memoryMiB = Math.min(3072, Math.floor(totalmem() / 2 ** 20 / 2))
/** One per core, up to four: each may take that memory. */
const defaultLanes = (): number => Math.max(1, Math.min(4, availableParallelism()))

/** A FileParser on worker threads that run `entry`. */
export const createFileParser = (entry: string, lanes = defaultLanes()): FileParser => {
  const pool = new WorkerPool({ entry, lanes, memoryMiB })
  return {
    lanes,
    parse: async (file, signal) => (await pool.run({ kind: 'parse', file }, signal)) as ParsedFile,
    stage: async (files, folder, signal, onBytes) =>
      (await pool.run({ kind: 'stage', files, folder }, signal, (bytes) => onBytes?.(Number(bytes)))) as StagedReading[],
    flame: async <Task extends FlameTask>(task: Task, signal?: AbortSignal, onBytes?: (bytes: number) => void) =>
      (await pool.run({ kind: 'flame', task }, signal, (bytes) => onBytes?.(Number(bytes)))) as FlameAnswers[Task['answer']],
    close: () => pool.close(),
  }
}
