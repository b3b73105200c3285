import type { Dimensions, ParseResult } from '../../../preload/contract'
import type { FormatParser } from '../../_kit/probe'
import { certain, notMine } from '../../_kit/detect'
import { arrayOf, member, numberOf, readJsonDocuments, stringOf, type Json, type JsonDocument } from '../../_kit/json'
import { add, fail, newReading, setFacts, warn, type Reading } from '../../_kit/reading'
import { cleanText } from '../../_kit/text'
import { collectiveOf } from './collectives'
import { ncclVersionOf } from './header-facts'

const knownVersions = [1, 2, 3, 4]

/** Booleans are strings here: "true", "false", "unchecked". */
const flag = (value: Json | undefined): boolean | null => {
  if (typeof value === 'boolean') return value
  if (value === 'true') return true
  if (value === 'false') return false
  const number = numberOf(value)
  return number === null ? null : number > 0
}

const isReport = (document: Json): boolean =>
  (member(document, 'results') !== undefined || member(document, 'config') !== undefined) &&
  (member(document, 'nccl_version') !== undefined ||
    member(document, 'average_bus_bandwidth') !== undefined ||
    member(document, 'config', 'ngpus') !== undefined)

const readDevices = (reading: Reading, config: Json | undefined): void => {
  const devices = arrayOf(member(config, 'devices'))
  const hosts = new Set<string>()
  const names = new Set<string>()
  const places = new Set<string>()
  for (const device of devices) {
    const host = stringOf(member(device, 'hostname'))
    const name = stringOf(member(device, 'device_info'))
    if (host) hosts.add(host)
    if (name) names.add(name.trim())
    places.add(`${host} ${String(member(device, 'device') ?? '')} ${stringOf(member(device, 'device_hex')) ?? ''}`)
  }
  // One entry per process: nccl-tests records only the first GPU of each.
  const perProcess = (numberOf(member(config, 'nthreads')) ?? 1) * (numberOf(member(config, 'ngpus')) ?? 1)
  const ranks = devices.length === 0 ? null : devices.length * perProcess
  if (perProcess === 1 && places.size < devices.length) warn(reading, 'ranks_share_gpu', 'Several ranks run on the same GPU.')
  if (ranks === 1) warn(reading, 'single_rank', 'One rank: nothing is communicated, and bus bandwidth is 0 by definition.')
  setFacts(reading, {
    ranks,
    nodes: hosts.size > 0 ? hosts.size : null,
    hostnames: [...hosts],
    gpu: names.size === 1 ? ([...names][0] ?? null) : names.size > 1 ? [...names].sort() : null,
  })
}

const readConfig = (reading: Reading, document: Json): string | null => {
  const config = member(document, 'config')
  const program = stringOf(arrayOf(member(document, 'args'))[0]) ?? ''
  const collective = collectiveOf(program)
  const code = numberOf(member(document, 'nccl_version'))
  const validation = numberOf(member(config, 'validation'))
  readDevices(reading, config)
  setFacts(reading, {
    nccl_version: code === null ? null : ncclVersionOf(code),
    transport: null,
    collectives: collective === null ? null : [collective],
    json_version: numberOf(member(document, 'version')),
    threads: numberOf(member(config, 'nthreads')),
    gpus_per_process: numberOf(member(config, 'ngpus')),
    min_bytes: numberOf(member(config, 'minimum_bytes')),
    max_bytes: numberOf(member(config, 'maximum_bytes')),
    warmup_iters: numberOf(member(config, 'warmup_iters')),
    iters: numberOf(member(config, 'iterations')),
    validation: validation === null ? null : validation > 0,
  })
  if (collective !== null) reading.tool = { name: program.split('/').at(-1) ?? 'nccl-tests', version: null }
  return collective
}

const addPlacement = (reading: Reading, result: Json, key: 'out_of_place' | 'in_place', dimensions: Dimensions): boolean => {
  const figures = member(result, key)
  if (figures === undefined || figures === null) return false
  const found = [
    add(reading, 'nccl.time', 'us', numberOf(member(figures, 'time')), dimensions),
    add(reading, 'nccl.cpu_time', 'us', numberOf(member(figures, 'cpu_time')), dimensions),
    add(reading, 'nccl.algbw', 'GB/s', numberOf(member(figures, 'alg_bw')), dimensions),
    add(reading, 'nccl.busbw', 'GB/s', numberOf(member(figures, 'bus_bw')), dimensions),
  ].some(Boolean)
  if (member(figures, 'cpu_time') !== undefined) warn(reading, 'cpu_time', 'Times are CPU times (-C), not GPU times.')
  const wrong = numberOf(member(figures, 'nwrong'))
  add(reading, 'nccl.wrong', '1', wrong, dimensions)
  if (wrong !== null && wrong > 0)
    warn(reading, 'wrong_results', `The test found wrong values, first at ${String(dimensions['size_bytes'])} bytes.`)
  const iterations = member(result, `${key}_per_iter`)
  add(reading, 'nccl.time_min', 'us', numberOf(member(iterations, 'min_us')), dimensions)
  add(reading, 'nccl.time_max', 'us', numberOf(member(iterations, 'max_us')), dimensions)
  add(reading, 'nccl.time_p99', 'us', numberOf(member(iterations, 'p99_us')), dimensions)
  const spread = numberOf(member(iterations, 'cv_pct'))
  add(reading, 'nccl.time_cv', '1', spread === null ? null : spread / 100, dimensions)
  return found
}

/** In a file that breaks off inside `results`, only a result whose last placement is whole counts. */
const isWhole = (result: Json): boolean => member(result, 'in_place', 'nwrong') !== undefined

const readResults = (reading: Reading, document: Json, collective: string | null, truncated: boolean): void => {
  const cut = truncated && member(document, 'out_of_bounds') === undefined
  const results = arrayOf(member(document, 'results'))
  const roots = new Set(results.map((result) => String(member(result, 'root'))))
  results.forEach((result, index) => {
    const size = numberOf(member(result, 'size'))
    const complete = isWhole(result) || !(cut && index === results.length - 1)
    if (size === null || !complete) {
      reading.rows.skipped += 1
      warn(reading, 'rows_skipped', `Result ${index + 1} of the file is not complete.`)
      return
    }
    const [dtype, redop, root] = [stringOf(member(result, 'type')), stringOf(member(result, 'redop')), numberOf(member(result, 'root'))]
    const dimensions = (inPlace: boolean): Dimensions => ({
      ...(collective === null ? {} : { collective }),
      size_bytes: size,
      in_place: inPlace,
      ...(dtype === null ? {} : { dtype }),
      ...(redop === null ? {} : { redop }),
      ...(roots.size > 1 && root !== null ? { root } : {}),
    })
    const outOfPlace = addPlacement(reading, result, 'out_of_place', dimensions(false))
    const inPlace = addPlacement(reading, result, 'in_place', dimensions(true))
    if (outOfPlace || inPlace) reading.rows.understood += 1
    else {
      reading.rows.skipped += 1
      warn(reading, 'rows_skipped', `Result ${index + 1} of the file holds no figures.`)
    }
  })
}

const readReport = (document: JsonDocument): ParseResult => {
  const reading = newReading('nccl', 'nccl-tests')
  const { value } = document
  const collective = readConfig(reading, value)
  const version = numberOf(member(value, 'version'))
  if (version !== null && !knownVersions.includes(version))
    warn(reading, 'newer_format', `JSON format version ${version} is not known; it was read like the newest known one.`)
  if (document.repaired) fail(reading, 'parse.truncated', 'The file is damaged: it is not the JSON that nccl-tests writes.')
  else readResults(reading, value, collective, document.truncated)
  if (!document.repaired)
    add(
      reading,
      'nccl.avg_busbw',
      'GB/s',
      numberOf(member(value, 'average_bus_bandwidth', 'bandwidth')),
      collective === null ? {} : { collective },
    )
  if (reading.rows.understood > 0 && !reading.measurements.some((entry) => entry.metric === 'nccl.wrong'))
    warn(reading, 'wrong_not_checked', 'The results were not checked for wrong values.')
  if (member(value, 'env') !== undefined)
    warn(reading, 'environment_dropped', 'The file holds the whole environment of the process; it was not read.')
  if (flag(member(value, 'average_bus_bandwidth', 'okay')) === false)
    warn(reading, 'average_below_minimum', 'The average bus bandwidth is more than 10 % below the minimum that was asked for.')
  const errors = arrayOf(member(value, 'errors')).flatMap((entry) => stringOf(entry) ?? [])
  if (errors[0]) fail(reading, 'parse.tool_reported_error', 'The test reported an error.', errors[0])
  if (flag(member(value, 'out_of_bounds', 'okay')) === false)
    fail(
      reading,
      'parse.tool_reported_error',
      'The test found wrong results.',
      `out_of_bounds: ${String(numberOf(member(value, 'out_of_bounds', 'count')))}`,
    )
  if (document.truncated || member(value, 'end_time') === undefined) {
    warn(reading, 'truncated', 'The file was not closed by the test.')
    fail(reading, 'parse.truncated', 'The file was not closed: the test crashed or was stopped.')
  }
  return reading
}

/** A bandwidth over no time at all is written as a bare `inf`, which is no JSON; it is no figure either. */
const withoutBareInfinities = (text: string): string => text.replace(/(":\s?)-?(?:inf|nan)(?=[,}\s])/g, '$1null')

/** The `-J` file of nccl-tests, format versions 1 to 3 (4 read alike); `env[]` is never looked into. */
export const ncclTestsJson: FormatParser = {
  id: 'nccl-tests-json',
  detect: (head) =>
    /^\s*\{/.test(head) && /"nccl_version"\s*:/.test(head) && /"(?:args|config|results)"\s*:/.test(head) ? certain : notMine,
  parse: (text) =>
    readJsonDocuments(withoutBareInfinities(cleanText(text)))
      .filter((document) => isReport(document.value))
      .map(readReport),
}
