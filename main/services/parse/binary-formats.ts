import type { ParseResult } from '../../../preload/contract'
import { isBinary } from '../../../remote-scripts/_kit/text'

interface BinaryKind {
  magic: string
  /** Where the mark stands; absent: at the beginning. */
  at?: number
  advice: string
  /** Whose file it is, where that is known. */
  owner?: { probe: string; tool: string }
}

/** Files that only their own tool reads: how they begin, and the command that makes text of them. */
const kinds: BinaryKind[] = [
  {
    magic: 'NVR',
    advice: 'This is an Nsight Compute report: export it with `ncu --import FILE --csv --page raw`.',
    owner: { probe: 'kernel', tool: 'ncu' },
  },
  {
    magic: 'NVIDIA Tegra Profiler Report',
    advice: 'This is an Nsight Systems report: export it with `nsys stats --format csv FILE` or `nsys export -t sqlite FILE`.',
    owner: { probe: 'timeline', tool: 'nsys' },
  },
  { magic: 'PK\u0003\u0004', advice: 'This is a ZIP archive: unpack it first.' },
  { magic: 'ustar', at: 257, advice: 'This is a tar archive: unpack it first (`tar -xf FILE`), then give its folder.' },
  { magic: '\u0028\u00B5\u002F\u00FD', advice: 'This is packed with zstd: unpack it first (`zstd -d FILE`).' },
  { magic: '\u00FD7zXZ\u0000', advice: 'This is packed with xz: unpack it first (`xz -d FILE`).' },
  { magic: 'BZh', advice: 'This is packed with bzip2: unpack it first (`bzip2 -d FILE`).' },
  { magic: '7z\u00BC\u00AF\u0027\u001C', advice: 'This is a 7z archive: unpack it first.' },
  { magic: '\u007FELF', advice: 'This is a program, not its output.' },
  { magic: '%PDF', advice: 'This is a PDF; give the log that it was made from.' },
]

const startsWith = (head: Uint8Array, magic: string, at = 0): boolean =>
  String.fromCharCode(...head.subarray(at, at + magic.length)) === magic

export const isSqlite = (head: Uint8Array): boolean => startsWith(head, 'SQLite format 3\u0000')
export const isGzip = (head: Uint8Array): boolean => startsWith(head, '\u001F\u008B')

/** What to do with a binary file, when it is of a kind that is known; a report that a tool of ours can export is a result that says so. */
export const binaryAdvice = (head: Uint8Array, size: number | null): { advice: string; results: ParseResult[] } | null => {
  const kind = kinds.find(({ magic, at }) => startsWith(head, magic, at) && (magic !== 'BZh' || isBinary(head)))
  if (!kind) return null
  const { advice, owner } = kind
  if (!owner) return { advice, results: [] }
  const result: ParseResult = {
    probe: owner.probe,
    tool: { name: owner.tool, version: null },
    facts: { tool: owner.tool, binary: true, size_bytes: size },
    measurements: [],
    rows: { understood: 0, skipped: 0 },
    warnings: [{ code: 'binary_needs_tool', message: advice }],
    problem: { code: 'parse.unrecognised', message: advice },
  }
  return { advice, results: [result] }
}
