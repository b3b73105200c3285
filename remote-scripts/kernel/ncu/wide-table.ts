import type { FactValue } from '../../../preload/contract'
import { newReading, setFacts, skipRow, warn, fail, type Reading } from '../../_kit/reading'
import { canonicalMetric } from '../canonical'
import { splitCsv } from '../csv-cells'
import { LaunchStore, stateOf } from '../launch-store'
import { Marks, comma, dot } from './figures'
import { identityFacts, isIdentity } from './identity'
import { counted, identity, ignored, isSame, kernelName, RowScanner, type Field } from './row-scanner'
import { reportNumbers } from './report-numbers'
import { counterUnit, isWholeCounter } from './units'

const attribute = 'device__attribute_'
/** So many names of one length are told by their bytes; a report has tens. */
const maxAlike = 32

interface Unknown {
  counter: string
  unit: string
}

/** ncu's raw page as CSV: a header, a row of units, then a row per launch. */
export class WideTable {
  private readonly reading = newReading('kernel', 'ncu')
  private readonly store = new LaunchStore(new Marks(), { name: 'kernel', index: 'launch' })
  private scanner: RowScanner | null = null
  private fields: Field[] = []
  private readonly unknown: Unknown[] = []
  private readonly whole: { slot: number; percent: boolean }[] = []
  private isTruncated = false
  /** Bytes of each identity cell in the first row; null: rows differ. */
  private readonly constant: (Buffer | null)[] = []
  private firstRow: string[] = []
  private readonly namesByLength = new Map<number, { known: Buffer; index: number }[]>()
  private identityFields: number[] = []
  private nameField = -1
  private unitLine: string | null = null

  constructor(private readonly header: readonly string[]) {}

  get launches(): number {
    return this.store.launches
  }

  /** Rows of data so far, understood or not. */
  get rows(): number {
    return this.reading.rows.understood + this.reading.rows.skipped
  }

  /** Cells that a row has at least. */
  get cells(): number {
    return this.header.length
  }

  /** The row below the header. A second one is the same or a fault. */
  units(line: string): void {
    const cells = splitCsv(line)
    if (cells?.length !== this.header.length) return
    if (this.scanner) {
      if (line !== this.unitLine) warn(this.reading, 'second_unit_row', 'A second row of units differs from the first, which is used.')
      return
    }
    this.unitLine = line
    let slots = 0
    this.fields = this.header.map((name, index) => {
      const field = this.fieldOf(name, cells[index] ?? '', slots)
      if (field.kind === counted) slots += 1
      return field
    })
    this.identityFields = [...this.fields.keys()].filter((field) => this.fields[field]?.kind === identity)
    this.nameField = this.fields.findIndex(({ kind }) => kind === kernelName)
    this.scanner = new RowScanner(this.fields, this.store.marks)
  }

  private fieldOf(name: string, printed: string, slot: number): Field {
    const none = { power: 0, hasUnit: false }
    if (name === 'Kernel Name') return { ...none, kind: kernelName }
    if (isIdentity(name)) return { ...none, kind: identity }
    if (name.startsWith(attribute)) return { ...none, kind: ignored }
    const unit = counterUnit(printed)
    if (!unit) {
      this.unknown.push({ counter: name, unit: printed })
      return { ...none, kind: ignored }
    }
    this.store.addColumn({ counter: name, metric: canonicalMetric(name, unit.unit), unit: unit.unit, power: unit.power, more: {} })
    if (unit.isPercent || isWholeCounter(name, unit)) this.whole.push({ slot, percent: unit.isPercent })
    return { kind: counted, power: unit.power, hasUnit: printed.trim() !== '' }
  }

  /** Reads the row of data at `start`; returns where its line end is, -1 when it is not understood. `bytes[limit - 1]` is a line end. */
  row(bytes: Uint8Array, start: number, limit: number): number {
    const end = this.scanner?.scan(bytes, start, limit) ?? -1
    if (!this.scanner || end < 0) return -1
    this.reading.rows.understood += 1
    if (this.store.launches === 0) this.firstRow = splitCsv(new TextDecoder().decode(bytes.subarray(start, end)).trimEnd()) ?? []
    this.store.begin(this.nameIndexOf(bytes, this.scanner))
    this.compareIdentity(bytes, this.scanner)
    if (this.scanner.hasOpen) this.judgeOpen(this.scanner)
    this.store.putRow(this.scanner.values, this.scanner.states, this.scanner.hasOpen)
    return end
  }

  /** A row of data that was not understood. */
  skip(line: string): void {
    skipRow(this.reading, line, this.scanner ? `it does not have ${this.header.length} cells` : 'there is no row of units above it')
  }

  /** The file ends within a row. */
  cut(text: string): void {
    this.isTruncated = true
    skipRow(this.reading, text, 'the file ends within it')
  }

  /** Most rows have a name that was seen before: told by its bytes, without a string. */
  private nameIndexOf(bytes: Uint8Array, scanner: RowScanner): number {
    if (this.nameField < 0) return this.store.nameIndex('')
    const start = scanner.starts[this.nameField] as number
    const length = (scanner.ends[this.nameField] as number) - start
    const alike = this.namesByLength.get(length) ?? []
    for (const { known, index } of alike) if (isSame(known, bytes, start, length)) return index
    const known = Buffer.from(bytes.subarray(start, start + length))
    const index = this.store.nameIndex(known.toString('utf8').replaceAll('""', '"'))
    if (alike.length < maxAlike && this.namesByLength.size < maxAlike * 100) this.namesByLength.set(length, [...alike, { known, index }])
    return index
  }

  private compareIdentity(bytes: Uint8Array, scanner: RowScanner): void {
    const isFirst = this.store.launches === 1
    for (const field of this.identityFields) {
      const start = scanner.starts[field] as number
      const length = (scanner.ends[field] as number) - start
      if (isFirst) this.constant[field] = Buffer.from(bytes.subarray(start, start + length))
      const known = this.constant[field]
      if (known && !isSame(known, bytes, start, length)) this.constant[field] = null
    }
  }

  /** What an undecided figure's own column tells: no fractions of an event, no share of a thousand percent. */
  private judgeOpen(scanner: RowScanner): void {
    for (const { slot, percent } of this.whole) {
      const state = scanner.states[slot] as number
      if (state <= 1) continue
      const mark = state === stateOf(comma) ? comma : dot
      if (percent) this.store.marks.sawDecimal(mark)
      else this.store.marks.sawThousands(mark)
    }
  }

  private facts(): Record<string, FactValue> {
    const cell = (name: string): string | null => {
      const field = this.header.indexOf(name)
      return field >= 0 && this.constant[field] ? (this.firstRow[field] ?? null) : null
    }
    const attributes = this.header.flatMap((name, index) =>
      name.startsWith(attribute) ? [[name.slice(attribute.length), this.firstRow[index] ?? ''] as const] : [],
    )
    const gpu = attributes.find(([name]) => name === 'display_name')?.[1]
    return {
      ...identityFacts(cell),
      kernels: this.store.launches,
      columns: this.header.length,
      distinct_kernels: this.store.names.length,
      ...(gpu === undefined || gpu === '' ? {} : { gpu }),
      ...(attributes.length === 0 ? {} : { device_attributes: Object.fromEntries(attributes) }),
    }
  }

  end(): Reading {
    const { reading, store } = this
    store.giveTo(reading)
    setFacts(reading, this.facts())
    if (this.unknown.length > 0) {
      const first = this.unknown.slice(0, 3).map(({ counter, unit }) => `${counter} [${unit}]`)
      warn(reading, 'unit_unknown', `${this.unknown.length} counters have a unit that is not known, and are left out: ${first.join(', ')}.`)
    }
    if (this.scanner === null && reading.rows.skipped > 0)
      fail(
        reading,
        'parse.unit_unknown',
        'The row of units below the header is missing: no figure can be read without it.',
        this.header.slice(0, 20).join(','),
      )
    reportNumbers(reading, store)
    if (this.isTruncated) fail(reading, 'parse.truncated', 'The file ends within a row; the rows before it were read.')
    return reading
  }
}
