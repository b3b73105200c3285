import { parseCount } from '../../_kit/numbers'
import { add, setFacts, skipRow, warn, type Reading } from '../../_kit/reading'
import { quantity } from './cells'
import type { Header } from './header'
import type { Row } from './rows'
import { addStatistics } from './trace-rows'

/** nvprof's summaries: a row per kernel, kind of copy and API function. */
export class SummaryRows {
  private group = ''
  private readonly kernels = new Set<string>()
  private gpuRows = 0
  private apiRows = 0
  private otherRows = 0
  /** Below `NVTX result:`, where each range repeats the kernels and calls within it. */
  private inRanges = false

  constructor(private readonly reading: Reading) {}

  /** A heading outside the table names the group in versions whose tables have no type column. */
  heading(group: string): void {
    this.group = group
    this.inRanges = false
  }

  /** What follows is of an NVTX range, until the next heading. */
  range(): void {
    this.group = ''
    this.inRanges = true
  }

  read(row: Row, header: Header): void {
    const type = (row.cell('Type') ?? '').replace(/:$/, '')
    if (type !== '') this.group = type
    if (this.inRanges || this.group === 'Range') {
      skipRow(this.reading, row.line, 'it is of an NVTX range')
      warn(
        this.reading,
        'nvtx_not_read',
        'Figures of NVTX ranges are left out: they are parts of those of the whole program, which are given.',
      )
      return
    }
    const name = row.cell('Name') ?? ''
    const total = quantity(row.cell('Time'), row.unit('Time'))
    const count = parseCount(row.cell('Calls'))
    if (name === '' || total?.unit !== 'us' || count === null) {
      const hasUnits = !header.isCsv || header.units.length > 0
      skipRow(this.reading, row.line, hasUnits ? 'a figure is missing' : 'there is no row of units above it')
      return
    }
    this.reading.rows.understood += 1
    const [prefix, dimension] = this.place(name)
    addStatistics(this.reading, `kernel.${prefix}duration`, row, { [dimension]: name })
    add(this.reading, `kernel.${prefix}total_time`, 'us', total.value, { [dimension]: name })
    add(this.reading, `kernel.${prefix}count`, '1', count, { [dimension]: name })
  }

  /** Names tell GPU and API apart where they can: the line that begins a group may be lost. */
  private isApi(name: string): boolean {
    if (name.startsWith('[') || name.includes('(')) return false
    return this.group === 'API calls' || /^cu(?:da)?[A-Z]\w*$/.test(name)
  }

  private place(name: string): [prefix: string, dimension: string] {
    const isOther = this.group !== '' && this.group !== 'GPU activities' && this.group !== 'API calls'
    if (isOther || this.isApi(name)) {
      if (isOther) this.otherRows += 1
      else this.apiRows += 1
      return ['api_', 'api']
    }
    this.gpuRows += 1
    if (name.startsWith('[')) return ['copy_', 'op']
    this.kernels.add(name)
    return ['', 'kernel']
  }

  finish(): void {
    if (this.gpuRows + this.apiRows + this.otherRows === 0) return
    setFacts(this.reading, {
      kernels: this.kernels.size,
      gpu_activity_rows: this.gpuRows,
      api_rows: this.apiRows,
      ...(this.otherRows > 0 ? { other_rows: this.otherRows } : {}),
    })
  }
}
