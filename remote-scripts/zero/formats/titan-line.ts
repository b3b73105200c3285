import { convert, parseNumber } from '../../_kit/numbers'
import { skipRow } from '../../_kit/reading'
import { isRepeated, noteLoss, type LineReader, type Run } from './run'
import { binaryGigabytes, teraFlops } from './scales'

export const titanMark =
  /\b(validate )?step: {1,8}(\d{1,12}) {1,8}loss: {1,8}(\S{1,24}) .{0,60}?\bmemory: {1,8}([\d.]{1,12})GiB\([\d.]{1,8}%\) {1,8}(?:tps|wps): ([\d,]{1,16})(?= |$)/
const grouped = /^\d{1,3}(?:,\d{3})*(?:\.\d+)?$|^\d+(?:\.\d+)?$/

const figure = (token: string | undefined): string | undefined =>
  token !== undefined && grouped.test(token) ? token.replaceAll(',', '') : undefined

/** The loss of a step, or of an evaluation at that step: its tokens are only read forward, and are told apart. */
const addLoss = (run: Run, token: string | undefined, isEvaluation: boolean, when: { global_step: number }): void => {
  const loss = parseNumber(token)
  if (loss === null) run.counts.notNumbers += 1
  if (isEvaluation) run.values.add('zero.validation_loss', '1', loss, { field: 'loss', split: 'validation', ...when })
  else {
    run.reading.facts['last_global_step'] = when.global_step
    noteLoss(run, 'loss', loss)
    run.values.add('zero.loss', '1', loss, { field: 'loss', ...when })
  }
}

/** torchtitan: `step: 10  loss: 10.15  memory: 47.50GiB(59.37%)  tps: 5,678  tflops: 327.50  mfu: 33.11%`; rates are of each GPU. */
export const readTitanLine: LineReader = (run, line) => {
  if (!line.includes('GiB(')) return false
  const match = titanMark.exec(line)
  if (!match) return false
  const [, validate, step, loss, memory, rate] = match
  const isEvaluation = validate !== undefined
  const when = { global_step: Number(step) }
  run.tools.add('torchtitan')
  run.started = true
  if (isRepeated(run, `${validate ?? ''}${step ?? ''} ${loss ?? ''}`)) return true
  const rest = line.slice(match.index)
  const of = isEvaluation ? 'validation ' : ''
  addLoss(run, loss, isEvaluation, when)
  const norm = parseNumber(/\bgrad_norm: {1,8}([\d.eE+-]{1,24})(?= )/.exec(rest)?.[1])
  run.values.add('zero.grad_norm', '1', norm, { field: 'grad_norm', ...when })
  run.values.add('zero.mem_reserved_peak', 'bytes', convert(memory, binaryGigabytes), { field: `${of}memory`, ...when })
  const tokens = run.values.add('zero.tokens_per_s', '1/s', parseNumber(figure(rate)), { field: `${of}tps (each GPU)`, ...when })
  const tflops = figure(/\btflops: {1,8}([\d.,]{1,16})(?= )/.exec(rest)?.[1])
  run.values.add('zero.flop_rate', 'FLOP/s', convert(tflops, teraFlops), { field: 'tflops (each GPU)', ...when })
  if (tokens) run.reading.rows.understood += 1
  else skipRow(run.reading, line, 'its rate is not a number')
  return true
}
