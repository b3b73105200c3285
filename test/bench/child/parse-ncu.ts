import { pathSource } from '../../../main/adapters/files/path-source'
import { fileTools } from '../../../main/hosts/file-tools'
import { parseSource } from '../../../main/services/parse/parse-file'
import { peakBytes } from './peak'

// A process of its own, as the program parses off its main process: its time and its memory are the parser's alone.
const started = performance.now()
const parsed = await parseSource(pathSource(process.argv[2] ?? ''), fileTools)
const ms = performance.now() - started
const result = parsed.results[0]
process.stdout.write(
  JSON.stringify({
    ms,
    peakBytes: peakBytes(),
    problem: parsed.problem,
    launches: result?.rows.understood ?? 0,
    values: result?.measurements.length ?? 0,
    durationSum: (result?.measurements ?? [])
      .filter(({ metric }) => metric === 'kernel.duration')
      .reduce((sum, { value }) => sum + value, 0),
  }),
)
