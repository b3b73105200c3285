import type { ParseResult } from '../../../preload/contract'
import type { FormatParser } from '../../_kit/probe'
import { certain, likely, notMine } from '../../_kit/detect'
import { isInventoryScript, isNvidiaError, lostAdvice, noteNvidiaErrors, quantityOf } from '../../_kit/nvidia'
import { add, fail, newReading, setFacts, skipRow, warn, type Reading } from '../../_kit/reading'
import { cleanText } from '../../_kit/text'

/** `| NVIDIA-SMI 535.54.03   Driver Version: 535.54.03   CUDA Version: 12.2 |`; the driver is `KMD Version` in newer ones. */
const banner =
  /^\|\s{1,10}NVIDIA-SMI\s{1,10}([\d.]{3,20})\s.{0,60}?(?:Driver|KMD) Version:\s{1,10}([\d.]{3,20})(?:\s.{0,80}?CUDA (?:UMD )?Version:\s{1,10}([\d.]{1,10}|N\/A))?/
/** `|   0  NVIDIA A100-SXM4-80GB     On  | 00000000:01:00.0 Off |   0 |` */
const first =
  /^\|\s{1,6}(\d{1,4})\s{1,4}(\S.{0,60}?)\s{1,40}(?:On|Off|N\/A|TCC|WDDM|MCDM)\s{0,6}\|\s{1,6}([0-9A-Fa-f]{4,8}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}\.\d)\s/
/** `| N/A   27C    P0    67W / 400W |     50MiB / 81920MiB |      0%      Default |` */
const second =
  /^\|\s{0,6}(\S{1,12})\s{1,8}(\S{1,8})\s{1,8}(P\d{1,2}|N\/A|ERR!)\s{1,30}(\S{1,12})\s{1,4}\/\s{1,8}(\S{1,12})\s{0,4}\|\s{1,30}(?:(\S{1,14})\s{1,4}\/\s{1,8}(\S{1,14})|Not Supported)\s{0,30}\|\s{1,20}(\S{1,8})\s/

/** `|  0    1   0   0  |      37MiB / 40192MiB    | …`: a MIG device of GPU 0. */
const instance = /^\|\s{1,6}\d{1,4}(?:\s{1,6}\d{1,4}){3}\s{1,6}\|\s{1,30}\d{1,7}MiB\s{0,4}\//

interface Listed {
  gpu: number
  name: string
  bus: string
}

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

const readTable = (lines: readonly string[], head: RegExpExecArray): ParseResult => {
  const reading = newReading('inventory', 'nvidia-smi', head[2] ?? null)
  const listed: Listed[] = []
  const limits: (number | null)[] = []
  lines.forEach((line, index) => {
    const match = line.length > 400 ? null : first.exec(line)
    if (!match) return
    const gpu = { gpu: Number(match[1]), name: match[2] ?? '', bus: match[3] ?? '' }
    const below = second.exec((lines[index + 1] ?? '').slice(0, 400))
    listed.push(gpu)
    if (!below) return skipRow(reading, line, 'the line of its readings does not follow')
    if (below[0].includes('ERR!')) warn(reading, 'gpu_error', `GPU ${gpu.gpu} answers with errors (ERR!): ${lostAdvice}`)
    limits.push(readGpu(reading, gpu, below))
    reading.rows.understood += 1
  })
  const instances = lines.filter((line) => line.length <= 400 && instance.test(line)).length
  const limit = limits.every((one) => one === limits[0]) ? limits[0] : undefined
  setFacts(reading, {
    tool: 'nvidia-smi',
    gpu_count: listed.length,
    gpus: listed.map(({ gpu }) => gpu),
    names: [...new Set(listed.map(({ name }) => name))],
    bus_ids: listed.map(({ bus }) => bus),
    ...(head[2] === undefined ? {} : { driver_version: head[2] }),
    ...(head[3] === undefined || head[3] === 'N/A' ? {} : { cuda_version: head[3] }),
    ...(limit === undefined || limit === null ? {} : { power_limit_w: limit }),
    ...(instances > 0 ? { mig_devices: instances } : {}),
  })
  if (reading.rows.understood + reading.rows.skipped === 0) fail(reading, 'parse.no_rows', 'The table lists no GPU.')
  return reading
}

/** nvidia-smi without arguments, and what it prints when it fails. */
export const smiTable: FormatParser = {
  id: 'nvidia-smi-table',
  detect(head) {
    if (isInventoryScript(head)) return notMine
    const lines = head.split('\n')
    if (lines.some((line) => line.length < 400 && banner.test(line)) && lines.some((line) => line.length < 400 && first.test(line)))
      return certain
    return lines.some(isNvidiaError) ? likely : notMine
  },
  parse(text) {
    const lines = cleanText(text).split('\n')
    const tables: { head: RegExpExecArray; lines: string[] }[] = []
    for (const line of lines) {
      const head = line.length > 400 ? null : banner.exec(line)
      if (head) tables.push({ head, lines: [] })
      else tables.at(-1)?.lines.push(line)
    }
    if (tables.length > 0) return tables.map((table) => readTable(table.lines, table.head))
    const reading = newReading('inventory', 'nvidia-smi')
    setFacts(reading, { tool: 'nvidia-smi' })
    noteNvidiaErrors(reading, lines)
    return reading.problem ? [reading] : []
  },
}
