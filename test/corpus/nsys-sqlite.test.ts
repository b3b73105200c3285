import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { printNsysSql } from '../../main/adapters/lab/reports/nsys-sqlite'
import { fileTools } from '../../main/hosts/file-tools'
import { parseFile } from '../../main/services/parse/parse-file'
import { parsedFile, type ParsedFile } from '../../preload/contract'
import { formats } from './formats'

const numRuns = process.env['HEADROOM_NIGHTLY'] === '1' ? 5000 : 200
const root = join(import.meta.dirname, '../../remote-scripts/timeline/fixtures')
const cases = readdirSync(root).filter((name) => name.startsWith('nsys-sqlite'))

const scriptOf = (name: string): string => readFileSync(join(root, name, 'input.sql'), 'utf8')

const made = (...scripts: string[]): Buffer => {
  const db = new Database(':memory:')
  for (const script of scripts) db.exec(script)
  const bytes = db.serialize()
  db.close()
  return bytes
}

const parse = async (bytes: Uint8Array): Promise<ParsedFile> => parsedFile.parse(await parseFile('export.sqlite', bytes, fileTools))

const summary = ({ results }: ParsedFile) =>
  results.map((result) => ({
    probe: result.probe,
    tool: result.tool.name,
    version: result.tool.version,
    facts: result.facts,
    rows: result.rows,
    warnings: result.warnings.map(({ code }) => code),
    problem: result.problem?.code ?? null,
    values: result.measurements.map(({ metric, value, dimensions }) => [metric, value, dimensions]),
  }))

describe('SQLite exports of nsys', () => {
  it.each(cases)('%s gives the written values', async (name) => {
    expect(summary(await parse(made(scriptOf(name))))).toEqual(JSON.parse(readFileSync(join(root, name, 'expected.json'), 'utf8')))
  })

  it('says what the trace of the same recording says', async () => {
    const [fromTable] = summary(await parse(made(scriptOf('nsys-sqlite-2024'))))
    const [fromTrace] = formats.get('nsys-trace')?.parse(readFileSync(join(root, 'nsys-trace-csv/input.csv'), 'utf8')) ?? []
    const perDevice = (values: readonly unknown[][]): unknown[] =>
      values.filter(([, , dimensions]) => Object.hasOwn(dimensions as object, 'device'))
    const traced = fromTrace?.measurements.map(({ metric, value, dimensions }) => [metric, value, dimensions]) ?? []
    expect(perDevice(fromTable?.values ?? [])).toEqual(perDevice(traced))
    expect(perDevice(traced).length).toBeGreaterThan(6)
  })

  it('without a single kernel says so', async () => {
    const { problem, results } = await parse(made('CREATE TABLE StringIds (id, value); CREATE TABLE META_DATA_EXPORT (name, value);'))
    expect(problem?.code).toBe('parse.no_kernels')
    expect(results[0]?.measurements).toEqual([])
  })
})

const inputs = cases.map((name) => ({ name, script: scriptOf(name) }))
const anyInput = fc.constantFrom(...inputs)

const tablesOf = (script: string): string[] => [...script.matchAll(/CREATE TABLE (\w+)/g)].map((match) => match[1] ?? '')
const columnsOf = (script: string, table: string): string[] => {
  const body = new RegExp(`CREATE TABLE ${table} \\(([^;]*)\\);`).exec(script)?.[1] ?? ''
  return body.split(',').map((column) => (column.trim().split(' ')[0] ?? '').replaceAll('"', ''))
}

/** SQL that damages one table: it or a column is gone, or its cells are of another kind. */
const damageOf = (script: string, table: string, column: string, kind: number): string => {
  const cell = ['NULL', "'text'", "x'00ff'", '-1', '9223372036854775807', '1.5', '1e300', 'hex(zeroblob(40000))', '-9223372036854775808'][
    kind
  ]
  const others = columnsOf(script, table).filter((name) => name !== column).map((name) => `"${name}"`) // prettier-ignore
  if (kind === 9) return `DROP TABLE ${table};`
  if (kind === 10) return `ALTER TABLE ${table} RENAME TO t0; CREATE VIEW ${table} AS SELECT * FROM t0;`
  if (kind === 11)
    return `CREATE TABLE t1 AS SELECT ${others.join(', ') || '1 AS one'} FROM ${table}; DROP TABLE ${table}; ALTER TABLE t1 RENAME TO ${table};`
  return `CREATE TABLE t2 AS SELECT ${others.map((name) => `${name},`).join(' ')} ${cell} AS "${column}" FROM ${table}; DROP TABLE ${table}; ALTER TABLE t2 RENAME TO ${table};`
}

/** Every answer has the contract's form (a number is a number), and shares are shares. */
const expectSane = (parsed: ParsedFile): void => {
  for (const { metric, value } of parsed.results.flatMap((result) => result.measurements)) {
    expect(Number.isFinite(value), metric).toBe(true)
    expect(value, metric).toBeGreaterThanOrEqual(0)
    if (metric.endsWith('_share')) expect(value, metric).toBeLessThanOrEqual(1)
  }
  expect(parsed.problem?.code).not.toBe('internal')
}

describe('a damaged or hostile export', () => {
  it('whose tables and cells are not as they should be: a problem or less, never a throw', async () => {
    const place = fc.nat(1000)
    await fc.assert(
      fc.asyncProperty(
        anyInput,
        fc.array(fc.tuple(place, place, fc.nat(11)), { minLength: 1, maxLength: 3 }),
        async ({ script }, damages) => {
          const tables = tablesOf(script)
          const chosen = new Map(damages.map(([table, column, kind]) => [tables[table % tables.length] ?? '', { column, kind }]))
          let letter = 0
          const changes = [...chosen].map(([table, { column, kind }]) => {
            const columns = columnsOf(script, table)
            letter += 1
            return damageOf(script, table, columns[column % columns.length] ?? '', kind).replaceAll(
              /\bt([012])\b/g,
              `temporary_${letter}_$1`,
            )
          })
          expectSane(await parse(made(script, ...changes)))
        },
      ),
      { numRuns },
    )
  })

  it('whose bytes are changed or cut: a problem or less, never a throw', async () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    const bytesOf = new Map(inputs.map(({ name, script }) => [name, made(script)]))
    await fc.assert(
      fc.asyncProperty(
        anyInput,
        fc.array(fc.tuple(share, fc.nat(255)), { maxLength: 40 }),
        share,
        fc.boolean(),
        async ({ name }, patches, end, isCut) => {
          const bytes = Buffer.from(bytesOf.get(name) ?? [])
          for (const [at, byte] of patches) bytes[Math.floor(at * (bytes.length - 1))] = byte
          expectSane(await parse(isCut ? bytes.subarray(0, Math.max(20, Math.floor(end * bytes.length))) : bytes))
        },
      ),
      { numRuns },
    )
  })

  it('with more names than anyone reads lists the longest and counts the others', async () => {
    const rows = Array.from({ length: 1500 }, (_, index) => ({
      kind: 'kernel' as const,
      name: `kernel_${index}()`,
      startNs: 1000 * index,
      durationNs: 100 + (index % 900),
      device: 0,
      stream: 7,
    }))
    const { results } = await parse(made(printNsysSql(rows)))
    expect(results[0]?.measurements.filter(({ metric }) => metric === 'timeline.kernel_count')).toHaveLength(1000)
    expect(results[0]?.warnings.map(({ message }) => message).join()).toContain('500 instances have other names')
    expect(results[0]?.facts['kernels']).toBe(1500)
  })
})
