import type { ParseResult } from '../../../preload/contract'
import { certain, notMine } from '../../_kit/detect'
import type { DatabaseFormat } from '../../_kit/probe'
import { newReading, setFacts, warn } from '../../_kit/reading'
import { quote } from '../../_kit/text'
import { readActivity } from './sqlite-activity'
import { readAllCalls, readNvtx } from './sqlite-groups'
import { attempt, boundedText, hasColumns, numberOf, textOf, type Source } from './sqlite-tables'

/** The table about the export; the name changed in 2023. */
const metaTables = ['META_DATA_EXPORT', 'EXPORT_META_DATA']
const marks = [...metaTables, 'TARGET_INFO_SESSION_START_TIME', 'CUPTI_ACTIVITY_KIND_KERNEL', 'NVTX_EVENTS', 'CUPTI_ACTIVITY_KIND_RUNTIME']

const pairsOf = (source: Source, table: string, wanted: ReadonlySet<string>): Map<string, string> => {
  const pairs = new Map<string, string>()
  if (!hasColumns(source.database, table, ['name', 'value'])) return pairs
  attempt(source, table, () => {
    for (const row of source.database.rows(
      `SELECT ${boundedText('name')} AS name, ${boundedText('value')} AS value FROM "${table}" LIMIT 100000`,
    )) {
      const name = textOf(row, 'name')
      const value = textOf(row, 'value')
      if (name !== null && value !== null && wanted.has(name)) pairs.set(name, value.slice(0, 200))
    }
  })
  return pairs
}

const readMeta = (source: Source): void => {
  const { database, reading } = source
  const table = metaTables.find((name) => database.tables().has(name))
  if (table === undefined) return
  const meta = pairsOf(source, table, new Set(['EXPORT_PRODUCT_VERSION', 'EXPORT_SCHEMA_VERSION', 'DERIVED_WINDOW_NS']))
  const schema = meta.get('EXPORT_SCHEMA_VERSION')
  reading.tool.version = meta.get('EXPORT_PRODUCT_VERSION') ?? null
  setFacts(reading, { meta_table: table, ...(schema === undefined ? {} : { schema }) })
  const window = meta.get('DERIVED_WINDOW_NS')
  if (window !== undefined) warn(reading, 'trimmed_window', `The file is a cut of a longer recording: ${quote(window)} ns.`)
}

const readTarget = (source: Source): void => {
  const { database, reading } = source
  const system = pairsOf(source, 'TARGET_INFO_SYSTEM_ENV', new Set(['Hostname', 'NvDriverVersion']))
  const [host, driver] = [system.get('Hostname'), system.get('NvDriverVersion')]
  setFacts(reading, { ...(host ? { host } : {}), ...(driver?.includes('.') ? { driver_version: driver } : {}) })
  if (!hasColumns(database, 'TARGET_INFO_GPU', ['name'])) return
  attempt(source, 'TARGET_INFO_GPU', () => {
    const names = [...database.rows(`SELECT ${boundedText('name')} AS name FROM TARGET_INFO_GPU LIMIT 1024`)].map((row) =>
      textOf(row, 'name'),
    )
    const kinds = [...new Set(names.filter((name) => name !== null))].slice(0, 16)
    setFacts(reading, {
      devices_listed: names.length,
      ...(kinds.length === 0 ? {} : { gpu: kinds.length === 1 ? (kinds[0] ?? null) : kinds }),
    })
  })
}

const quotedMessages = 3

/** What nsys itself complained about while it recorded: severities 2 (warning) and 3 (error). */
const readDiagnostics = (source: Source): void => {
  const { database, reading } = source
  if (!hasColumns(database, 'DIAGNOSTIC_EVENT', ['severity', 'text'])) return
  attempt(source, 'DIAGNOSTIC_EVENT', () => {
    const rows = [
      ...database.rows(`SELECT severity, ${boundedText('text')} AS text FROM DIAGNOSTIC_EVENT WHERE severity IN (2, 3) LIMIT 1000`),
    ]
    const messages = rows
      .sort((a, b) => (numberOf(b, 'severity') ?? 0) - (numberOf(a, 'severity') ?? 0))
      .flatMap((row) => textOf(row, 'text') ?? [])
    if (messages.length === 0) return
    const first = messages.slice(0, quotedMessages).map((message) => `"${quote(message)}"`)
    warn(reading, 'profiler_reported', `nsys reported ${messages.length} warnings or errors while it recorded: ${first.join('; ')}`)
  })
}

/** The export of `nsys export -t sqlite` (and what `nsys stats` leaves beside a report), schemas 2.x and 3.x. */
export const nsysSqlite: DatabaseFormat = {
  id: 'nsys-sqlite',
  detect(tables) {
    const strings = tables.get('StringIds')
    return strings?.includes('id') && strings.includes('value') && marks.some((name) => tables.has(name)) ? certain : notMine
  },
  read(database): ParseResult[] {
    const reading = newReading('timeline', 'nsys')
    const source: Source = { database, reading }
    setFacts(reading, { tool: 'nsys' })
    readMeta(source)
    readTarget(source)
    readActivity(source)
    readNvtx(source)
    readAllCalls(source)
    readDiagnostics(source)
    return [reading]
  },
}
