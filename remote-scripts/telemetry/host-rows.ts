import { cleanText, maxLineLength } from '../_kit/text'

/** What one watcher wrote: columns by name, one array per row; null where the host does not count it. */
export interface HostRows {
  hz: number
  simulated: boolean
  /** Seconds since 1970 of row 0 by the host's clock. */
  startedUnix: number
  /** Clock ticks a second, in which the processor columns count. */
  ticks: number
  cores: number
  /** Roles of the launch on this host; 0 too where nobody says. */
  roles: number
  /** Interfaces that a device stands behind. */
  physical: string[]
  columns: ReadonlyMap<string, number>
  rows: (number | null)[][]
  /** Lines that look like rows and are none. */
  skipped: string[]
  /** Processes that the launch had; null: the file breaks off. */
  launchPids: number[] | null
}

const headMark = '"headroom_telemetry":'

/** True for the first line of a watcher's file. */
export const isHeadLine = (line: string): boolean => line.startsWith('{') && line.slice(0, 60).includes(headMark)

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line) as unknown
  } catch (error) {
    // A line that was cut or garbled; the caller counts it.
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

const numberOf = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : null)
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one) => typeof one === 'string').slice(0, 4096) : [])

const readHead = (line: string): HostRows | null => {
  const head = parsed(line)
  if (typeof head !== 'object' || head === null || !('columns' in head)) return null
  const fields = head as Record<string, unknown>
  const columns = texts(fields['columns'])
  if (columns[0] !== 't_s') return null
  return {
    hz: numberOf(fields['hz']) ?? 1,
    simulated: fields['simulated'] === true,
    startedUnix: numberOf(fields['started_unix']) ?? 0,
    ticks: numberOf(fields['ticks']) ?? 100,
    cores: numberOf(fields['cores']) ?? 0,
    roles: numberOf(fields['roles']) ?? 0,
    physical: texts(fields['physical']),
    columns: new Map(columns.map((name, index) => [name, index])),
    rows: [],
    skipped: [],
    launchPids: null,
  }
}

const isRow = (value: unknown, width: number): value is (number | null)[] =>
  Array.isArray(value) &&
  value.length === width &&
  value.every((one) => one === null || (typeof one === 'number' && Number.isFinite(one) && one >= 0)) &&
  value[0] !== null

const addLine = (into: HostRows, line: string): void => {
  if (line.startsWith('[')) {
    const row = line.length < 4 * maxLineLength ? parsed(line) : undefined
    // Rows come in order of time; one that does not was moved or damaged.
    if (isRow(row, into.columns.size) && (into.rows.at(-1)?.[0] ?? -1) < (row[0] ?? 0)) into.rows.push(row)
    else into.skipped.push(line)
  } else if (line.startsWith('{"end":1')) {
    const end = parsed(line)
    const pids = typeof end === 'object' && end !== null && 'launch_pids' in end ? end.launch_pids : null
    if (Array.isArray(pids)) into.launchPids = pids.filter((pid) => typeof pid === 'number')
  }
}

/** Every watcher's file in a text; lines of others between them are passed over. */
export const readHostRows = (text: string): HostRows[] => {
  const found: HostRows[] = []
  for (const line of cleanText(text).split('\n')) {
    const head = isHeadLine(line) && line.length < 16 * maxLineLength ? readHead(line) : null
    if (head) found.push(head)
    else if (found.length > 0) addLine(found.at(-1) as HostRows, line)
  }
  return found
}

/** Values of a column, row by row; null: there is no such column. */
export const columnOf = (host: HostRows, name: string): (number | null)[] | null => {
  const place = host.columns.get(name)
  return place === undefined ? null : host.rows.map((row) => row[place] ?? null)
}
