import type { ParseResult } from '../../../preload/contract'
import type { FormatParser } from '../../_kit/probe'
import { certain, likely, notMine } from '../../_kit/detect'
import { isInventoryScript, isNvidiaError, lostAdvice, noteNvidiaErrors, quantityOf, saidOf } from '../../_kit/nvidia'
import { add, fail, newReading, setFacts, skipRow, warn, type Reading } from '../../_kit/reading'
import { cleanText } from '../../_kit/text'

/** `| NVIDIA-SMI 535.54.03   Driver Version: 535.54.03   CUDA Version: 12.2 |`; the driver is `KMD Version` in newer ones. */
const banner =
  /^\s{0,40}\|\s{1,10}NVIDIA-SMI\s{1,10}([\d.]{3,20})\s.{0,60}?(?:Driver|KMD) Version:\s{1,10}([\d.]{3,20})(?:\s.{0,80}?CUDA (?:UMD )?Version:\s{1,10}([\d.]{1,10}|N\/A))?/
/** `|   0  NVIDIA A100-SXM4-80GB     On  | 00000000:01:00.0 Off |   0 |`; an integrated GPU has no bus, a lost one may have no name. */
const first =
  /^\s{0,40}\|\s{1,6}(\d{1,4})\s{1,4}(\S.{0,60}?)\s{1,40}(?:On|Off|N\/A|TCC|WDDM|MCDM|ERR!)\s{0,6}\|\s{1,6}([0-9A-Fa-f]{4,8}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}\.\d|N\/A)\s/
/** `| N/A   27C    P0    67W / 400W |     50MiB / 81920MiB |      0%      Default |` */
const second =
  /^\s{0,40}\|\s{0,6}(\S{1,12})\s{1,8}(\S{1,8})\s{1,8}(P\d{1,2}|N\/A|ERR!)\s{1,30}(\S{1,12})\s{1,4}\/\s{1,8}(\S{1,12})\s{0,4}\|\s{1,30}(?:(\S{1,14})\s{1,4}\/\s{1,8}(\S{1,14})|Not Supported|ERR!|Unknown Error|GPU is lost|GPU requires reset)\s{0,30}\|\s{1,20}(\S{1,8})\s/

/** `|  0    1   0   0  |      37MiB / 40192MiB    | …`: a MIG device of GPU 0. */
const instance = /^\s{0,40}\|\s{1,6}\d{1,4}(?:\s{1,6}\d{1,4}){3}\s{1,6}\|\s{1,30}\d{1,7}MiB\s{0,4}\//

interface Listed {
  gpu: number
  name: string | null
  bus: string | null
}

/** Lines of a table have their width at most; what is longer is none. */
const widest = 400
const matchOf = (pattern: RegExp, line: string | undefined): RegExpExecArray | null => pattern.exec((line ?? '').slice(0, widest))

/** A GPU's two lines, one below the other: no other tool draws them, even where the banner is not copied. */
const isGpuAt = (lines: readonly string[], index: number): boolean =>
  matchOf(first, lines[index]) !== null && matchOf(second, lines[index + 1]) !== null

const readGpu = (reading: Reading, listed: Listed, match: RegExpExecArray): number | null => {
  const dimensions = { gpu: listed.gpu }
  const [, fan, temperature, , power, limit, used, total, util] = match
  add(reading, 'gpu.temperature', 'degC', quantityOf(temperature, 'degC'), dimensions)
  add(reading, 'gpu.power', 'W', quantityOf(power, 'W'), dimensions)
  add(reading, 'gpu.mem_used', 'bytes', quantityOf(used, 'bytes'), dimensions)
  add(reading, 'gpu.mem_total', 'bytes', quantityOf(total, 'bytes'), dimensions)
  add(reading, 'gpu.util', '1', quantityOf(util, '1'), dimensions)
  add(reading, 'gpu.fan_speed', '1', quantityOf(fan, '1'), dimensions)
  return quantityOf(limit, 'W')
}

const readRows = (reading: Reading, lines: readonly string[]): { listed: Listed[]; limits: (number | null)[] } => {
  const listed: Listed[] = []
  const limits: (number | null)[] = []
  const wrong: number[] = []
  lines.forEach((line, index) => {
    const match = line.length > widest ? null : first.exec(line)
    if (!match) return
    const gpu = { gpu: Number(match[1]), name: saidOf(match[2]), bus: saidOf(match[3]) }
    const below = matchOf(second, lines[index + 1])
    listed.push(gpu)
    if (!below) return skipRow(reading, line, 'the line of its readings does not follow')
    if (below[0].includes('ERR!')) wrong.push(gpu.gpu)
    limits.push(readGpu(reading, gpu, below))
    reading.rows.understood += 1
  })
  if (wrong.length > 0) warn(reading, 'gpu_error', `GPU ${wrong.join(', ')} answers with errors (ERR!): ${lostAdvice}`)
  return { listed, limits }
}

const readTable = (lines: readonly string[], head: RegExpExecArray | null): ParseResult => {
  const reading = newReading('inventory', 'nvidia-smi', head?.[2] ?? null)
  const { listed, limits } = readRows(reading, lines)
  const instances = lines.filter((line) => line.length <= widest && instance.test(line)).length
  const limit = limits.every((one) => one === limits[0]) ? limits[0] : undefined
  setFacts(reading, {
    tool: 'nvidia-smi',
    gpu_count: listed.length,
    gpus: listed.map(({ gpu }) => gpu),
    names: [...new Set(listed.flatMap(({ name }) => name ?? []))],
    bus_ids: listed.flatMap(({ bus }) => bus ?? []),
    ...(head?.[2] === undefined ? {} : { driver_version: head[2] }),
    ...(head?.[3] === undefined || head[3] === 'N/A' ? {} : { cuda_version: head[3] }),
    ...(limit === undefined || limit === null ? {} : { power_limit_w: limit }),
    ...(instances > 0 ? { mig_devices: instances } : {}),
  })
  if (reading.rows.understood + reading.rows.skipped === 0) fail(reading, 'parse.no_rows', 'The table lists no GPU.')
  else if (reading.measurements.length === 0)
    warn(
      reading,
      'no_readings',
      'nvidia-smi names the GPUs and has no reading of them; those of an integrated GPU are read with tegrastats.',
    )
  return reading
}

/** nvidia-smi without arguments, and what it prints when it fails. */
export const smiTable: FormatParser = {
  id: 'nvidia-smi-table',
  detect(head) {
    if (isInventoryScript(head)) return notMine
    const lines = head.split('\n')
    const hasBanner = lines.some((line) => line.length < widest && banner.test(line))
    if (lines.some((line, index) => (hasBanner ? line.length < widest && first.test(line) : isGpuAt(lines, index)))) return certain
    return lines.some(isNvidiaError) ? likely : notMine
  },
  parse(text) {
    const lines = cleanText(text).split('\n')
    const tables: { head: RegExpExecArray | null; lines: string[] }[] = []
    for (const line of lines) {
      const head = line.length > widest ? null : banner.exec(line)
      if (head) tables.push({ head, lines: [] })
      else tables.at(-1)?.lines.push(line)
    }
    if (tables.length === 0 && lines.some((_, index) => isGpuAt(lines, index))) tables.push({ head: null, lines })
    if (tables.length > 0) return tables.map((table) => readTable(table.lines, table.head))
    const reading = newReading('inventory', 'nvidia-smi')
    setFacts(reading, { tool: 'nvidia-smi' })
    noteNvidiaErrors(reading, lines)
    return reading.problem ? [reading] : []
  },
}
