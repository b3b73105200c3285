import fc from 'fast-check'
import { expect, it } from 'vitest'
import { printTuningTable, type TuningAlgorithm } from '../../lab/printers/nccl-tuning'
import { ncclDebug } from '../../../remote-scripts/nccl/formats/nccl-debug'

const protocols = ['LL', 'LL128', 'Simple']
const collectives = ['Broadcast', 'Reduce', 'AllGather', 'ReduceScatter', 'AllReduce']
const names = ['Tree', 'Ring', 'CollNetDirect', 'CollNetChain', 'NVLS', 'NVLSTree', 'PAT']

const tenth = fc.integer({ min: 0, max: 99_999 }).map((value) => value / 10)
const cell = fc.record({ latencyUs: tenth, bandwidthGBps: fc.integer({ min: 0, max: 9999 }).map((value) => value / 10) })
const row = fc.array(cell, { minLength: protocols.length, maxLength: protocols.length })
const algorithm = fc.array(row, { minLength: collectives.length, maxLength: collectives.length })

it("NCCL's tuning table gives the numbers printed into it, without the pairs that are switched off", () => {
  fc.assert(
    fc.property(fc.array(algorithm, { minLength: 1, maxLength: names.length }), (cells) => {
      const algorithms: TuningAlgorithm[] = cells.map((rows, index) => ({
        name: names[index] ?? '',
        cells: new Map(collectives.map((collective, at) => [collective, rows[at] ?? []] as const)),
      }))
      const [result] = ncclDebug.parse(`${printTuningTable(algorithms, protocols, (text) => `n1:7:8 [0] NCCL INFO ${text}`)}\n`)
      const found = (result?.measurements ?? []).map(
        ({ metric, value, dimensions }) => `${metric} ${String(dimensions['algorithm'])} ${String(dimensions['protocol'])} ${value}`,
      )
      const wanted = algorithms.flatMap(({ name, cells: all }) =>
        [...all.values()].flatMap((some) =>
          some.flatMap(({ latencyUs, bandwidthGBps }, index) =>
            bandwidthGBps === 0
              ? []
              : [
                  `nccl.tuning_latency ${name} ${protocols[index] ?? ''} ${latencyUs}`,
                  `nccl.tuning_bandwidth ${name} ${protocols[index] ?? ''} ${bandwidthGBps}`,
                ],
          ),
        ),
      )
      expect(found.sort()).toEqual(wanted.sort())
      expect(result?.rows.skipped).toBe(0)
    }),
    { numRuns: 200 },
  )
})
