import { appError } from '../../../preload/contract'
import { readers } from '../../../remote-scripts'
import { functionOf, kindOf, StackLines } from '../../../remote-scripts/_kit/folded-line'
import type { FrameNames } from '../../core/flame/tree'
import type { StackLaunch } from '../../ports/file-parser'
import type { ArtifactStore } from '../../ports/store'

/** What reading stacks needs; `onBytes` hears of bytes of the files, as they lie, since it was called last. */
export interface StackReading {
  artifacts: Pick<ArtifactStore, 'read'>
  onBytes(bytes: number): void
}

const pieceBytes = 2 ** 20
const headBytes = 65_536
/** Frames whose function is remembered. */
const mostKnown = 2 ** 18

export type StackFile = StackLaunch['artifacts'][number]

/** Numbers of functions, root first. */
export type TakeStack = (frames: number[], count: number) => void

const isPacked = (head: Uint8Array): boolean => head[0] === 0x1f && head[1] === 0x8b

async function* piecesOf({ artifacts, onBytes }: StackReading, { sha256, bytes }: StackFile): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < bytes; at += pieceBytes) {
    const piece = new Uint8Array(await artifacts.read(sha256, at, pieceBytes))
    onBytes(piece.length)
    yield piece
  }
}

async function* unpacked(packed: AsyncGenerator<Uint8Array<ArrayBuffer>>): AsyncGenerator<Uint8Array> {
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const next = await packed.next()
      if (next.done) controller.close()
      else controller.enqueue(next.value)
    },
  })
  const reader = source.pipeThrough(new DecompressionStream('gzip')).getReader()
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value
  } catch (error) {
    throw appError('parse.truncated', `The gzip file of the stacks is damaged or breaks off: ${String(error)}`)
  } finally {
    // For a reader that stops early; a stream that broke would throw its own error again, in place of the one above.
    await reader.cancel().catch(() => undefined)
  }
}

/** The text's bytes: of an imported .gz what is inside. */
const textPieces = async (reading: StackReading, file: StackFile): Promise<AsyncIterable<Uint8Array>> => {
  const head = await reading.artifacts.read(file.sha256, 0, 2)
  if (!isPacked(head)) return piecesOf(reading, file)
  return unpacked(piecesOf(reading, file))
}

const looksFolded = async ({ artifacts }: StackReading, file: StackFile): Promise<boolean> => {
  for await (const piece of await textPieces({ artifacts, onBytes: () => undefined }, file)) {
    const head = new TextDecoder().decode(piece.subarray(0, headBytes))
    return (readers.get('flame')?.streams ?? []).some((format) => format.detect(head) > 0)
  }
  return false
}

/** The files of a launch of the flame probe that may hold folded stacks: its own, or what was imported. */
export const candidateFiles = ({ artifacts }: StackLaunch): StackFile[] => {
  const own = artifacts.filter(({ name }) => name.endsWith('/stacks.folded'))
  return own.length > 0 ? own : artifacts.filter(({ bytes }) => bytes > 0)
}

/** Those that do hold some; what does not counts as read. */
export const stackFiles = async (reading: StackReading, launch: StackLaunch): Promise<StackFile[]> => {
  const candidates = candidateFiles(launch)
  if (candidates.some(({ name }) => name.endsWith('/stacks.folded'))) return candidates
  const found: StackFile[] = []
  for (const file of candidates) {
    if (await looksFolded(reading, file)) found.push(file)
    else reading.onBytes(file.bytes)
  }
  return found
}

/** Reads every stack of the files; of two counts the second. True when a file has two: it is a differential profile. */
export const readStacks = async (
  reading: StackReading,
  files: readonly StackFile[],
  names: FrameNames,
  take: TakeStack,
): Promise<boolean> => {
  const numbers = new Map<string, number>()
  const numberOf = (frame: string): number => {
    let number = numbers.get(frame)
    if (number !== undefined) return number
    number = names.idOf(functionOf(frame), kindOf(frame))
    // With line numbers there are far more frames than functions, and a hostile file has any number.
    if (numbers.size >= mostKnown) numbers.clear()
    numbers.set(frame, number)
    return number
  }
  let isDifferential = false
  for (const file of files) {
    const lines = new StackLines((stack) => {
      const count = stack?.counts.at(-1) ?? 0
      if (stack && count > 0) take(stack.frames.map(numberOf), count)
    })
    for await (const piece of await textPieces(reading, file)) lines.push(piece)
    lines.end()
    isDifferential ||= lines.columns === 2
  }
  return isDifferential
}
