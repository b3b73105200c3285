import type { DatabaseRow } from '../../../preload/contract'
import { add, fail, setFacts, warn } from '../../_kit/reading'
import { DeviceTimes, isNccl, type Activity } from './device-times'
import { groupsOf, textColumn } from './sqlite-groups'
import {
  attempt,
  countRows,
  firstColumn,
  hasColumns,
  isTimed,
  microseconds,
  numberOf,
  quoted,
  stringsOf,
  type Source,
} from './sqlite-tables'

const kernels = 'CUPTI_ACTIVITY_KIND_KERNEL'
const copies = 'CUPTI_ACTIVITY_KIND_MEMCPY'
const fills = 'CUPTI_ACTIVITY_KIND_MEMSET'
/** With `--cuda-graph-trace=graph` a launched graph is one row, and its kernels are none. */
const graphs = 'CUPTI_ACTIVITY_KIND_GRAPH_TRACE'

const times = ['start', 'end']
const maxDevices = 1024

/** Kinds of copies as CUPTI numbers them. */
const copyKinds = new Map([
  [0, 'unknown'],
  [1, 'HtoD'],
  [2, 'DtoH'],
  [3, 'HtoA'],
  [4, 'AtoH'],
  [5, 'AtoA'],
  [6, 'AtoD'],
  [7, 'DtoA'],
  [8, 'DtoD'],
  [9, 'HtoH'],
  [10, 'PtoP'],
  [11, 'Unified Memory HtoD'],
  [12, 'Unified Memory DtoH'],
  [13, 'Unified Memory DtoD'],
])

/** Ids of the names of NCCL's kernels. */
const ncclNames = (source: Source, columns: readonly string[]): Set<number> => {
  const ids = new Set<number>()
  for (const column of columns) {
    const sql = `SELECT DISTINCT ${quoted(column)} AS id FROM ${quoted(kernels)} WHERE typeof(${quoted(column)}) = 'integer'`
    for (const row of source.database.rows(sql)) {
      const id = numberOf(row, 'id')
      if (id !== null && ids.size < 1_000_000) ids.add(id)
    }
  }
  return new Set([...stringsOf(source, ids)].filter(([, name]) => isNccl(name)).map(([id]) => id))
}

const kernelFacts = (source: Source, columns: readonly string[], nccl: ReadonlySet<number>): void => {
  const { database, reading } = source
  const distinct = (column: string): string => (columns.includes(column) ? `count(DISTINCT ${quoted(column)})` : 'NULL')
  const device = hasColumns(database, kernels, ['deviceId']) ? 'count(DISTINCT deviceId)' : 'NULL'
  const [row] = database.rows(
    `SELECT sum("end" - start) AS total, ${distinct('shortName')} AS short, ${distinct('demangledName')} AS long, ${device} AS devices
     FROM ${quoted(kernels)} WHERE ${isTimed}`,
  )
  if (!row) return
  const fact = (key: string, name: string): void => {
    const value = numberOf(row, name)
    if (value !== null) setFacts(reading, { [key]: value })
  }
  reading.facts['kernel_total_ns'] = numberOf(row, 'total') ?? 0
  fact('distinct_short_names', 'short')
  fact('distinct_demangled_names', 'long')
  fact('devices', 'devices')
  const [first] = columns
  if (first === undefined) return
  let count = 0
  for (const group of database.rows(`SELECT ${quoted(first)} AS id, count(*) AS n FROM ${quoted(kernels)} WHERE ${isTimed} GROUP BY 1`))
    if (nccl.has(numberOf(group, 'id') ?? NaN)) count += numberOf(group, 'n') ?? 0
  reading.facts['nccl_kernels'] = count
}

/** Kernels by full name; the names of the columns are returned for what follows. */
const readKernels = (source: Source): { name: string | null; nccl: ReadonlySet<number> } => {
  const { database } = source
  const columns = ['demangledName', 'shortName', 'mangledName'].filter((column) => hasColumns(database, kernels, [column]))
  const name = columns[0] ?? firstColumn(database, kernels, ['name', 'nameId'])
  const nccl = ncclNames(source, columns.slice(0, 1))
  source.reading.facts['kernels'] = countRows(source, kernels).all
  kernelFacts(source, columns, nccl)
  if (name !== null)
    groupsOf(source, kernels, textColumn(name), (text) => text).measure(source.reading, 'kernel', (text) => ({ kernel: text }))
  return { name: columns[0] ?? null, nccl }
}

const readMemory = (source: Source, table: string, fact: string, kind: string, nameOf: (kind: number | null) => string): void => {
  const { database, reading } = source
  if (!hasColumns(database, table, times)) return
  attempt(source, table, () => {
    reading.facts[fact] = countRows(source, table).all
    const bytes = hasColumns(database, table, ['bytes'])
      ? `sum(CASE WHEN typeof(bytes) = 'integer' AND bytes BETWEEN 0 AND 1000000000000000 THEN bytes END)`
      : 'NULL'
    const rows = database.rows(
      `SELECT ${kind} AS kind, count(*) AS n, sum("end" - start) AS total, ${bytes} AS bytes FROM ${quoted(table)} WHERE ${isTimed} GROUP BY 1 LIMIT 64`,
    )
    for (const row of rows) {
      const dimensions = { op: nameOf(numberOf(row, 'kind')) }
      add(reading, 'timeline.memop_total_time', 'us', microseconds(numberOf(row, 'total')), dimensions)
      add(reading, 'timeline.memop_count', '1', numberOf(row, 'n'), dimensions)
      add(reading, 'timeline.memop_bytes', 'bytes', numberOf(row, 'bytes'), dimensions)
    }
  })
}

/** Tables of what runs on a device, in the order of their starts; the earliest start is subtracted, so that no time is rounded. */
const sweepSql = ({ database }: Source, tables: readonly string[], name: string | null): string => {
  const usable = `${isTimed} AND typeof(deviceId) = 'integer'`
  const base = tables.map((table) => `SELECT min(start) AS first FROM ${quoted(table)} WHERE ${usable}`).join(' UNION ALL ')
  const [row] = database.rows(`SELECT CAST(min(first) AS TEXT) AS first FROM (${base})`)
  const first = typeof row?.['first'] === 'string' && /^-?\d{1,19}$/.test(row['first']) ? row['first'] : '0'
  const parts = tables.map(
    (table, index) =>
      `SELECT deviceId AS device, start - (${first}) AS begins, "end" - (${first}) AS ends, ${index} AS source,
       ${table === kernels && name !== null ? quoted(name) : 'NULL'} AS name FROM ${quoted(table)} WHERE ${usable}`,
  )
  return `${parts.join(' UNION ALL ')} ORDER BY 1, 2`
}

/** Busy, idle and communication time per device, on unions of intervals: what runs at the same time counts once. */
const readDevices = (source: Source, name: string | null, nccl: ReadonlySet<number>): void => {
  const { database, reading } = source
  const tables = [kernels, graphs, copies, fills].filter(
    (table) => hasColumns(database, table, [...times, 'deviceId']) && database.isSound(table),
  )
  if (tables.length === 0) return
  let device: number | null = null
  let timesOfDevice = new DeviceTimes()
  let devices = 0
  const activityOf = (row: DatabaseRow): Activity => {
    const table = tables[numberOf(row, 'source') ?? -1]
    if (table === graphs) return 'graph'
    if (table !== kernels) return 'memory'
    return nccl.has(numberOf(row, 'name') ?? NaN) ? 'communication' : 'compute'
  }
  for (const row of database.rows(sweepSql(source, tables, name))) {
    const of = numberOf(row, 'device')
    if (of === null || devices > maxDevices) continue
    if (of !== device) {
      if (device !== null) timesOfDevice.measure(reading, device)
      device = of
      devices += 1
      timesOfDevice = new DeviceTimes()
    }
    timesOfDevice.add(activityOf(row), numberOf(row, 'begins') ?? NaN, numberOf(row, 'ends') ?? NaN)
  }
  if (device !== null && devices <= maxDevices) timesOfDevice.measure(reading, device)
  if (devices > maxDevices) warn(reading, 'devices_limited', `There are more than ${maxDevices} device numbers; the first are listed.`)
}

/** What ran on the devices: kernels, copies, fills, and how they lie over one another. */
export const readActivity = (source: Source): void => {
  const { database, reading } = source
  let names: ReturnType<typeof readKernels> = { name: null, nccl: new Set() }
  const hasKernels = hasColumns(database, kernels, times)
  if (hasKernels) attempt(source, kernels, () => (names = readKernels(source)))
  readMemory(source, copies, 'memcpys', hasColumns(database, copies, ['copyKind']) ? 'copyKind' : 'NULL', (kind) =>
    kind === null ? 'unknown' : (copyKinds.get(kind) ?? `kind ${kind}`),
  )
  readMemory(source, fills, 'memsets', 'NULL', () => 'memset')
  const hasGraphs = hasColumns(database, graphs, times)
  if (hasGraphs)
    attempt(source, graphs, () => {
      reading.facts['cuda_graphs'] = countRows(source, graphs).all
      warn(
        reading,
        'graphs_hide_kernels',
        'CUDA graphs were traced whole: their kernels are not listed. Trace with `--cuda-graph-trace=node`.',
      )
    })
  const table = [kernels, copies, fills, graphs].find((one) => database.tables().has(one))
  if (table !== undefined) attempt(source, table, () => readDevices(source, names.name, names.nccl))
  if (!hasKernels && !hasGraphs)
    fail(
      reading,
      'parse.no_kernels',
      'The profile holds no CUDA kernel: the program ran none while nsys recorded, or nsys ran without `--trace=cuda`.',
    )
}
