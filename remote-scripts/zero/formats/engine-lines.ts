import type { Dimensions } from '../../../preload/contract'
import { convert, parseNumber } from '../../_kit/numbers'
import { noteLoss, type LineReader, type Run } from './run'
import { binaryGigabytes, binaryMegabytes, milliseconds, seconds, teraFlops } from './scales'

const addMemory = (run: Run, line: string, dimensions: Dimensions): void => {
  for (const match of line.matchAll(/\b(MemAllocated|MaxMemAllocated)=([\d.]{1,20}) ?([GM]B)\b/g)) {
    const [, field = '', token, unit] = match
    const metric = field === 'MemAllocated' ? 'zero.mem_allocated' : 'zero.mem_peak'
    const value = convert(token, unit === 'MB' ? binaryMegabytes : binaryGigabytes)
    // Printed with every step; a new value only is news.
    if (value !== run.values.last(metric, field)) run.values.add(metric, 'bytes', value, { field, ...dimensions })
  }
}

/** DeepSpeed's throughput timer: `epoch=0/micro_step=10/global_step=10, RunningAvgSamplesPerSec=…, MaxMemAllocated=…`. */
export const readThroughputTimer: LineReader = (run, line) => {
  if (!line.includes('SamplesPerSec=')) return false
  const step = /\bglobal_step=(\d{1,12})\b/.exec(line)?.[1]
  const older = step === undefined ? /\b\d{1,9}\/(\d{1,12}), \w{0,20}SamplesPerSec=/.exec(line)?.[1] : undefined
  const dimensions: Dimensions = {
    ...(step === undefined ? {} : { global_step: Number(step) }),
    ...(older === undefined ? {} : { micro_step: Number(older) }),
  }
  let found = 0
  for (const [, field = '', token] of line.matchAll(/\b(\w{0,20}SamplesPerSec)=([\w.+-]{1,40})/g))
    if (run.values.add('zero.samples_per_s', '1/s', parseNumber(token), { field, ...dimensions })) found += 1
  addMemory(run, line, dimensions)
  run.tools.add('DeepSpeed')
  run.started = true
  run.counts.timerLines += 1
  if (step !== undefined) run.reading.facts['last_global_step'] = Number(step)
  if (found > 0) run.reading.rows.understood += 1
  else run.reading.rows.skipped += 1
  return true
}

/** What the optimiser says of its steps: how many, how many skipped, overflows of the loss scale. */
export const readStepState: LineReader = (run, line) => {
  if (line.includes('OVERFLOW!') && /\bOVERFLOW! .{0,80}Skipping step\b/.test(line)) run.counts.overflows += 1
  const state = line.includes('skipped=') ? /\bstep=(\d{1,12}), skipped=(\d{1,12}), lr=/.exec(line) : null
  if (state) {
    run.tools.add('DeepSpeed')
    run.reading.facts['optimizer_steps'] = Number(state[1])
    run.reading.facts['skipped_steps'] = Number(state[2])
    if (Number(state[1]) > 0) run.started = true
  }
  return false
}

/** The pipeline engine's `steps: 10 loss: 2.5 iter time (s): 0.75 samples/sec: 42.7`. */
export const readPipelineStep: LineReader = (run, line) => {
  if (!line.includes('iter time (')) return false
  const match = /\bsteps: (\d{1,12}) loss: (\S{1,40}) iter time \((s|ms)\): (\S{1,40})(?: samples\/sec: (\S{1,40}))?/.exec(line)
  if (!match) return false
  const dimensions = { global_step: Number(match[1]) }
  const loss = parseNumber(match[2])
  run.values.add('zero.loss', '1', loss, { field: 'loss', ...dimensions })
  noteLoss(run, 'loss', loss)
  const field = `iter time (${match[3] ?? ''})`
  run.values.add('zero.step_time', 'us', convert(match[4], match[3] === 'ms' ? milliseconds : seconds), { field, ...dimensions })
  run.values.add('zero.samples_per_s', '1/s', parseNumber(match[5]), { field: 'samples/sec', ...dimensions })
  run.tools.add('DeepSpeed')
  run.started = true
  run.reading.rows.understood += 1
  return true
}

/** `Effective Tera Flops per GPU: 41.94 and total parameters 52.005 B`, and Megatron's counts of parameters. */
export const readModelSize: LineReader = (run, line) => {
  if (!line.includes('of parameters') && !line.includes('Tera Flops')) return false
  const effective = /\b(Effective Tera Flops per GPU): ([\d.]{1,20}) and total parameters ([\d.]{1,20}) B\b/.exec(line)
  if (effective?.[1]) {
    const dimensions = { field: effective[1], ...(run.iteration === null ? {} : { iteration: run.iteration }) }
    run.values.add('zero.flop_rate', 'FLOP/s', convert(effective[2], teraFlops), dimensions)
    run.reading.facts['parameters_b'] = parseNumber(effective[3])
    run.reading.rows.understood += 1
    return true
  }
  const ranks = /number of parameters on \(tensor, pipeline\) model parallel rank \((\d{1,6}, \d{1,6})\): (\d{1,18})\b/g
  for (const [, rank = '', count] of line.matchAll(ranks)) run.parameters.set(rank, Number(count))
  const total = /\b(Total number of parameters in billions): {1,8}([\d.]{1,20})(?!\S)/.exec(line)
  if (!total?.[1]) return false
  const billions = parseNumber(total[2])
  run.values.add('zero.parameters', '1', convert(total[2], { unit: '1', power: 9, factor: 1 }), { field: total[1] })
  run.reading.facts['params_b'] = billions
  run.reading.rows.understood += 1
  return true
}

/** Megatron-Bridge, before the line of an iteration that it does not name: `Step Time : 4.25s GPU utilization: 412.5MODEL_TFLOP/s/GPU`. */
export const readBridgeLine: LineReader = (run, line) => {
  if (!line.includes('Step Time')) return false
  const token = /\bStep Time : [\d.]{1,20}s GPU utilization: ([\d.]{1,20}) ?(?:MODEL_)?TFLOP\/s\/GPU(?!\S)/.exec(line)?.[1]
  if (token === undefined || !run.values.add('zero.flop_rate', 'FLOP/s', convert(token, teraFlops), { field: 'GPU utilization' }))
    return false
  run.reading.rows.understood += 1
  return true
}
