import type { DatabaseRow } from '../../../preload/contract'
import { warn } from '../../_kit/reading'
import { NamedSums, type Sum } from './named-sums'
import {
  attempt,
  boundedText,
  countRows,
  firstColumn,
  hasColumns,
  isTimed,
  numberOf,
  quoted,
  stringsOf,
  textOf,
  type Source,
} from './sqlite-tables'

/** Groups whose names are looked up at once. */
const maxWaiting = 200_000

const sumOf = (row: DatabaseRow): Sum => ({
  count: numberOf(row, 'n') ?? 0,
  total: numberOf(row, 'total') ?? 0,
  min: numberOf(row, 'shortest') ?? 0,
  max: numberOf(row, 'longest') ?? 0,
})

/** Sums of a table by SQL expressions: `id` of a name in StringIds, `text` of the name itself, `more` to keep groups apart. */
export const groupsOf = (
  source: Source,
  table: string,
  by: { id: string; text: string; more?: string },
  nameOf: (name: string, row: DatabaseRow) => string,
): NamedSums => {
  const sql = `SELECT ${by.id} AS id, ${by.text} AS name, ${by.more ?? 'NULL'} AS more, count(*) AS n, sum("end" - start) AS total,
    min("end" - start) AS shortest, max("end" - start) AS longest FROM ${quoted(table)} WHERE ${isTimed} GROUP BY 1, 2, 3`
  const waiting: DatabaseRow[] = []
  const sums = new NamedSums()
  for (const row of source.database.rows(sql)) {
    const name = textOf(row, 'name')
    if (name !== null) sums.add(nameOf(name, row), sumOf(row))
    else if (waiting.length < maxWaiting) waiting.push(row)
    else sums.lost += numberOf(row, 'n') ?? 0
  }
  const strings = stringsOf(source, new Set(waiting.flatMap((row) => numberOf(row, 'id') ?? [])))
  for (const row of waiting) sums.add(nameOf(strings.get(numberOf(row, 'id') ?? NaN) ?? '(unnamed)', row), sumOf(row))
  return sums
}

/** SQL of a column that holds ids of names, or the names themselves. */
export const textColumn = (column: string): { id: string; text: string } => ({
  id: `CASE WHEN typeof(${quoted(column)}) = 'integer' THEN ${quoted(column)} END`,
  text: boundedText(quoted(column)),
})

/** Calls by name: the CUDA API and the operating system's. */
const readCalls = (source: Source, table: string, prefix: string, dimension: string, fact: string): void => {
  const column = firstColumn(source.database, table, ['nameId', 'name'])
  if (column === null || !hasColumns(source.database, table, ['start', 'end'])) return
  attempt(source, table, () => {
    source.reading.facts[fact] = countRows(source, table).all
    groupsOf(source, table, textColumn(column), (name) => name).measure(source.reading, prefix, (name) => ({ [dimension]: name }))
  })
}

export const readAllCalls = (source: Source): void => {
  readCalls(source, 'CUPTI_ACTIVITY_KIND_RUNTIME', 'api', 'api', 'api_calls')
  readCalls(source, 'OSRT_API', 'osrt', 'name', 'osrt_calls')
}

const styles = new Map([
  [59, 'PushPop'],
  [60, 'StartEnd'],
])

/** PyTorch's `emit_nvtx` numbers every range (`aten::mm, seq = 7, op_id = 9`); without the numbers an operator is one name. */
const endOfName = `coalesce(nullif(instr(text, ', seq = '), 0), nullif(instr(text, ', op_id = '), 0), octet_length(text) + 1) - 1`

/** NVTX ranges by name and style. Marks have no end and count as events only. */
export const readNvtx = (source: Source): void => {
  const { database, reading } = source
  const table = 'NVTX_EVENTS'
  reading.facts['nvtx_table'] = database.tables().has(table)
  if (!hasColumns(database, table, ['start', 'end'])) {
    warn(reading, 'nvtx_missing', 'There are no NVTX ranges: the program marks none, or nsys ran without `--trace=nvtx`.')
    return
  }
  const has = (column: string): boolean => hasColumns(database, table, [column])
  attempt(source, table, () => {
    reading.facts['nvtx_events'] = countRows(source, table, `(${isTimed}) OR (typeof(start) = 'integer' AND "end" IS NULL)`).all
    const by = {
      id: has('textId') ? `CASE WHEN typeof(textId) = 'integer' THEN textId END` : 'NULL',
      text: has('text') ? boundedText('text', endOfName) : 'NULL',
      more: has('eventType') ? `CASE WHEN typeof(eventType) = 'integer' THEN eventType END` : 'NULL',
    }
    const separator = '\u0000'
    const sums = groupsOf(source, table, by, (name, row) => {
      const plain = name.replace(/, (?:seq|op_id) = .*$/s, '')
      return `${styles.get(numberOf(row, 'more') ?? 0) ?? ''}${separator}${plain}`
    })
    sums.measure(reading, 'nvtx', (key) => {
      const [style, range] = key.split(separator, 2)
      return { range: range ?? '', ...(style ? { style } : {}) }
    })
  })
}
