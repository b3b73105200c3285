import { fail, setFacts, skipRow, type Reading } from '../../_kit/reading'
import { splitCsv } from '../csv-cells'
import { CounterTable } from './counter-table'
import { identityFacts } from './identity'

const statistics = new Map([
  ['Metric Value', ''],
  ['Minimum', 'min'],
  ['Maximum', 'max'],
  ['Average', 'avg'],
])

/** ncu's details page as CSV: a row per launch and counter, and rows of rules. Column order and number differ by version. */
export class LongTable {
  private readonly table: CounterTable
  private readonly column: ReadonlyMap<string, number>
  private readonly valueColumns: readonly (readonly [stat: string, column: number])[]
  private lastLaunch: string | null = null
  private ruleRows = 0
  private isTruncated = false
  /** Per identity column what all rows agree on; null: they do not. */
  private readonly agreed = new Map<string, string | null>()

  constructor(header: readonly string[]) {
    this.table = new CounterTable(!header.includes('Average'))
    this.column = new Map(header.map((name, index) => [name, index]))
    this.valueColumns = [...statistics].flatMap(([name, stat]) => {
      const at = this.column.get(name)
      return at === undefined ? [] : [[stat, at] as const]
    })
  }

  get launches(): number {
    return this.table.store.launches
  }

  /** Rows of data so far, understood or not. */
  get rows(): number {
    return this.table.reading.rows.understood + this.table.reading.rows.skipped
  }

  /** Cells that a row has at least: those of a rule come behind. */
  get cells(): number {
    return Math.max(...this.valueColumns.map(([, at]) => at)) + 1
  }

  private cell(cells: readonly string[], name: string): string {
    const at = this.column.get(name)
    return at === undefined ? '' : (cells[at] ?? '')
  }

  row(line: string): void {
    const cells = splitCsv(line)
    const name = cells ? this.cell(cells, 'Metric Name') : ''
    if (!cells || cells.length < this.cells || cells.length > this.column.size) {
      skipRow(this.table.reading, line, cells ? 'it does not have the cells of the header' : 'a quote is left open')
      return
    }
    this.beginIfNew(cells)
    if (name === '') {
      if (this.cell(cells, 'Rule Name') === '') {
        skipRow(this.table.reading, line, 'it names neither a counter nor a rule')
        return
      }
      this.ruleRows += 1
      this.table.reading.rows.understood += 1
      return
    }
    const section = this.cell(cells, 'Section Name')
    const values = this.valueColumns.map(([stat, at]) => [stat, (cells[at] ?? '').trim()] as const)
    this.table.add({ section: section === '' ? null : section, name, unit: this.cell(cells, 'Metric Unit'), values }, line)
  }

  private beginIfNew(cells: readonly string[]): void {
    const names = ['ID', 'Process ID', 'Kernel Name', 'Context', 'Stream', 'Device', 'Grid Size', 'Block Size']
    // Programs of several processes number their launches each for itself; a summary has no ID.
    const launch = JSON.stringify(names.map((name) => this.cell(cells, name)))
    if (launch === this.lastLaunch) return
    this.lastLaunch = launch
    const [grid, block, device] = ['Grid Size', 'Block Size', 'Device'].map((name) => this.cell(cells, name))
    this.table.begin(this.cell(cells, 'Kernel Name'), { grid: grid ?? null, block: block ?? null, device: device ?? null })
    for (const name of ['CC', 'Process Name', 'Host Name', 'Device', 'Grid Size', 'Block Size']) {
      const text = this.cell(cells, name)
      const known = this.agreed.get(name)
      this.agreed.set(name, known === undefined || known === text ? text : null)
    }
  }

  /** The file ends within a row. */
  cut(line: string): void {
    this.isTruncated = true
    skipRow(this.table.reading, line, 'the file ends within it')
  }

  end(): Reading {
    this.table.finish()
    const { reading } = this.table
    setFacts(reading, { ...identityFacts((name) => this.agreed.get(name) ?? null), rule_rows: this.ruleRows })
    if (this.isTruncated) fail(reading, 'parse.truncated', 'The file ends within a row; the rows before it were read.')
    return reading
  }
}
