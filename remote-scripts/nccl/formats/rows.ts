import { parseCount, parseNumber } from '../../_kit/numbers'
import { words } from '../../_kit/table'
import type { Columns, Group } from './columns'

export interface Row {
  sizeBytes: number
  dtype: string | null
  redop: string | null
  root: number | null
  /** Group and the tokens of the row by column name. */
  groups: { group: Group; cell: (name: string) => string | undefined }[]
}

const dataTypes = '(?:u?int(?:8|16|32|64)|u?char|half|float|double|bfloat16|fp8\\w*|f8\\w*|float8\\w*|fp16|fp32|fp64|\\w+)'
const sureTypes = '(?:u?int(?:8|16|32|64)?|u?char|half|float|double|bfloat16|fp8\\w*|f8\\w*)'
/** Size, element count, type: how every row of every version begins; behind it the reduction, the root, or in old versions the time. */
export const rowStart = new RegExp(
  `^\\s*(?:#\\s*)?\\d{1,18}\\s+\\d{1,18}\\s+(?:[a-z]${dataTypes}\\s+[a-z]\\w*(?=\\s|-|$)|${sureTypes}\\s+-?\\d+(?:\\.\\d+)?(?=\\s|$))`,
)
/** A row behind the unfinished line of another process. */
export const rowInside =
  /\s{2,}\d{1,18}\s{2,}\d{1,18}\s+(?:u?int(?:8|16|32|64)|half|float|double|bfloat16|fp8\w*|f8\w*)\s+(?:sum|prod|min|max|avg|mulsum|none|all)\s/
/** Only figures: the rest of a row that was cut. */
export const figuresOnly = /^\s*(?:[-+]?[\d.]+(?:e[+-]?\d+)?|N\/A|nan|-?inf)(?:\s+(?:[-+]?[\d.]+(?:e[+-]?\d+)?|N\/A|nan|-?inf))*\s*$/i

const trailingTimestamp = /\s+\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d\s*$/
const figure = /^(?:[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|N\/A|[-+]?nan|[-+]?inf|-)$/i

/** A row by its header; null when it does not have the header's columns. */
export const readRow = (line: string, columns: Columns): Row | null => {
  const row = line.replace(/^(\s*)#/, '$1 ')
  const tokens = words(columns.timestamp ? row.replace(trailingTimestamp, '') : row)
  const expected = columns.names.length - (columns.timestamp ? 1 : 0)
  const offsets = placeGroups(tokens, columns, expected)
  if (!offsets) return null
  const lead = (name: string): string | undefined => {
    const index = columns.lead.get(name)
    return index === undefined ? undefined : tokens[index]?.text
  }
  const sizeBytes = parseCount(lead('size'))
  if (sizeBytes === null || parseCount(lead('count')) === null) return null
  if (tokens.slice(columns.leadCount).some((token) => !figure.test(token.text))) return null
  const root = lead('root')
  if (root !== undefined && !/^-?\d+$/.test(root)) return null
  return {
    sizeBytes,
    dtype: lead('type') ?? null,
    redop: lead('redop') ?? null,
    root: parseNumber(root),
    groups: offsets.map(({ group, shift }) => ({
      group,
      cell: (name) => {
        const field = group.fields.get(name)
        return field === undefined ? undefined : tokens[field.index - shift]?.text
      },
    })),
  }
}

/** Which groups a row has, and by how many columns it is shorter before them: a replayed trace leaves out-of-place blank. */
const placeGroups = (
  tokens: { start: number; end: number }[],
  columns: Columns,
  expected: number,
): { group: Group; shift: number }[] | null => {
  if (tokens.length === expected) return columns.groups.map((group) => ({ group, shift: 0 }))
  const [first, second] = columns.groups
  if (!first || !second || columns.groups.length !== 2) return null
  const width = first.last - first.first + 1
  if (tokens.length !== expected - width || second.last - second.first + 1 !== width) return null
  const figures = tokens[columns.leadCount]
  if (!figures) return null
  // Figures under the first placement only are a row that was cut.
  return figures.end > second.start ? [{ group: second, shift: width }] : null
}
