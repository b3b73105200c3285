import type { Dimensions, Unit } from '../../../preload/contract'
import { parseNumber, scaleByTen } from '../../_kit/numbers'
import { noteLoss, type LineReader, type Run } from './run'

const dictionary = /\{'[A-Za-z_][^{}]{1,4000}\}/g
const pair = /'([\w/ ()-]{1,80})': (?:'([^'\n]{0,60})'|([^,'}\s]{1,60}))/g

/** Metric of a key of the Trainer's dictionaries; times are seconds. */
export const meaningOf = (key: string): { metric: string; unit: Unit } | null => {
  if (key === 'loss' || key === 'train_loss') return { metric: 'zero.loss', unit: '1' }
  if (/^(?:eval|test|predict)\w{0,60}_loss$/.test(key)) return { metric: 'zero.validation_loss', unit: '1' }
  if (key === 'grad_norm') return { metric: 'zero.grad_norm', unit: '1' }
  if (/^(?:eval_)?perplexity$/.test(key)) return { metric: 'zero.perplexity', unit: '1' }
  // ms-swift's, of the whole training so far.
  if (key === 'train_speed(iter/s)') return { metric: 'zero.steps_per_s', unit: '1/s' }
  if (key === 'train_runtime') return { metric: 'zero.train_runtime', unit: 'us' }
  if (/^\w{1,60}_runtime$/.test(key)) return { metric: 'zero.eval_runtime', unit: 'us' }
  if (/^\w{1,60}_samples_per_second$/.test(key)) return { metric: 'zero.samples_per_s', unit: '1/s' }
  if (/^\w{1,60}_steps_per_second$/.test(key)) return { metric: 'zero.steps_per_s', unit: '1/s' }
  if (/^\w{1,60}_tokens_per_second$/.test(key)) return { metric: 'zero.tokens_per_s', unit: '1/s' }
  return null
}

/** A figure may be printed as the object that holds it: `tensor(1.5)`, `np.float64(1.5)`, and what a device behind it leaves. */
const wrapped = /^(?:tensor|(?:np\.|numpy\.)?float\d{2,3})\(([\d.eE+-]{1,40})\)?$/

const valueOf = (unit: Unit, printed: string): number | null => {
  const token = wrapped.exec(printed)?.[1] ?? printed
  return unit === 'us' ? scaleByTen(token, 6) : parseNumber(token)
}

const addAll = (run: Run, found: ReadonlyMap<string, string>, dimensions: Dimensions): void => {
  for (const [key, token] of found) {
    const meaning = meaningOf(key)
    if (!meaning) continue
    const value = valueOf(meaning.unit, token)
    if (value === null) run.counts.notNumbers += 1
    run.values.add(meaning.metric, meaning.unit, value, { field: key, ...dimensions })
    if (key === 'loss') noteLoss(run, key, value)
  }
}

/** ms-swift says `'global_step/max_steps': '10/100'`. */
const swiftStep = (found: ReadonlyMap<string, string>): { step: string; total: string } | null => {
  const [, step, total] = /^(\d{1,12})\/(\d{1,12})$/.exec(found.get('global_step/max_steps') ?? '') ?? []
  return step === undefined || total === undefined ? null : { step, total }
}

const whenOf = (found: ReadonlyMap<string, string>): Dimensions => {
  const epoch = parseNumber(found.get('epoch'))
  const step = parseNumber(found.get('step') ?? found.get('global_step') ?? swiftStep(found)?.step)
  return { ...(epoch === null ? {} : { epoch }), ...(step === null ? {} : { global_step: step }) }
}

/** One dictionary that the Trainer logged, its figures as printed. */
export const addLogged = (run: Run, found: ReadonlyMap<string, string>): void => {
  run.tools.add('Hugging Face Trainer')
  run.started = true
  run.reading.rows.understood += 1
  if (!found.has('train_runtime')) {
    addAll(run, found, whenOf(found))
    return
  }
  run.counts.summaries += 1
  run.finished = true
  // One per rank or node, alike but for the last digits of its own clock.
  if (run.counts.summaries === 1) addAll(run, found, {})
  else run.counts.duplicates += 1
}

const noteSteps = (run: Run, found: ReadonlyMap<string, string>): void => {
  const steps = swiftStep(found)
  if (steps) Object.assign(run.reading.facts, { steps_done: Number(steps.step), steps_total: Number(steps.total) })
}

/** True for a dictionary that the Trainer logged. */
const readDictionary = (run: Run, text: string): boolean => {
  const found = new Map<string, string>()
  for (const [, key = '', quoted, bare] of text.matchAll(pair)) found.set(key, quoted ?? bare ?? '')
  const isSummary = found.has('train_runtime')
  const isDated = ['epoch', 'step', 'global_step'].some((key) => found.has(key))
  if (!isSummary && !(isDated && [...found.keys()].some((key) => meaningOf(key) !== null))) return false
  if (isSummary || text !== run.lastDictionary) addLogged(run, found)
  else {
    run.reading.rows.understood += 1
    run.counts.duplicates += 1
  }
  if (!isSummary) run.lastDictionary = text
  noteSteps(run, found)
  return true
}

/** Hugging Face Trainer: `{'loss': 2.1, 'learning_rate': 5e-05, 'epoch': 0.1}` and the summary with `train_runtime`; ranks may share a line. */
export const readTrainerDictionary: LineReader = (run, line) => {
  if (!line.includes("{'")) return false
  // A metric may be a dictionary of its own, and none of ours is.
  const texts = line.replace(/': \{[^{}]{0,1000}\}/g, "': None").match(dictionary) ?? []
  return texts.filter((text) => readDictionary(run, text)).length > 0
}

const settings: readonly (readonly [RegExp, string])[] = [
  [/\bNum examples = ([\d,]{1,20})(?!\S)/, 'examples'],
  [/\bNum Epochs = ([\d,]{1,20})(?!\S)/, 'epochs'],
  [/\bInstantaneous batch size per device = ([\d,]{1,20})(?!\S)/, 'micro_batch_size'],
  [/\bTotal train batch size \([^)]{1,80}\) = ([\d,]{1,20})(?!\S)/, 'train_batch_size'],
  [/\bGradient Accumulation steps = ([\d,]{1,20})(?!\S)/, 'gradient_accumulation_steps'],
  [/\bTotal optimization steps = ([\d,]{1,20})(?!\S)/, 'steps_total'],
  [/\bNumber of trainable parameters = ([\d,]{1,20})(?!\S)/, 'parameters'],
]

/** What the Trainer prints before it starts, and its progress bar. */
export const readTrainerSettings: LineReader = (run, line) => {
  if (line.includes(' = ')) {
    for (const [pattern, fact] of settings) {
      const token = pattern.exec(line)?.[1]
      if (token === undefined) continue
      run.tools.add('Hugging Face Trainer')
      run.reading.facts[fact] = Number(token.replaceAll(',', ''))
    }
  }
  const bar = line.includes('%|') ? /\d{1,3}%\|[^|]{0,200}\| {0,4}(\d{1,12})\/(\d{1,12}) \[/.exec(line) : null
  if (bar && Number(bar[2]) === run.reading.facts['steps_total']) run.reading.facts['steps_done'] = Number(bar[1])
  return false
}

/** DeepSpeed-Chat: the epoch that begins, and the perplexity after one. */
export const readChatLines: LineReader = (run, line) => {
  if (!line.includes('Epoch ') && !line.includes('ppl: ')) return false
  const epoch = /\bBeginning of Epoch (\d{1,6})\/(\d{1,6})\b/.exec(line) ?? /\bEvaluating \w{1,30}, Epoch (\d{1,6})\/(\d{1,6})\b/.exec(line)
  if (epoch) {
    run.epoch = Number(epoch[1])
    run.reading.facts['epochs'] = Number(epoch[2])
  }
  const token = /^(?:\S{1,200}: )?ppl: (\S{1,40})\s*$/.exec(line)?.[1]
  const value = parseNumber(token)
  if (token === undefined) return false
  if (value === null) run.counts.notNumbers += 1
  else run.reading.facts['ppl_first'] ??= value
  run.values.add('zero.perplexity', '1', value, { field: 'ppl', ...(run.epoch === null ? {} : { epoch: run.epoch }) })
  run.reading.rows.understood += 1
  return true
}

/** Accelerate's example scripts, after each epoch: `epoch 0: perplexity: 12.5 eval_loss: 2.525`. */
export const readExampleLine: LineReader = (run, line) => {
  if (!line.includes('perplexity: ')) return false
  const match = /\bepoch (\d{1,6}): perplexity: ([\w.+-]{1,40}) eval_loss: ([\w.+-]{1,40})(?=\s|$)/.exec(line)
  if (!match) return false
  const epoch = Number(match[1])
  const figures = [parseNumber(match[2]), parseNumber(match[3])]
  run.counts.notNumbers += figures.filter((figure) => figure === null).length
  run.values.add('zero.perplexity', '1', figures[0] ?? null, { field: 'perplexity', epoch })
  run.values.add('zero.validation_loss', '1', figures[1] ?? null, { field: 'eval_loss', epoch })
  run.started = true
  run.reading.rows.understood += 1
  return true
}
