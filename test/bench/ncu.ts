import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { bundleEntry } from '../lab/bundle'
import type { BenchRow } from './bench'
import { median } from './hosts'
import { writeRawPage } from './ncu-file'

const run = promisify(execFile)
const sizeBytes = 200_000_000
const largeBytes = 600_000_000
const rounds = 5

interface Pass {
  ms: number
  peakBytes: number
  launches: number
  durationSum: number
}

const child = async (program: string, args: string[]): Promise<Pass> => JSON.parse((await run(program, args)).stdout) as Pass

/** What people use: the table as a DataFrame, the row of units skipped. Debian's python3-pandas. */
const pandas = `
import json, sys, time
import pandas
start = time.perf_counter()
frame = pandas.read_csv(sys.argv[1], skiprows=[1])
ms = (time.perf_counter() - start) * 1000
print(json.dumps({
  "ms": ms,
  "peakBytes": int(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))) * 1024,
  "launches": len(frame),
  "durationSum": float(frame["gpu__time_duration.sum"].sum()) / 1000,
}))
`

/** Debian's own Python where there is one: it has python3-pandas. */
const findPython = async (): Promise<string | null> => {
  for (const python of ['/usr/bin/python3', 'python3'])
    try {
      await run(python, ['-c', 'import pandas'])
      return python
    } catch (error) {
      if (python === 'python3') console.log(`  no pandas here: ${String(error).split('\n')[0]}`)
    }
  return null
}

const megabytesPerSecond = (bytes: number, ms: number): number => bytes / 1e6 / (ms / 1000)

const measure = async (): Promise<BenchRow[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-bench-ncu-'))
  try {
    const file = join(folder, 'raw.csv')
    const large = join(folder, 'large.csv')
    const written = writeRawPage(file, sizeBytes)
    const parser = await bundleEntry(join(import.meta.dirname, 'child/parse-ncu.ts'))
    const python = await findPython()
    const passes = { ours: [] as Pass[], peer: [] as Pass[] }
    const check = (pass: Pass): Pass => {
      if (pass.launches !== written.launches || Math.abs(pass.durationSum / written.durationSum - 1) > 1e-9)
        throw new Error(`read ${pass.launches} launches, ${pass.durationSum} us`)
      return pass
    }
    // One pass of each is not counted: the file is in the page cache for both then.
    for (let round = 0; round <= rounds; round += 1) {
      const order = round % 2 === 0 ? (['ours', 'peer'] as const) : (['peer', 'ours'] as const)
      for (const who of order) {
        const pass =
          who === 'ours' ? await child(process.execPath, [parser, file]) : python ? await child(python, ['-c', pandas, file]) : null
        if (pass && round > 0) passes[who].push(check(pass))
      }
    }
    const { bytes } = writeRawPage(large, largeBytes)
    const largePass = await child(process.execPath, [parser, large])
    if (statSync(large).size !== bytes) throw new Error('the large file is not whole')
    return rowsOf(passes, largePass)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const rowsOf = (passes: { ours: Pass[]; peer: Pass[] }, large: Pass): BenchRow[] => {
  const rateOf = (all: Pass[]): number | null => (all.length === 0 ? null : megabytesPerSecond(sizeBytes, median(all.map(({ ms }) => ms))))
  const peakOf = (all: Pass[]): number | null => (all.length === 0 ? null : Math.max(...all.map(({ peakBytes }) => peakBytes)) / 1e6)
  const [rate, peerRate] = [rateOf(passes.ours) ?? 0, rateOf(passes.peer)]
  const [peak, peerPeak] = [peakOf(passes.ours) ?? Infinity, peakOf(passes.peer)]
  const ratios = passes.ours.flatMap(({ ms }, index) => (passes.peer[index] ? [passes.peer[index].ms / ms] : []))
  const ratio = ratios.length === 0 ? null : median(ratios)
  return [
    {
      what: 'ncu raw page of 200 MB, all of the program',
      ours: rate,
      peer: peerRate,
      unit: 'MB/s',
      ratio,
      bar: '>= 400 MB/s',
      pass: rate >= 400,
    },
    {
      what: 'the same, against pandas.read_csv',
      ours: rate,
      peer: peerRate,
      unit: 'MB/s',
      ratio,
      bar: '>= 3.5 times',
      pass: ratio === null ? null : ratio >= 3.5,
    },
    {
      what: 'memory of the process at its peak',
      ours: peak,
      peer: peerPeak,
      unit: 'MB',
      ratio: peerPeak === null ? null : peerPeak / peak,
      bar: '<= 150 MB',
      pass: peak <= 150,
    },
    {
      what: 'memory for 600 MB',
      ours: large.peakBytes / 1e6,
      peer: null,
      unit: 'MB',
      ratio: null,
      bar: '<= 150 MB',
      pass: large.peakBytes <= 150e6,
    },
  ]
}

export const bench = { name: 'ncu --csv --page raw; peer: pandas', run: measure }
