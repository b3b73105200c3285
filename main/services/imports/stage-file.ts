import type { ParsedFile, ParseResult, Recognised } from '../../../preload/contract'
import { toProblem } from '../../../preload/contract'
import { armOfPath } from '../../core/runs/guess-arms'
import { packMeasurements } from '../../core/runs/measurement-columns'
import type { FilePart, FileToStage, PackedResult, ResultPacking, StagedReading, StagedResults } from '../../ports/file-parser'
import type { FileSource } from '../../ports/file-source'
import { parseSource } from '../parse/parse-file'
import { bytesSource } from '../parse/source'
import { launchOf } from './launch-of'
import { maskLarge, type MaskSetting } from './mask-large'
import { maskSmall } from './mask-small'

export interface StageSetting extends MaskSetting {
  packing: ResultPacking
  /** Up to here a file is read into memory and kept aside at once. */
  smallBytes?: number
}

const defaultSmallBytes = 4 * 2 ** 20
/** Measurements that are stored in one go: a few milliseconds' work. */
const maxTogether = 2000

const summary = ({ probe, tool, measurements, rows, warnings, problem }: ParseResult): Recognised => ({
  probe,
  tool,
  values: measurements.length,
  rows,
  warnings,
  problem,
})

interface Kept {
  content: FilePart
  sha256: string
  secrets: number
  parsed: ParsedFile
}

const keepSmall = async (source: FileSource, size: number, probe: string | undefined, setting: StageSetting): Promise<Kept | null> => {
  const bytes = (await source.slice?.(0, size)) ?? new Uint8Array()
  const masked = await maskSmall(bytesSource(source.name, bytes), bytes, setting.tools)
  if (!masked) return null
  setting.onBytes(size)
  const parsed = await parseSource(bytesSource(source.name, masked.bytes), setting.tools, { probe })
  const { sha256, secrets } = masked
  const content = parsed.results.length > 0 ? setting.spool.append(masked.bytes) : { file: '', offset: 0, length: masked.bytes.length }
  return { content, sha256, secrets, parsed }
}

const keepLarge = async (source: FileSource, probe: string | undefined, setting: StageSetting): Promise<Kept> => {
  const { part, sha256, secrets } = await maskLarge(source, setting)
  const parsed = await parseSource({ ...setting.open(part.file), name: source.name }, setting.tools, { probe })
  return { content: part, sha256, secrets, parsed }
}

/** The first measurements beside their result; the others in parts that are unpacked one by one. */
const keepResults = (results: readonly ParseResult[], { packing, spool }: StageSetting): StagedResults => {
  const packed = results.map((result): PackedResult => {
    const first = packMeasurements(result.measurements.slice(0, maxTogether))
    return { result: { ...result, measurements: [] }, first }
  })
  const head = spool.append(packing.pack(packed))
  const values: StagedResults['values'] = []
  results.forEach(({ measurements }, result) => {
    for (let at = maxTogether; at < measurements.length; at += maxTogether)
      values.push({ result, part: spool.append(packing.pack(packMeasurements(measurements.slice(at, at + maxTogether)))) })
  })
  return { head, values }
}

const read = async (file: FileToStage, setting: StageSetting): Promise<StagedReading> => {
  const source = { ...setting.open(file.path, file.key), name: file.name }
  const size = source.size ?? 0
  const small = size <= (setting.smallBytes ?? defaultSmallBytes) ? await keepSmall(source, size, file.probe, setting) : null
  const { content, sha256, secrets, parsed } = small ?? (await keepLarge(source, file.probe, setting))
  const results = parsed.results.length > 0 ? keepResults(parsed.results, setting) : null
  return {
    bytes: content.length,
    sha256,
    secrets,
    recognised: parsed.results.map(summary),
    problem: parsed.problem,
    launch: launchOf(parsed.results),
    said: armOfPath(file.name),
    content,
    results,
  }
}

/** Reads one file of an import: masks it, parses what is left, keeps both aside. A file that cannot be read is its own problem. */
export const stageFile = async (file: FileToStage, setting: StageSetting): Promise<StagedReading> => {
  try {
    return await read(file, setting)
  } catch (error) {
    const nothing = { file: '', offset: 0, length: 0 }
    const problem = toProblem(error)
    return { bytes: 0, sha256: '', secrets: 0, recognised: [], problem, launch: null, said: {}, content: nothing, results: null }
  }
}
