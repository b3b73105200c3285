import { parseNumber } from '../../_kit/numbers'
import { setFacts } from '../../_kit/reading'
import type { LineReader, Run } from './run'

/** Megatron's arguments that become facts: name there, name here. */
const argumentFacts: readonly (readonly [string, string])[] = [
  ['data_parallel_size', 'data_parallel_size'],
  ['tensor_model_parallel_size', 'tensor_parallel'],
  ['pipeline_model_parallel_size', 'pipeline_parallel'],
  ['context_parallel_size', 'context_parallel'],
  ['expert_model_parallel_size', 'expert_parallel'],
  ['model_parallel_size', 'model_parallel_size'],
  ['global_batch_size', 'global_batch_size'],
  ['micro_batch_size', 'micro_batch_size'],
  ['batch_size', 'batch_size'],
  ['seq_length', 'seq_length'],
  ['num_layers', 'num_layers'],
  ['hidden_size', 'hidden_size'],
  ['num_attention_heads', 'num_attention_heads'],
]
const configFacts: readonly (readonly [string, string])[] = [
  ['train_batch_size', 'train_batch_size'],
  ['train_micro_batch_size_per_gpu', 'micro_batch_size'],
  ['gradient_accumulation_steps', 'gradient_accumulation_steps'],
]
const known = new Set([...argumentFacts, ...configFacts].map(([name]) => name))
for (const name of [
  'world_size',
  'zero_stage',
  'zero_optimization_stage',
  'train_iters',
  'params_dtype',
  'fp16_enabled',
  'bfloat16_enabled',
])
  known.add(name)

/** `  world_size ...... 64`; a name too long for dots has two blanks. */
const dotted = /(?:^|[\s\]])([A-Za-z_]\w{1,60}) (?:\.{2,120}| ) ?(\S{1,80})/
const inJson = /"(train_micro_batch_size_per_gpu|gradient_accumulation_steps|train_batch_size)": {0,4}"?([\w.+]{1,40})/g
const worldLine =
  /\busing world size: (\d{1,9})(?:, data-parallel-size: (\d{1,9}))?(?:.{0,80}?tensor-model-parallel size: (\d{1,9}))?(?:.{0,80}?pipeline-model-parallel size: (\d{1,9}))?/

const readDotted = (run: Run, line: string): void => {
  const match = dotted.exec(line)
  const name = match?.[1]
  if (name === undefined || match?.[2] === undefined || !known.has(name)) return
  const target = /\bconfig\.py:\d/.test(line) ? run.config : run.args
  target.set(name, match[2])
}

const readJson = (run: Run, line: string): void => {
  for (const [, name = '', token = ''] of line.matchAll(inJson)) if (!run.config.has(name)) run.config.set(name, token)
  const stage = /"zero_optimization": {0,4}\{[^}]{0,2000}?"stage": {0,4}(\d)\b/.exec(line)?.[1]
  if (stage !== undefined) run.config.set('zero_optimization_stage', stage)
}

const readWorld = (run: Run, line: string): void => {
  const world = worldLine.exec(line)
  if (!world) return
  const names = ['world_size', 'data_parallel_size', 'tensor_model_parallel_size', 'pipeline_model_parallel_size']
  names.forEach((name, index) => {
    const token = world[index + 1]
    if (token !== undefined && !run.args.has(name)) run.args.set(name, token)
  })
}

const readEngine = (run: Run, line: string): void => {
  const version = /\bDeepSpeed info: version=([\w.+-]{1,60})/.exec(line)?.[1]
  if (version !== undefined) {
    run.tools.add('DeepSpeed')
    run.reading.facts['deepspeed_version'] = version
  }
  const stage = /\b(?:Creating \S{1,40} ZeRO stage|Initializing ZeRO Stage) (\d)\b/.exec(line)?.[1]
  if (stage !== undefined && !run.config.has('zero_optimization_stage')) run.config.set('zero_optimization_stage', stage)
}

const readLauncher = (run: Run, line: string): void => {
  const nodes = /\bnnodes=(\d{1,6}), num_local_procs=/.exec(line)?.[1]
  if (nodes !== undefined) run.reading.facts['nodes'] = Number(nodes)
  const launched = /\bdist_world_size=(\d{1,9})\b/.exec(line)?.[1]
  if (launched !== undefined && !run.args.has('world_size')) run.args.set('world_size', launched)
  const parallel = /\bdata_parallel_size: (\d{1,9}), parameter_parallel_size/.exec(line)?.[1]
  if (parallel !== undefined) run.reading.facts['data_parallel_size'] = Number(parallel)
}

/** Settings that a run prints about itself: Megatron's arguments, DeepSpeed's configuration and JSON, the launcher's world. */
export const readSettings: LineReader = (run, line) => {
  if (line.includes('..') || line.includes('config.py')) readDotted(run, line)
  else if (line.includes('": ')) readJson(run, line)
  if (line.includes('orld size:')) readWorld(run, line)
  if (line.includes('DeepSpeed info') || line.includes('ZeRO')) readEngine(run, line)
  if (line.includes('_size') || line.includes('nnodes=')) readLauncher(run, line)
  return false
}

const whole = (token: string | undefined): number | undefined => {
  const value = parseNumber(token)
  return value !== null && Number.isInteger(value) ? value : undefined
}

const precisionOf = ({ args, config }: Run): string | undefined => {
  const dtype = args.get('params_dtype')?.replace(/^torch\./, '')
  if (dtype !== undefined) return dtype
  if (config.get('bfloat16_enabled') === 'True') return 'bfloat16'
  return config.get('fp16_enabled') === 'True' ? 'float16' : undefined
}

/** The settings as facts. With model parallelism DeepSpeed's own world size is that of data parallelism. */
export const settleFacts = (run: Run): void => {
  const { args, config, reading } = run
  const set = (name: string, value: number | string | undefined): void => {
    if (value !== undefined) reading.facts[name] = value
  }
  for (const [name, fact] of configFacts) set(fact, whole(config.get(name)))
  for (const [name, fact] of argumentFacts) if (args.has(name)) set(fact, whole(args.get(name)))
  set('zero_stage', whole(config.get('zero_optimization_stage')) ?? whole(args.get('zero_stage')))
  const [launched, engine] = [whole(args.get('world_size')), whole(config.get('world_size'))]
  set('world_size', launched ?? engine)
  if (launched !== undefined && engine !== undefined && !args.has('data_parallel_size')) set('data_parallel_size', engine)
  set('precision', precisionOf(run))
  const iterations = whole(args.get('train_iters'))
  if (iterations !== undefined) reading.facts['iterations_total'] ??= iterations
  if (run.iterations.size > 0) set('iterations', run.iterations.size)
  if (run.parameters.size === 1) set('parameters', [...run.parameters.values()][0])
  else if (run.parameters.size > 1) {
    const counts = [...run.parameters.values()]
    setFacts(reading, { parameter_ranks: counts.length, parameters_on_all_ranks: counts.reduce((sum, count) => sum + count, 0) })
  }
}
