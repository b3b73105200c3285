import type { MeasurementColumns } from '../core/runs/measurement-columns'
import type { Arm, FlameDiff, FlamePair, FlameProfile, ParsedFile, ParseResult, Problem, Recognised, Run } from '../../preload/contract'
import type { Language } from '../../preload/contract/messages'

export interface FileToParse {
  name: string
  source: { path: string } | { bytes: Uint8Array }
  /** Read with this probe's formats; absent: told by content. */
  probe?: string | undefined
}

/** With it a file in the staging folder can be read, by whoever has it in memory: what a person sends may hold secrets. */
export interface FileKey {
  /** 32 bytes. */
  key: Uint8Array
  /** 8 bytes, of this file alone. */
  nonce: Uint8Array
}

/** Bytes of a file on this machine. */
export interface FilePart {
  file: string
  offset: number
  length: number
}

export interface FileToStage {
  /** Where it lies on this machine. */
  path: string
  /** It lies there encrypted. */
  key?: FileKey | undefined
  name: string
  probe?: string | undefined
}

/** A result with its measurements beside it, in columns; `result.measurements` is empty. */
export interface PackedResult {
  result: ParseResult
  /** The first ones; more may lie apart. */
  first: MeasurementColumns
}

/** Packed results of one file; many measurements lie apart, so that nobody has to unpack them all at once. */
export interface StagedResults {
  /** `PackedResult[]`. */
  head: FilePart
  /** Further `MeasurementColumns` of one of them each, in order. */
  values: { result: number; part: FilePart }[]
}

/** A file of an import, read: what a parser found lies in `results`, the bytes to keep in `content`, secrets masked. */
export interface StagedReading {
  bytes: number
  sha256: string
  secrets: number
  recognised: Recognised[]
  problem: Problem | null
  /** Of a file that is one rank of a launch: same text for its launch's other files in the same folder. */
  launch: { key: string; rank: number } | null
  /** What the names of its folders and itself say of its arm. */
  said: Arm
  /** The file itself where nothing had to be masked: its bytes are as read only while they have `sha256`. */
  content: FilePart
  /** Null: nothing was recognised. */
  results: StagedResults | null
}

/** A launch of the flame probe whose stacks are read. */
export type StackLaunch = Pick<Run, 'id' | 'artifacts'>

/** Launches whose stacks become one tree; `after` is empty where there is one profile. */
export interface StackSides {
  before: StackLaunch[]
  after: StackLaunch[]
}

/** What can be asked of stacks; the artifacts are those of the store in `dataDir`. */
export interface FlameTasks {
  profile: { answer: 'profile'; dataDir: string; launch: StackLaunch }
  folded: { answer: 'folded'; dataDir: string; sides: StackSides }
  difference: {
    answer: 'difference'
    dataDir: string
    sides: StackSides
    pair: Pick<FlamePair, 'before' | 'after'>
    /** Why no difference may be told, whatever the figures say. */
    blocked: string | null
    lang: Language
  }
}
export type FlameTask = FlameTasks[keyof FlameTasks]
export interface FlameAnswers {
  profile: FlameProfile
  /** One line a stack. */
  folded: string[]
  difference: FlameDiff
}

/** Reads files off the thread that serves the window. An abort ends the work at once, however long a parser would take. */
export interface FileParser {
  /** Files that are worked on at the same time. */
  readonly lanes: number
  parse(file: FileToParse, signal?: AbortSignal): Promise<ParsedFile>
  /** A batch, in order, on one lane; what must be kept aside is written into `folder`. `onBytes` hears of bytes read since. */
  stage(files: FileToStage[], folder: string, signal?: AbortSignal, onBytes?: (bytes: number) => void): Promise<StagedReading[]>
  /** Of stacks of any size; `onBytes` hears of bytes read since. */
  flame<Task extends FlameTask>(task: Task, signal?: AbortSignal, onBytes?: (bytes: number) => void): Promise<FlameAnswers[Task['answer']]>
  close(): Promise<void>
}

/** Results as bytes, and back; both ends are this program. */
export interface ResultPacking {
  pack(values: readonly PackedResult[] | MeasurementColumns): Uint8Array
  unpackResults(bytes: Uint8Array): PackedResult[]
  unpackColumns(bytes: Uint8Array): MeasurementColumns
}

/** Keeps bytes aside in the folder of one import. Blocks: for worker threads. */
export interface Spool {
  /** There once it is closed; the bytes must not change before. */
  append(bytes: Uint8Array): FilePart
  /** A file of its own, for what is large; encrypted with a key. */
  file(key?: FileKey): { path: string; write(bytes: Uint8Array): void; finish(): FilePart; drop(): void }
  /** A file that is needed no more. */
  remove(path: string): void
  close(): void
}
