import type { Dimensions } from '../../../preload/contract'
import { convert, parseNumber, timeScale, type Scale } from '../../_kit/numbers'
import { fail, setFacts, skipRow } from '../../_kit/reading'
import { noteLoss, type LineReader, type Run } from './run'
import { flopScale, seconds, teraFlops } from './scales'

const mark = /\biteration[ =:]{1,40}(\d{1,12}) {0,20}\/ {0,20}(\d{1,12})\b/
const evaluation = /\b(validation|test) (?:loss|results) at ([^|]{1,120})\|/
/** GPT-NeoX puts its rate before the iteration. */
const rateBefore = /\bsamples\/sec: {1,8}([\d.]{1,30}) \| {0,8}$/

/** `elapsed time per iteration (ms): 76015.3`, also with `=` or, in 2019, a blank; AMD prints `now/average`, of which the first counts. */
const pairOf = (part: string): { field: string; key: string; token: string } | null => {
  const match = /^\s*([^:=]{1,80}?)\s*[:=]\s*(\S{1,64})/.exec(part) ?? /^\s*([a-z][a-z ]{1,60}?) {1,8}([\d.eE+-]{1,40})\s*$/.exec(part)
  if (!match?.[1] || !match[2]) return null
  const both = /^([\d.eE+-]{1,30})\/[\d.eE+-]{1,30}$/.exec(match[2])
  return { field: match[1], key: match[1].toLowerCase().replaceAll('_', ' '), token: both?.[1] ?? match[2] }
}

const plain: Scale = { unit: '1', power: 0, factor: 1 }
const rate: Scale = { unit: '1/s', power: 0, factor: 1 }

/** Metric and unit of a field of an iteration line; `unit: null`: a time that does not say its unit. */
const meaningOf = (key: string): { metric: string; scale: Scale | null } | null => {
  const elapsed = /^elapsed time per iteration(?: \(?([a-z]{1,12})\)?)?$/.exec(key)
  if (elapsed) return { metric: 'zero.step_time', scale: elapsed[1] === undefined ? null : timeScale(elapsed[1]) }
  if (key === 'train step timing in s') return { metric: 'zero.step_time', scale: seconds }
  if (/^samples(?:\/| per )sec(?:ond)?$/.test(key)) return { metric: 'zero.samples_per_s', scale: rate }
  if (/^tokens(?:\/| per )(?:sec|second|gpu|device)\b/.test(key)) return { metric: 'zero.tokens_per_s', scale: rate }
  if (/\btflops?\b/.test(key)) return { metric: 'zero.flop_rate', scale: teraFlops }
  if (/^val(?:idation)? loss$/.test(key)) return { metric: 'zero.validation_loss', scale: plain }
  if (/\bloss$/.test(key)) return { metric: 'zero.loss', scale: plain }
  if (key === 'grad norm') return { metric: 'zero.grad_norm', scale: plain }
  return null
}

const counted: Record<string, string> = {
  'consumed samples': 'consumed_samples',
  'consumed tokens': 'consumed_tokens',
  'global batch size': 'global_batch_size',
  'actual seqlen': 'actual_seq_length',
}

/** A line counts what was skipped since the line before, which may be many iterations ago. */
const noteSkipped = (run: Run, iteration: number, skipped: number, previous: number | null): void => {
  run.counts.skipped += skipped
  if (run.opening === null || previous === null) {
    run.opening = { iteration, skipped, covers: null }
    return
  }
  const covered = Math.max(0, iteration - previous)
  run.opening.covers ??= covered
  run.counts.trained += Math.max(0, covered - skipped)
}

const note = (run: Run, key: string, token: string): void => {
  const value = parseNumber(token)
  if (value === null) return
  const fact = Object.hasOwn(counted, key) ? counted[key] : undefined
  if (fact !== undefined) run.reading.facts[fact] = value
  if (key === 'number of nan iterations') run.counts.nanIterations += value
}

/** `112.5TFLOPS`, the unit behind the figure; null: any other field. */
const flopsOf = (key: string, token: string): { token: string; scale: Scale } | null => {
  const [, figure, unit] = /\bflops per gpu$/.test(key) ? (/^([\d.]{1,30})(\w{0,8})$/.exec(token) ?? []) : []
  const scale = flopScale(unit ?? '')
  return figure !== undefined && scale ? { token: figure, scale } : null
}

const readFields = (run: Run, text: string, dimensions: Dimensions): number => {
  let found = 0
  for (const part of text.split('|')) {
    const pair = pairOf(part)
    if (!pair) continue
    note(run, pair.key, pair.token)
    const flops = flopsOf(pair.key, pair.token)
    const meaning = flops ? { metric: 'zero.flop_rate', scale: flops.scale } : meaningOf(pair.key)
    if (!meaning) continue
    if (meaning.scale === null) {
      fail(run.reading, 'parse.unit_unknown', `The field "${pair.field}" does not say its unit.`, part)
      continue
    }
    // NeMo repeats the last validation's loss in every line until the next.
    if (meaning.metric === 'zero.validation_loss' && run.values.last(meaning.metric, pair.field) === parseNumber(pair.token)) continue
    const value = convert(flops?.token ?? pair.token, meaning.scale)
    if (value === null) run.counts.notNumbers += 1
    else if (run.values.add(meaning.metric, meaning.scale.unit, value, { field: pair.field, ...dimensions })) found += 1
    if (meaning.metric === 'zero.loss') noteLoss(run, pair.key, value)
  }
  return found
}

/** Megatron-LM, Megatron-DeepSpeed, Megatron-Core and NeMo: ` iteration  5/ 100 | field: value | ...`. */
export const readIterationLine: LineReader = (run, line) => {
  if (!line.includes('iteration') || !line.includes('|')) return false
  const match = mark.exec(line)
  if (!match || !/^[^|]{0,20}\|/.test(line.slice(match.index + match[0].length))) return false
  const iteration = Number(match[1])
  const previous = run.iteration
  run.tools.add('Megatron-LM')
  run.started = true
  run.iteration = iteration
  run.iterations.add(iteration)
  run.counts.iterationLines += 1
  setFacts(run.reading, { iterations_total: Number(match[2]) })
  const rest = line.slice(match.index + match[0].length)
  const skipped = parseNumber(/\bnumber of skipped iterations[:=]? {0,8}(\d{1,12})\b/.exec(rest)?.[1])
  if (skipped !== null) noteSkipped(run, iteration, skipped, previous)
  const before = parseNumber(rateBefore.exec(line.slice(0, match.index))?.[1])
  run.values.add('zero.samples_per_s', '1/s', before, { field: 'samples/sec', iteration })
  if (readFields(run, rest, { iteration }) > 0) run.reading.rows.understood += 1
  else skipRow(run.reading, line, 'no figure that is known')
  return true
}

/** Which set an evaluation read: what stands behind `at` says it where the first word is that of both. */
const splitOf = (word: string, at: string): string => {
  if (/\btest\b/.test(at)) return 'test'
  return /\bval(?:id|idation)?\b/.test(at) ? 'validation' : word
}

const evaluationMetric = (key: string): string | null => {
  if (/\bppl(?: value)?$/.test(key)) return 'zero.perplexity'
  return key.endsWith('loss value') ? 'zero.validation_loss' : null
}

/** `validation loss at iteration 100 on test set | lm loss value: 3.1E+00 | lm loss PPL: 2.2E+01 |` */
export const readEvaluationLine: LineReader = (run, line) => {
  if (!line.includes(' loss at ') && !line.includes(' results at ')) return false
  const match = evaluation.exec(line)
  if (!match) return false
  const at = match[2] ?? ''
  const iteration = /^iteration (\d{1,12})\b/.exec(at)?.[1]
  const dimensions = { split: splitOf(match[1] ?? '', at), ...(iteration === undefined ? {} : { iteration: Number(iteration) }) }
  for (const part of line.slice(match.index + match[0].length).split('|')) {
    const pair = pairOf(part)
    const metric = pair ? evaluationMetric(pair.key) : null
    if (pair && metric !== null) run.values.add(metric, '1', parseNumber(pair.token), { field: pair.field, ...dimensions })
  }
  run.reading.rows.understood += 1
  return true
}
