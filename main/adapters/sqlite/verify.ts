import type { VerifyReport } from '../../../preload/contract'
import { checkPages, checkSchema, sealContradiction, storeRow } from './check'
import { storeError } from './errors'
import type { Migration } from './migrate'
import type { Repositories } from './repositories'
import { readSeal } from './seal'
import type { Query, Row, SealedTable } from './sealed-table'

type Finding = VerifyReport['findings'][number]
type Kind = Finding['kind']

/** One finding per failed step; a step that meets damage does not keep the later ones from being looked at. */
class Findings {
  readonly list: Finding[] = []

  add(kind: Kind, subject: string, message: string): void {
    this.list.push({ kind, subject, message })
  }

  attempt(kind: Kind, subject: string, step: () => void): void {
    try {
      step()
    } catch (error) {
      const known = storeError(error)
      this.add(kind, subject, known instanceof Error ? known.message : String(known))
    }
  }
}

interface Readable<C extends string> {
  table: SealedTable<C>
  all: Query<C>
  read(row: Row<C> & { seq: number }): unknown
}

const checkRows = <C extends string>(
  findings: Findings,
  { table, all, read }: Readable<C>,
  then?: (row: Row<C> & { seq: number }) => void,
): number => {
  let rows = 0
  findings.attempt('database', `table ${table.name}`, () => {
    // The keys first: statements that `read` runs would disturb an open cursor.
    for (const row of [...all.iterate()]) {
      rows += 1
      findings.attempt('database', table.where(row), () => {
        table.check(row)
        read(row)
        then?.(row)
      })
    }
  })
  return rows
}

const checkReferences = (findings: Findings, { handle }: Repositories): void =>
  findings.attempt('reference', 'foreign keys', () => {
    const broken = handle.db.pragma('foreign_key_check') as { table: string; rowid: number | null; parent: string }[]
    for (const { table, rowid, parent } of broken) {
      findings.add(
        'reference',
        `table ${table}${rowid === null ? '' : `, row ${rowid}`}`,
        `it refers to a row of ${parent} that does not exist`,
      )
    }
  })

const checkSeries = (findings: Findings, { series }: Repositories): number => {
  let ids: number[] = []
  findings.attempt('database', 'table series', () => void (ids = series.ids()))
  for (const id of ids) {
    findings.attempt('series_damaged', `series ${id}`, () => {
      const opened = series.open(id)
      for (const chunk of opened.chunks) opened.load(chunk)
    })
  }
  return ids.length
}

const checkLosses = (findings: Findings, { handle }: Repositories, dataDir: string): void => {
  findings.attempt('database', 'table losses', () => {
    const losses = handle.db.prepare<[], { at: string; message: string }>('SELECT at, message FROM losses ORDER BY id').all()
    for (const { at, message } of losses) findings.add('database', `found at ${at}`, message)
  })
  findings.attempt('database', 'headroom.seal', () => {
    const seal = readSeal(dataDir)
    const contradiction = handle.db.memory ? null : sealContradiction(storeRow(handle.db), seal)
    if (contradiction !== null) findings.add('database', 'headroom.seal', contradiction)
  })
}

/** Every page, index, reference, row, measurement and sample. Reads the whole database: seconds for gigabytes. */
export const verifyDatabase = (
  repositories: Repositories,
  list: readonly Migration[],
  dataDir: string,
): { findings: Finding[]; rows: number; series: number } => {
  const findings = new Findings()
  const { handle, experiments, runs, measurements, environments, jobs, hosts, targets, imports } = repositories
  findings.attempt('database', 'headroom.db', () => checkPages(handle.db, 'integrity'))
  findings.attempt('database', 'headroom.db', () => checkSchema(handle.db, list))
  checkLosses(findings, repositories, dataDir)
  checkReferences(findings, repositories)
  let rows = 0
  rows += checkRows(findings, { ...experiments, read: experiments.toExperiment })
  rows += checkRows(findings, runs, (row) => void (rows += measurements.ofRun(row.seq).length))
  rows += checkRows(findings, environments)
  rows += checkRows(findings, jobs)
  rows += checkRows(findings, hosts)
  rows += checkRows(findings, targets)
  rows += checkRows(findings, imports, (row) => {
    const found = imports.count(row.seq)
    if (row.state !== 'storing' && found !== row.runs)
      findings.add('reference', imports.table.where(row), `it should have ${String(row.runs)} runs and has ${found}`)
  })
  const series = checkSeries(findings, repositories)
  return { findings: findings.list, rows, series }
}
