import type { Dimensions } from '../../../preload/contract'
import { convert, parseNumber, timeScale, type Scale } from '../../_kit/numbers'
import { fail, setFacts, skipRow } from '../../_kit/reading'
import { noteLoss, type LineReader, type Run } from './run'
import { seconds, teraFlops } from './scales'

const mark = /\biteration[ =:]{1,40}(\d{1,12}) {0,20}\/ {0,20}(\d{1,12})\b/
const evaluation = /\b(validation|test) loss at (?:iteration (\d{1,12}) {0,20}|[^|]{1,120})\|/

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

const note = (run: Run, key: string, token: string): void => {
  const value = parseNumber(token)
  if (value === null) return
  const fact = Object.hasOwn(counted, key) ? counted[key] : undefined
  if (fact !== undefined) run.reading.facts[fact] = value
  if (key === 'number of skipped iterations') run.counts.skipped += value
  if (key === 'number of nan iterations') run.counts.nanIterations += value
}

const readFields = (run: Run, text: string, dimensions: Dimensions): number => {
  let found = 0
  for (const part of text.split('|')) {
    const pair = pairOf(part)
    if (!pair) continue
    note(run, pair.key, pair.token)
    const meaning = meaningOf(pair.key)
    if (!meaning) continue
    if (meaning.scale === null) {
      fail(run.reading, 'parse.unit_unknown', `The field "${pair.field}" does not say its unit.`, part)
      continue
    }
    const value = convert(pair.token, meaning.scale)
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
  run.tools.add('Megatron-LM')
  run.started = true
  run.iteration = iteration
  run.iterations.add(iteration)
  run.counts.iterationLines += 1
  setFacts(run.reading, { iterations_total: Number(match[2]) })
  const rest = line.slice(match.index + match[0].length)
  if (readFields(run, rest, { iteration }) > 0) run.reading.rows.understood += 1
  else skipRow(run.reading, line, 'no figure that is known')
  return true
}

/** `validation loss at iteration 100 | lm loss value: 3.1E+00 | lm loss PPL: 2.2E+01 |` */
export const readEvaluationLine: LineReader = (run, line) => {
  if (!line.includes(' loss at ')) return false
  const match = evaluation.exec(line)
  if (!match) return false
  const dimensions = { split: match[1] ?? '', ...(match[2] === undefined ? {} : { iteration: Number(match[2]) }) }
  for (const part of line.slice(match.index + match[0].length).split('|')) {
    const pair = pairOf(part)
    const metric = pair?.key.endsWith('loss value') ? 'zero.validation_loss' : pair?.key.endsWith('ppl') ? 'zero.perplexity' : null
    if (pair && metric) run.values.add(metric, '1', parseNumber(pair.token), { field: pair.field, ...dimensions })
  }
  run.reading.rows.understood += 1
  return true
}
