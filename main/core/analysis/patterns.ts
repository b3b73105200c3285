import type { KernelPattern, Occupancy, Unit } from '../../../preload/contract'
import { firstOf, type ProfiledLaunch } from './kernel-launches'

type Name = KernelPattern['pattern']
type Evidence = KernelPattern['evidence']

/** A figure under the name that is shown, and the names under which it is looked up. */
interface Asked {
  counter: string
  names?: readonly string[]
  unit?: Unit
}

/** `yes` gets the values in the order they were asked for; one that is missing makes the answer `cannot_answer`. */
const judge = (
  launch: ProfiledLaunch,
  pattern: Name,
  asked: readonly Asked[],
  yes: (values: readonly number[]) => boolean,
): KernelPattern => {
  const values = asked.map(({ counter, names = [counter] }) => firstOf(launch, ...names))
  const missing = asked.flatMap(({ counter }, index) => (values[index] === null ? [counter] : []))
  const evidence: Evidence = asked.flatMap(({ counter, unit = '1' }, index) => {
    const value = values[index]
    return typeof value === 'number' ? [{ counter, value, unit }] : []
  })
  if (missing.length > 0) return { pattern, verdict: 'cannot_answer', evidence, missing }
  return { pattern, verdict: yes(values.filter((value) => value !== null)) ? 'yes' : 'no', evidence, missing: [] }
}

/** A warp's loads of neighbouring 4-byte words touch 4 sectors of 32 bytes; vectors of 16 bytes touch 16, and use them whole. */
const manySectors = 8
const halfUsed = 0.5
/** Nsight Compute's own rules look at 60 % of a unit's peak. */
const busy = 0.6
const lowOccupancy = 0.5
/** Share of the last wave that may stand idle before it is named. */
const idleTail = 0.2

const sectors: Asked = {
  counter: 'l1tex__average_t_sectors_per_request_pipe_lsu_mem_global_op_ld.ratio',
  names: ['l1tex__average_t_sectors_per_request_pipe_lsu_mem_global_op_ld.ratio', 'gld_transactions_per_request'],
}
const bytesUsed: Asked = {
  counter: 'smsp__sass_average_data_bytes_per_sector_mem_global_op_ld.pct',
  names: ['smsp__sass_average_data_bytes_per_sector_mem_global_op_ld.pct', 'gld_efficiency'],
}
const smThroughput: Asked = { counter: 'sm__throughput.avg.pct_of_peak_sustained_elapsed', names: ['kernel.sm_throughput'] }
const dramThroughput: Asked = { counter: 'dram__throughput.avg.pct_of_peak_sustained_elapsed', names: ['kernel.dram_throughput'] }
const waves: Asked = { counter: 'launch__waves_per_multiprocessor', names: ['kernel.waves_per_sm'] }

const limited = (pattern: Name, resource: 'registers' | 'shared_memory', occupancy: Occupancy): KernelPattern => {
  const { theoretical, limits, limiters, missing } = occupancy
  const evidence: Evidence = [
    ...(theoretical === null ? [] : [{ counter: 'kernel.occupancy_theoretical', value: theoretical, unit: '1' as const }]),
    ...(limits[resource] === null
      ? []
      : [
          {
            counter: `launch__occupancy_limit_${resource === 'registers' ? 'registers' : 'shared_mem'}`,
            value: limits[resource],
            unit: '1' as const,
          },
        ]),
  ]
  if (theoretical === null || missing.length > 0) return { pattern, verdict: 'cannot_answer', evidence, missing }
  return { pattern, verdict: limiters.includes(resource) && theoretical <= lowOccupancy ? 'yes' : 'no', evidence, missing: [] }
}

/** Share of the SMs' time that the last, incomplete wave leaves idle: 1 - waves / whole waves. */
export const tailLoss = (count: number): number => (count <= 0 ? 0 : 1 - count / Math.ceil(count))

/** The named patterns of one launch, each with the counters that show it. */
export const patternsOf = (launch: ProfiledLaunch, occupancy: Occupancy): KernelPattern[] => [
  judge(launch, 'uncoalesced', [sectors, bytesUsed], ([count = 0, used = 1]) => count > manySectors && used < halfUsed),
  limited('registers_limit', 'registers', occupancy),
  limited('shared_memory_limit', 'shared_memory', occupancy),
  judge(launch, 'tail_effect', [waves], ([count = 0]) => count > 1 && tailLoss(count) >= idleTail),
  judge(launch, 'memory_bound', [dramThroughput, smThroughput], ([dram = 0, compute = 0]) => dram >= busy && dram > compute),
  judge(launch, 'latency_bound', [dramThroughput, smThroughput], ([dram = 0, compute = 0]) => dram < busy && compute < busy),
]
