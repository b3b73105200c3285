import type { FilePart, PackedResult } from '../../ports/file-parser'
import type { ImportDeps } from './deps'
import type { Entry } from './entry'

/** A file with small parts of many is read as a whole, once. */
const maxWhole = 8 * 2 ** 20

/** Reads parts of what readers kept aside; the parts of one batch lie in one file. */
export class ReadBack {
  private readonly whole = new Map<string, { end: number; bytes: Promise<Uint8Array> }>()

  constructor(private readonly deps: Pick<ImportDeps, 'staging' | 'packing'>) {}

  /** Reads each file once, up to where the last of these parts ends. */
  expect(parts: readonly FilePart[]): void {
    for (const [file, some] of Map.groupBy(parts, (part) => part.file)) {
      const end = Math.max(...some.map(({ offset, length }) => offset + length))
      if (some.length < 2 || end > maxWhole) continue
      const bytes = this.deps.staging.read({ file, offset: 0, length: end })
      // Whoever asks for a part of it hears of a failure.
      bytes.catch(() => undefined)
      this.whole.set(file, { end, bytes })
    }
  }

  async bytes(part: FilePart): Promise<Uint8Array> {
    const whole = this.whole.get(part.file)
    const end = part.offset + part.length
    if (!whole || end > whole.end) return this.deps.staging.read(part)
    return (await whole.bytes).subarray(part.offset, end)
  }

  async results(entry: Entry): Promise<PackedResult[]> {
    const head = entry.reading?.results?.head
    return head ? this.deps.packing.unpackResults(await this.bytes(head)) : []
  }
}
