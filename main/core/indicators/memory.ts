import { fill } from '../../../preload/contract/messages'
import type { Dimensions } from '../../../preload/contract'
import { firstEntry, notMeasured, partOf, rowsOf, valuesOf, type Launch, type Reader } from './arm-launches'

const metric = 'zero.mem_peak'

/** Of the rank, the iteration, the GPU with the most. */
const mostOf = (launch: Launch, name: string, where?: (dimensions: Dimensions) => boolean): number | null => {
  const rows = rowsOf(launch, name, where)
  return rows.length === 0 ? null : Math.max(...rows.map(({ value }) => value))
}

/** Most memory that tensors held, beside what the allocator and the driver say, against ZeRO's formula. */
export const memoryPerGpu: Reader = (of, { messages, bounds }) => {
  const { notes } = messages.indicators
  const { launches } = firstEntry(of.launches, (launch) => mostOf(launch, metric) !== null)
  const [first] = launches
  if (!first) return notMeasured(of, 'zero')
  const { arm, hosts, facts } = first.run
  const states = 'zero.model_states'
  const formula = bounds({ metric: states, dimensions: {}, arm, hosts, facts })
  const shareOfFormula = (launch: Launch): number | null => {
    const held = mostOf(launch, states)
    return held === null || formula === null ? null : held / formula.value
  }
  return {
    kind: 'measured',
    metrics: [metric],
    values: valuesOf(launches, (launch) => mostOf(launch, metric)),
    note: facts['device'] === 'cpu' ? notes.per_rank_cpu : fill(notes.of_probe, { probe: 'zero' }),
    parts: [
      ...partOf(launches, notes.reserved, 'bytes', (launch) => mostOf(launch, 'zero.mem_reserved_peak')),
      ...partOf(launches, notes.device_used, 'bytes', (launch) => mostOf(launch, 'gpu.mem_used', ({ stat }) => stat === 'max')),
      ...partOf(launches, notes.process_used, 'bytes', (launch) => mostOf(launch, 'zero.process_mem_peak')),
      ...partOf(launches, notes.model_states, 'bytes', (launch) => mostOf(launch, states)),
      ...partOf(launches, notes.states_of_formula, '1', shareOfFormula),
      ...partOf(launches, notes.activations, 'bytes', (launch) => mostOf(launch, 'zero.mem_by_kind', ({ kind }) => kind === 'activations')),
      ...partOf(launches, notes.buffers, 'bytes', (launch) => mostOf(launch, 'zero.mem_by_kind', ({ kind }) => kind === 'buffers')),
    ],
    bound: bounds({ metric, dimensions: {}, arm, hosts, facts }),
  }
}
