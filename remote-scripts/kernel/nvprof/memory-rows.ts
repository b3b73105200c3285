import { parseCount } from '../../_kit/numbers'
import { add, setFacts, skipRow, type Reading } from '../../_kit/reading'
import { deviceName, quantity } from './cells'
import type { Row } from './rows'

/** nvprof's unified-memory table: migrations and page faults by kind. */
export class MemoryRows {
  private rows = 0
  private device = ''

  constructor(private readonly reading: Reading) {}

  /** Lines around the table: the device, and totals of the processor's side. */
  heading(line: string): void {
    const device = /^\s*Device "([^"]{1,200})"\s*$/.exec(line)?.[1]
    if (device !== undefined) this.device = device
    const total = /^Total CPU (Page faults|thrashes|throttles): (\d{1,15})\s*$/i.exec(line)
    const name = total?.[1]?.toLowerCase().replace(' ', '_')
    if (name !== undefined) setFacts(this.reading, { [`cpu_${name}`]: Number(total?.[2]) })
  }

  read(row: Row): void {
    const name = row.cell('Name') ?? ''
    const count = parseCount(row.cell('Count'))
    if (name === '' || count === null) {
      skipRow(this.reading, row.line, 'it has no name or no count')
      return
    }
    const device = deviceName(row.cell('Device') ?? this.device)
    const dimensions = { op: name, ...(device === '' ? {} : { device }) }
    this.reading.rows.understood += 1
    this.rows += 1
    add(this.reading, 'kernel.um_count', '1', count, dimensions)
    const size = quantity(row.cell('Total Size'), row.unit('Total Size'))
    const time = quantity(row.cell('Total Time'), row.unit('Total Time'))
    if (size?.unit === 'bytes') add(this.reading, 'kernel.um_bytes', 'bytes', size.value, dimensions)
    if (time?.unit === 'us') add(this.reading, 'kernel.um_total_time', 'us', time.value, dimensions)
    if (device !== '') setFacts(this.reading, { gpu: device })
  }

  finish(): void {
    if (this.rows > 0) setFacts(this.reading, { um_rows: this.rows })
  }
}
