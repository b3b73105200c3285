import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { GpuSnapshot, HostSnapshot } from '../../../main/adapters/lab/reports/gpu-snapshot'
import { printQueryCsv, queryFields } from '../../../main/adapters/lab/reports/nvidia-smi-csv'
import { printDmon, printPmon, type ProcessSample } from '../../../main/adapters/lab/reports/nvidia-smi-monitor'
import { printSmiText } from '../../../main/adapters/lab/reports/nvidia-smi-q'
import { printSmiTable } from '../../../main/adapters/lab/reports/nvidia-smi-table'
import { printSmiTopology } from '../../../main/adapters/lab/reports/nvidia-smi-topo'
import { printSmiXml } from '../../../main/adapters/lab/reports/nvidia-smi-xml'
import { formats } from '../../corpus/formats'
import type { Measurement } from '../../corpus/types'

const numRuns = 200
const mebi = 2 ** 20

const cents = (max: number) => fc.integer({ min: 0, max: max * 100 }).map((value) => value / 100)
const gpu = (index: number): fc.Arbitrary<GpuSnapshot> =>
  fc.record({
    index: fc.constant(index),
    name: fc.constantFrom('NVIDIA A100-SXM4-80GB', 'Tesla T4', 'NVIDIA H100 80GB HBM3'),
    uuid: fc.constant(`GPU-00000000-0000-0000-0000-${String(index).padStart(12, '0')}`),
    busId: fc.constant(`00000000:${(index + 16).toString(16).toUpperCase()}:00.0`),
    temperatureC: fc.integer({ min: 0, max: 110 }),
    memoryTemperatureC: fc.integer({ min: 0, max: 110 }),
    powerW: cents(1200),
    powerLimitW: cents(1200),
    memoryTotalMiB: fc.integer({ min: 200_000, max: 300_000 }),
    memoryUsedMiB: fc.integer({ min: 0, max: 200_000 }),
    utilPercent: fc.integer({ min: 0, max: 100 }),
    memoryUtilPercent: fc.integer({ min: 0, max: 100 }),
    smClockMHz: fc.integer({ min: 100, max: 2600 }),
    maxSmClockMHz: fc.integer({ min: 100, max: 2600 }),
    memoryClockMHz: fc.integer({ min: 300, max: 9000 }),
    pcieGen: fc.integer({ min: 1, max: 6 }),
    pcieWidth: fc.constantFrom(1, 4, 8, 16),
    pcieWidthMax: fc.constant(16),
  })

const gpus = fc.integer({ min: 1, max: 8 }).chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => gpu(index))))
const host: fc.Arbitrary<HostSnapshot> = gpus.map((list) => ({
  time: 'Wed Mar  4 05:06:07 2026',
  driverVersion: '550.54.15',
  cudaVersion: '12.4',
  gpus: list,
}))

const only = (id: string, text: string) => {
  const results = formats.get(id)?.parse(text) ?? []
  expect(results).toHaveLength(1)
  expect(results[0]?.problem).toBeNull()
  expect(results[0]?.rows.skipped).toBe(0)
  return results[0]!
}

const value = (found: readonly Measurement[], metric: string, where: Measurement['dimensions']): number | undefined => {
  const fitting = found.filter(
    (one) => one.metric === metric && Object.entries(where).every(([key, wanted]) => one.dimensions[key] === wanted),
  )
  expect(fitting.length, metric).toBeLessThanOrEqual(1)
  return fitting[0]?.value
}

/** What every report of a whole GPU gives back. */
const expectSnapshot = (found: readonly Measurement[], list: readonly GpuSnapshot[]): void => {
  for (const one of list) {
    const where = { gpu: one.index }
    expect(value(found, 'gpu.power', where)).toBe(one.powerW)
    expect(value(found, 'gpu.temperature', where)).toBe(one.temperatureC)
    expect(value(found, 'gpu.mem_temperature', where)).toBe(one.memoryTemperatureC)
    expect(value(found, 'gpu.util', where)).toBeCloseTo(one.utilPercent / 100, 12)
    expect(value(found, 'gpu.mem_util', where)).toBeCloseTo(one.memoryUtilPercent / 100, 12)
    expect(value(found, 'gpu.mem_used', where)).toBe(one.memoryUsedMiB * mebi)
    expect(value(found, 'gpu.mem_total', where)).toBe(one.memoryTotalMiB * mebi)
    expect(value(found, 'gpu.sm_clock', where)).toBe(one.smClockMHz)
    expect(value(found, 'gpu.mem_clock', where)).toBe(one.memoryClockMHz)
  }
}

describe('what nvidia-smi prints of known numbers is read as these numbers', () => {
  it.each([
    ['nvidia-smi-xml', printSmiXml],
    ['nvidia-smi-q-text', printSmiText],
  ] as const)('%s', (id, print) => {
    fc.assert(
      fc.property(host, (known) => {
        const { measurements, facts, warnings } = only(id, print(known))
        expectSnapshot(measurements, known.gpus)
        expect(facts).toMatchObject({ gpu_count: known.gpus.length, driver_version: '550.54.15', cuda_version: '12.4' })
        expect(facts['bus_ids']).toEqual(known.gpus.map(({ busId }) => busId))
        expect(warnings.some(({ code }) => code === 'pcie_width_reduced')).toBe(known.gpus.some(({ pcieWidth }) => pcieWidth < 16))
      }),
      { numRuns },
    )
  })

  it('the table', () => {
    fc.assert(
      fc.property(host, (known) => {
        const { measurements } = only('nvidia-smi-table', `${printSmiTable(known)}\n`)
        for (const one of known.gpus) {
          expect(value(measurements, 'gpu.power', { gpu: one.index })).toBe(Math.round(one.powerW))
          expect(value(measurements, 'gpu.temperature', { gpu: one.index })).toBe(one.temperatureC)
          expect(value(measurements, 'gpu.mem_used', { gpu: one.index })).toBe(one.memoryUsedMiB * mebi)
          expect(value(measurements, 'gpu.util', { gpu: one.index })).toBeCloseTo(one.utilPercent / 100, 12)
        }
      }),
      { numRuns },
    )
  })

  it('a CSV query, any fields in any order, with and without units in the cells', () => {
    const measured = ['power.draw', 'temperature.gpu', 'temperature.memory', 'utilization.gpu', 'utilization.memory', 'memory.used']
    const rest = ['memory.total', 'clocks.current.sm', 'clocks.mem']
    const others = Object.keys(queryFields).filter((name) => !/^(?:clocks|power\.draw|index$)/.test(name))
    const names = fc
      .tuple(fc.constant(['index', ...measured, ...rest]), fc.subarray(others))
      .chain(([must, more]) => fc.shuffledSubarray([...new Set([...must, ...more])], { minLength: new Set([...must, ...more]).size }))
    fc.assert(
      fc.property(host, names, fc.constantFrom(['csv'], ['csv', 'nounits']), (known, fields, format) => {
        const { measurements } = only('nvidia-smi-query-csv', `${printQueryCsv(known, fields, format).join('\n')}\n`)
        expectSnapshot(measurements, known.gpus)
      }),
      { numRuns },
    )
  })

  it('dmon, sample after sample', () => {
    fc.assert(
      fc.property(fc.array(gpus, { minLength: 1, maxLength: 6 }), (samples) => {
        const { measurements } = only('nvidia-smi-dmon', printDmon(samples))
        const seen = new Map<number, number>()
        for (const one of samples.flat()) {
          const where = { gpu: one.index, sample: seen.get(one.index) ?? 0 }
          seen.set(one.index, where.sample + 1)
          expect(value(measurements, 'gpu.power', where)).toBe(Math.round(one.powerW))
          expect(value(measurements, 'gpu.sm_clock', where)).toBe(one.smClockMHz)
          expect(value(measurements, 'gpu.mem_clock', where)).toBe(one.memoryClockMHz)
          expect(value(measurements, 'gpu.mem_util', where)).toBeCloseTo(one.memoryUtilPercent / 100, 12)
        }
      }),
      { numRuns },
    )
  })

  it('pmon, process by process', () => {
    const percent = fc.option(fc.integer({ min: 0, max: 100 }))
    const sample = fc.array(
      fc.record({ gpu: fc.nat(7), pid: fc.integer({ min: 1, max: 4_000_000 }), utilPercent: percent, memoryUtilPercent: percent }),
      { minLength: 1, maxLength: 6 },
    )
    const processes = sample.map((list) => {
      const unique = [...new Map(list.map((one) => [`${one.gpu} ${one.pid}`, one])).values()]
      return unique.sort((a, b) => a.gpu - b.gpu).map((one): ProcessSample => ({ ...one, command: 'train --fast' }))
    })
    fc.assert(
      fc.property(processes, fc.integer({ min: 1, max: 4 }), (list, rounds) => {
        const { measurements, facts } = only('nvidia-smi-pmon', printPmon(Array.from({ length: rounds }, () => list)))
        expect(facts).toMatchObject({ samples: rounds, rows: rounds * list.length })
        for (const one of list) {
          const found = value(measurements, 'gpu.process_util', { gpu: one.gpu, pid: one.pid, sample: rounds - 1, process: 'train --fast' })
          if (one.utilPercent === null) expect(found).toBeUndefined()
          else expect(found).toBeCloseTo(one.utilPercent / 100, 12)
        }
      }),
      { numRuns },
    )
  })

  it('topo -m, every pair', () => {
    const link = fc.constantFrom('NV4', 'NV18', 'PIX', 'PXB', 'PHB', 'NODE', 'SYS')
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.nat(3),
        fc.array(link, { minLength: 64, maxLength: 64 }),
        fc.array(fc.nat(7), { minLength: 8, maxLength: 8 }),
        (count, nicCount, links, numa) => {
          const nics = Array.from({ length: nicCount }, (_, index) => `mlx5_${index}`)
          const text = printSmiTopology({
            gpus: Array.from({ length: count }, (_, index) => ({ index })),
            nics,
            gpuLink: (a, b) => links[a * 8 + b] ?? 'SYS',
            nicLink: (a, nic) => links[a + nic] ?? 'SYS',
            affinity: (index) => ({ cpus: `${index * 8}-${index * 8 + 7}`, numa: numa[index] ?? 0 }),
          })
          const { facts, measurements } = only('nvidia-smi-topo', text)
          const wanted: Record<string, string> = {}
          for (let a = 0; a < count; a += 1) for (let b = a + 1; b < count; b += 1) wanted[`GPU${a}-GPU${b}`] = links[a * 8 + b] ?? 'SYS'
          expect(facts).toMatchObject({ gpu_count: count, nic_count: nicCount })
          expect(facts['topology']).toEqual(wanted)
          expect(facts['numa']).toEqual(Object.fromEntries(Array.from({ length: count }, (_, index) => [`GPU${index}`, numa[index]])))
          expect(measurements.filter(({ metric }) => metric === 'inventory.topology_gpu_pairs')).toHaveLength((count * (count - 1)) / 2)
        },
      ),
      { numRuns },
    )
  })
})
