import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { busFactor, collectives } from '../../../main/adapters/lab/hardware-model'
import { presets } from '../../../main/adapters/lab/presets'
import type { LabHostState } from '../../../main/adapters/lab/state'
import type { ToolContext } from '../../../main/adapters/lab/tools/context'
import {
  ncclFooter,
  ncclHeader,
  ncclRowText,
  writeNcclJson,
  type NcclRow,
  type NcclTest,
  type Timing,
} from '../../../main/adapters/lab/tools/nccl-report'
import type { ParseResult } from '../../../preload/contract'
import { ncclTestsJson } from '../../../remote-scripts/nccl/formats/nccl-tests-json'
import { ncclTestsText } from '../../../remote-scripts/nccl/formats/nccl-tests-text'

const hostOf = (name: string): LabHostState => ({ name }) as unknown as LabHostState
const context = { model: presets['a100-hdr'], env: { SECRET_TOKEN: 'must-not-leave' } } as unknown as ToolContext

const timingOf = (sizeBytes: number, timesUs: number[], factor: number): Timing => {
  const timeUs = timesUs.reduce((sum, time) => sum + time, 0) / timesUs.length
  const algbwGBps = sizeBytes / timeUs / 1000
  return { timeUs, algbwGBps, busbwGBps: algbwGBps * factor, timesUs, perProcessUs: [] }
}

const times = fc.array(fc.double({ min: 1, max: 900_000, noNaN: true }), { minLength: 5, maxLength: 5 })
const known = fc
  .record({
    collective: fc.constantFrom(...collectives),
    ranks: fc.integer({ min: 2, max: 16 }),
    nodes: fc.integer({ min: 1, max: 2 }),
    check: fc.boolean(),
    perIteration: fc.boolean(),
    rows: fc.uniqueArray(fc.tuple(fc.integer({ min: 6, max: 32 }), times, times), {
      minLength: 1,
      maxLength: 8,
      selector: ([power]) => power,
    }),
  })
  .map(({ collective, ranks, nodes, check, perIteration, rows }) => {
    const factor = busFactor(collective, ranks)
    const sorted = [...rows].sort(([a], [b]) => a - b)
    const hosts = Array.from({ length: nodes }, (_, index) => hostOf(`node-${index}`))
    const reduces = collective === 'all_reduce' || collective === 'reduce_scatter'
    const test: NcclTest = {
      collective,
      program: `${collective}_perf`,
      args: [],
      hosts: Array.from({ length: ranks }, (_, rank) => hosts[Math.floor((rank * nodes) / ranks)] ?? hostOf('node-0')),
      forwarded: null,
      gpusPerProcess: 1,
      minBytes: 64,
      maxBytes: 2 ** 32,
      stepFactor: 2,
      stepBytes: 0,
      sizes: [],
      warmup: 2,
      iterations: 5,
      type: 'float',
      typeBytes: 4,
      op: reduces ? 'sum' : 'none',
      root: -1,
      check,
      perIteration,
      perIterationSkip: 0,
      jsonPath: null,
      startedAt: 1_790_000_000_000,
    }
    const printed: NcclRow[] = sorted.map(([power, outOfPlace, inPlace]) => ({
      sizeBytes: 2 ** power,
      outOfPlace: timingOf(2 ** power, outOfPlace, factor),
      inPlace: timingOf(2 ** power, inPlace, factor),
    }))
    return { test, rows: printed }
  })

const valueOf = (result: ParseResult | undefined, metric: string, size: number, inPlace: boolean): number =>
  result?.measurements.find(
    (one) => one.metric === metric && one.dimensions['size_bytes'] === size && one.dimensions['in_place'] === inPlace,
  )?.value ?? NaN

/** As nccl-tests prints a time: fewer decimals, the longer it is. */
const printedTime = (us: number): number => Number(us >= 10_000 ? us.toFixed(0) : us >= 100 ? us.toFixed(1) : us.toFixed(2))

describe('nccl-tests: the numbers that are printed come back', () => {
  it('text, to the printed digits', () => {
    fc.assert(
      fc.property(known, ({ test, rows }) => {
        const text = `${[ncclHeader(context, test), ...rows.map((row) => ncclRowText(test, row)), ncclFooter(test, rows)].join('\n')}\n`
        const [result, ...more] = ncclTestsText.parse(text)
        expect(more).toEqual([])
        expect(result).toMatchObject({ problem: null, rows: { understood: rows.length, skipped: 0 } })
        expect(result?.facts).toMatchObject({ ranks: test.hosts.length, nodes: new Set(test.hosts).size, collectives: [test.collective] })
        for (const row of rows)
          for (const [timing, inPlace] of [
            [row.outOfPlace, false],
            [row.inPlace, true],
          ] as const) {
            const value = (metric: string): number => valueOf(result, metric, row.sizeBytes, inPlace)
            expect(value('nccl.time')).toBe(printedTime(timing.timeUs))
            expect(value('nccl.algbw')).toBe(Number(timing.algbwGBps.toFixed(2)))
            expect(value('nccl.busbw')).toBe(Number(timing.busbwGBps.toFixed(2)))
            const checked = test.check && !(inPlace && test.collective === 'alltoall')
            expect(value('nccl.wrong')).toBe(checked ? 0 : NaN)
            expect(value('nccl.time_min')).toBe(test.perIteration ? printedTime(Math.min(...timing.timesUs)) : NaN)
            expect(value('nccl.time_max')).toBe(test.perIteration ? printedTime(Math.max(...timing.timesUs)) : NaN)
          }
      }),
      { numRuns: 200 },
    )
  })

  it('JSON, exactly, and nothing of the environment', () => {
    const folder = mkdtempSync(join(tmpdir(), 'round-trip-'))
    let file = 0
    try {
      fc.assert(
        fc.property(known, ({ test, rows }) => {
          const path = join(folder, `${(file += 1)}.json`)
          writeNcclJson(context, test, rows, path)
          const [result] = ncclTestsJson.parse(readFileSync(path, 'utf8'))
          expect(result).toMatchObject({ problem: null, rows: { understood: rows.length, skipped: 0 } })
          expect(JSON.stringify(result)).not.toContain('must-not-leave')
          for (const row of rows)
            for (const [timing, inPlace] of [
              [row.outOfPlace, false],
              [row.inPlace, true],
            ] as const) {
              expect(valueOf(result, 'nccl.time', row.sizeBytes, inPlace)).toBe(timing.timeUs)
              expect(valueOf(result, 'nccl.busbw', row.sizeBytes, inPlace)).toBe(timing.busbwGBps)
              expect(valueOf(result, 'nccl.time_max', row.sizeBytes, inPlace)).toBe(test.perIteration ? Math.max(...timing.timesUs) : NaN)
            }
        }),
        { numRuns: 100 },
      )
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
