import { pathSource } from '../../../main/adapters/files/path-source'
import { fileTools } from '../../../main/hosts/file-tools'
import { parseSource } from '../../../main/services/parse/parse-file'
import { peakBytes } from './peak'

// A process of its own, as the program parses off its main process: its time and its memory are the parser's alone.
const started = performance.now()
const parsed = await parseSource(pathSource(process.argv[2] ?? ''), fileTools)
const ms = performance.now() - started
const facts = parsed.results[0]?.facts ?? {}
process.stdout.write(
  JSON.stringify({
    ms,
    peakBytes: peakBytes(),
    problem: parsed.problem,
    warnings: parsed.results.flatMap((result) => result.warnings.map(({ code }) => code)),
    events: facts['events'],
    kernels: facts['kernels'],
  }),
)
