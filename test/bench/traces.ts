import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { bundleEntry } from '../lab/bundle'
import type { BenchRow } from './bench'
import { median } from './hosts'
import { writeTrace, type WrittenTrace } from './trace-file'

const run = promisify(execFile)
/** Debian's own, which has the packages. */
const python = '/usr/bin/python3'
const sizes = [
  { label: '200 MB', bytes: 200e6, rounds: 3 },
  { label: '1 GB', bytes: 1e9, rounds: 1 },
]

const frameScript = `
import json, sys, time
import pandas
start = time.perf_counter()
with open(sys.argv[1]) as file:
    frame = pandas.DataFrame(json.load(file)['traceEvents'])
kernels = frame[frame['cat'] == 'kernel'].groupby('name')['dur'].agg(['sum', 'count'])
print(json.dumps({'ms': (time.perf_counter() - start) * 1000, 'events': len(frame), 'kernels': int(kernels['count'].sum())}))
`
const ijsonScript = `
import json, sys, time
import ijson
start = time.perf_counter()
events, kernels, total = 0, 0, {}
with open(sys.argv[1], 'rb') as file:
    for event in ijson.items(file, 'traceEvents.item', use_float=True):
        events += 1
        if event.get('cat') == 'kernel':
            kernels += 1
            total[event['name']] = total.get(event['name'], 0) + event['dur']
print(json.dumps({'ms': (time.perf_counter() - start) * 1000, 'events': events, 'kernels': kernels}))
`

interface Reading extends WrittenTrace {
  ms: number
}
interface OwnReading extends Reading {
  peakBytes: number
  problem: unknown
}

const printed = async <T extends Reading>(program: string, args: string[], written: WrittenTrace): Promise<T> => {
  const { stdout } = await run(program, args, { maxBuffer: 2 ** 24 })
  const reading = JSON.parse(stdout) as T
  if (reading.events !== written.events || reading.kernels !== written.kernels)
    throw new Error(
      `${program} found ${reading.events} events, ${reading.kernels} kernels; the trace has ${written.events}, ${written.kernels}`,
    )
  return reading
}

const hasPeers = async (): Promise<boolean> => {
  try {
    await run(python, ['-c', 'import pandas, ijson'])
    return true
  } catch (error) {
    process.stderr.write(
      `traces: skipped, needs python3-pandas and python3-ijson (apt-get install): ${(error as Error).message.split('\n')[0]}\n`,
    )
    return false
  }
}

const rowsOf = (label: string, bytes: number, own: readonly OwnReading[], frame: number[], streaming: number[]): BenchRow[] => {
  const ms = median(own.map((reading) => reading.ms))
  const against = (peer: string, times: number[], least: number): BenchRow => {
    const ratio = median(times) / ms
    return {
      what: `chrome trace of ${label}, to totals per kernel; peer ${peer}`,
      ours: ms,
      peer: median(times),
      unit: 'ms',
      ratio,
      bar: `${least} times faster`,
      pass: ratio >= least,
    }
  }
  const rate = bytes / 1e6 / (ms / 1000)
  return [
    against("Python's json and a pandas DataFrame", frame, 8),
    against('ijson', streaming, 2.5),
    {
      what: `chrome trace of ${label}: rate`,
      ours: rate,
      peer: null,
      unit: 'MB/s',
      ratio: null,
      bar: 'at least 300 MB/s',
      pass: rate >= 300,
    },
    memoryRow(`chrome trace of ${label}`, own),
  ]
}

const memoryRow = (what: string, own: readonly OwnReading[]): BenchRow => {
  const peak = Math.max(...own.map((reading) => reading.peakBytes)) / 1e6
  return { what: `${what}: peak memory`, ours: peak, peer: null, unit: 'MB', ratio: null, bar: 'at most 150 MB', pass: peak <= 150 }
}

const measure = async (): Promise<BenchRow[]> => {
  if (!(await hasPeers())) return []
  const child = await bundleEntry(join(import.meta.dirname, 'child/parse-trace.ts'))
  const folder = mkdtempSync(join(tmpdir(), 'headroom-bench-traces-'))
  const rows: BenchRow[] = []
  try {
    for (const { label, bytes, rounds } of sizes) {
      const path = join(folder, 'trace.json')
      const written = writeTrace(path, bytes)
      const own: OwnReading[] = []
      const frame: number[] = []
      const streaming: number[] = []
      for (let round = 0; round < rounds; round += 1) {
        own.push(await printed<OwnReading>(process.execPath, [child, path], written))
        frame.push((await printed(python, ['-c', frameScript, path], written)).ms)
        streaming.push((await printed(python, ['-c', ijsonScript, path], written)).ms)
        own.push(await printed<OwnReading>(process.execPath, [child, path], written))
      }
      await run('gzip', ['-1', '-f', path])
      const packed = await printed<OwnReading>(process.execPath, [child, `${path}.gz`], written)
      rows.push(...rowsOf(label, bytes, own, frame, streaming), memoryRow(`the same, packed by gzip`, [packed]))
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return rows
}

export const bench = { name: 'traces of the PyTorch profiler, parseSource in a process of its own', run: measure }
