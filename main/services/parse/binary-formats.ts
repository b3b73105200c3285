/** Files that only their own tool reads: how they begin, and the command that makes text of them. */
const formats: { magic: string; advice: string }[] = [
  { magic: 'NVR', advice: 'This is an Nsight Compute report: export it with `ncu --import FILE --csv --page raw`.' },
  {
    magic: 'NVIDIA Tegra Profiler Report',
    advice: 'This is an Nsight Systems report: export it with `nsys stats --format csv FILE` or `nsys export -t sqlite FILE`.',
  },
  { magic: 'SQLite format 3', advice: 'This is an SQLite database; no parser reads it.' },
  { magic: '\u001F\u008B', advice: 'This file is compressed with gzip: unpack it first.' },
  { magic: 'PK\u0003\u0004', advice: 'This is a ZIP archive: unpack it first.' },
  { magic: '\u007FELF', advice: 'This is a program, not its output.' },
  { magic: '%PDF', advice: 'This is a PDF; give the log that it was made from.' },
]

const begin = (bytes: Uint8Array): string => String.fromCharCode(...bytes.subarray(0, 64))

/** What to do with a binary file, when it is of a kind that is known. */
export const binaryAdvice = (bytes: Uint8Array): string | null => {
  const head = begin(bytes)
  return formats.find(({ magic }) => head.startsWith(magic))?.advice ?? null
}
