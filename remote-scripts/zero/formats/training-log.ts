import type { ParseResult } from '../../../preload/contract'
import { certain, likely, notMine } from '../../_kit/detect'
import type { FormatParser } from '../../_kit/probe'
import { fail, setFacts, warn } from '../../_kit/reading'
import { cleanText, maxLineLength, quote } from '../../_kit/text'
import { CommunicationTable, readCommunicationCall } from './communication'
import { readBridgeLine, readModelSize, readPipelineStep, readStepState, readThroughputTimer } from './engine-lines'
import { FlopsProfile } from './flops-profile'
import { mayBeFailure, noteFailure, settleFailure } from './failures'
import { readEvaluationLine, readIterationLine } from './iteration-line'
import { readMemoryReport, readMemoryUsage } from './memory-lines'
import { RankTimes, readPhaseTimes } from './phase-times'
import { NemoBars, nemoBarMark } from './nemo-bar'
import { newRun, type LineReader, type Run } from './run'
import { readSettings, settleFacts } from './settings'
import { readChatLines, readExampleLine, readTrainerDictionary, readTrainerSettings } from './trainer-dictionary'
import { readTitanLine, titanMark } from './titan-line'
import { TrainerMetrics } from './trainer-metrics'
import { warnAboutRun } from './warnings'

/** Lines that only a training run prints. */
const marks = [
  /\biteration[ =:]{1,40}\d{1,12} {0,20}\/ {0,20}\d{1,12} {0,20}\|/,
  /\b\w{0,20}SamplesPerSec=\d/,
  /\bsee_memory_usage\] /,
  /\bDeepSpeedEngine configuration:/,
  /\bDeepSpeed info: version=/,
  /\{'(?:loss|train_runtime|eval_loss)': .{0,400}'epoch': /,
  /^-{3,80} arguments -{3,80}/,
  /^Comm\. Op +Message Size +Count/,
  /\bcomm op: \w{1,80} \| time \(ms\): /,
  /\bsteps: \d{1,12} loss: \S{1,40} iter time \(/,
  /\btime \(ms\) \| (?:fwd|forward)/,
  /\*{5} (?:train|eval|predict) metrics \*{5}/,
  /-{10,60} DeepSpeed Flops Profiler -{10,60}/,
  titanMark,
  nemoBarMark,
]
const hints = [
  /CUDA out of memory\. Tried to allocate/,
  /Watchdog caught collective operation timeout/,
  /\bKilling subprocess \d/,
  /\*{3,10} Running training \*{3,10}/,
]
const quickMark =
  /iteration|SamplesPerSec|see_memory_usage|DeepSpeed|\{'|arguments|Comm\. Op|comm op:|iter time|time \(ms\)| metrics \*|GiB\(|reduced_train_loss|train_step_timing|Running training|out of memory|Watchdog|Killing/

const starts =
  /-{3,80} ?arguments ?-{3,80}|\binit_distributed\]|WORLD INFO DICT|\bDeepSpeed info: version=|\busing world size: \d|Setting OMP_NUM_THREADS|\*{3,10} Running training \*{3,10}/
/** A second one of these says that another run began, although the first did not end. */
const strongStarts = /-{3,80} ?arguments ?-{3,80}|WORLD INFO DICT/
const ends =
  /\[after training is done\]|\bexits successfully\b|\bexiting program at iteration\b|\bsaving the final model\b|\bTraining completed\b/

const kept =
  /iteration|SamplesPerSec|see_memory_usage|GiB\(| metrics \*|^\s{1,8}[a-z]\w{1,80}\s+= |Flops Profiler|Profile Summary|^[A-Za-z][A-Za-z+/ ]{2,60}(?: = [^:]{1,120})?: {1,80}[\d.]+ ?\w{0,8}\s*$|Profile per|^\s{1,12}rank {1,8}\d|^\s{1,8}[\w/. -]{1,100}:\s*$|GigaBytes|Max_MA|CPU Virtual|memory \(|time \((?:ms|s|us)\)|times? across ranks|\.\.: |\{'|ppl: |perplexity: |Epoch|comm op:|Comm\. Op|iter time|Step Time|skipped=|OVERFLOW|Tera Flops|umber of parameters| loss at | results at | = |%\||": |\.\.|config\.py|orld.size|data_parallel_size|nnodes=|ZeRO [sS]tage|DeepSpeed info|Running training|OMP_NUM_THREADS|init_distributed|WORLD INFO|training is done|successfully|exiting program|final model|Training completed|^\s{0,40}\d[\d.]{0,20} ?[KMGTP]?B\s|^\s{0,4}[a-z]\w{2,60}\s*(?:\||$)/

const readers: readonly LineReader[] = [
  readIterationLine,
  readEvaluationLine,
  readThroughputTimer,
  readPipelineStep,
  readTrainerDictionary,
  readMemoryReport,
  readMemoryUsage,
  readCommunicationCall,
  readPhaseTimes,
  readTitanLine,
  readBridgeLine,
  readChatLines,
  readExampleLine,
]
/** Read besides: a line may hold a row and one of these as well. */
const noters: readonly LineReader[] = [readStepState, readModelSize, readSettings, readTrainerSettings]

/** A log of more attempts than this is none; the rest counts as the last. */
const maxRuns = 500

/** Readers of what goes over several lines; each run has its own. */
const blockReaders = (): { read: LineReader }[] => [
  new CommunicationTable(),
  new RankTimes(),
  new TrainerMetrics(),
  new FlopsProfile(),
  new NemoBars(),
]

/** Splits a log into runs while it reads. */
class LogReader {
  readonly runs: Run[] = [newRun()]
  private blocks = blockReaders()

  private current(line: string): Run {
    let run = this.runs.at(-1) as Run
    const over = run.finished || run.killed
    const opens = run.started && (line.includes('arguments') || line.includes('WORLD INFO')) && strongStarts.test(line)
    if (this.runs.length < maxRuns && (opens || (over && starts.test(line)))) {
      run = newRun()
      this.runs.push(run)
      this.blocks = blockReaders()
    }
    return run
  }

  /** True for a data row. */
  line(line: string): boolean {
    if (line.length > maxLineLength || line === '') return false
    const run = this.current(line)
    if (ends.test(line)) run.finished = true
    for (const note of noters) note(run, line)
    const isRow = readers.some((read) => read(run, line)) || this.blocks.some((block) => block.read(run, line))
    if (!isRow) noteFailure(run, line)
    return isRow
  }
}

const toolOf = (run: Run): string => [...run.tools].sort().join(' + ') || 'training log'

const settle = (run: Run, cutLine: string | null): ParseResult => {
  const { reading, values } = run
  settleFacts(run)
  values.into(reading)
  settleFailure(run)
  reading.tool = { name: toolOf(run), version: (reading.facts['deepspeed_version'] as string | undefined) ?? null }
  warnAboutRun(run)
  if (cutLine !== null) {
    warn(reading, 'truncated', `The log breaks off in the middle of a line: "${quote(cutLine)}"`)
    fail(reading, 'parse.truncated', 'The log breaks off in the middle of a line.', cutLine)
  }
  if (reading.measurements.length === 0 && reading.problem === null)
    fail(reading, 'parse.no_rows', 'The log shows a training run that printed no step, throughput or memory figure.')
  return reading
}

const says = (run: Run): boolean => run.tools.size > 0 || run.values.count() > 0 || run.cause !== null || run.reading.rows.skipped > 0

/** Facts of the whole file, for each of its runs. */
const tellRuns = (runs: readonly Run[], results: readonly ParseResult[]): void => {
  if (runs.length < 2) return
  const killed = runs.filter((run) => run.cause !== null).length
  const list = (fact: string): number[] => results.flatMap(({ facts }) => (typeof facts[fact] === 'number' ? [facts[fact]] : []))
  const [batches, micro] = [list('train_batch_size'), list('micro_batch_size')]
  runs.forEach((run, index) => {
    warn(run.reading, 'several_runs', `The file holds ${runs.length} runs, of which ${killed} failed; this is number ${index + 1}.`)
    setFacts(run.reading, {
      run_in_file: index + 1,
      runs_in_file: runs.length,
      runs_killed: killed,
      ...(batches.length > 0 ? { train_batch_sizes: batches } : {}),
      ...(micro.length > 0 ? { micro_batch_sizes: micro } : {}),
    })
  })
}

/** A field without its value, or a dictionary that does not close. */
const openField = /[:=] *$|\{'[^}]{0,4000}$/

/** A number at the very end of a text without a last line end may have lost digits. */
const openEnd = (lines: string[]): string | null => {
  const last = lines.at(-1) ?? ''
  if (last.trim() === '' || last.length > maxLineLength) return null
  const sure = last.replace(/[-+.,\w]{1,64}$/, '')
  if (sure === last) return null
  lines[lines.length - 1] = sure
  return last
}

/** Logs of DeepSpeed, Megatron-LM (also under DeepSpeed, and Core) and the Hugging Face Trainer: several runs, ranks and hosts in one file. */
export const trainingLog: FormatParser = {
  id: 'training-log',
  detect(head) {
    if (!quickMark.test(head)) return notMine
    let best = notMine
    for (const line of head.split('\n')) {
      if (line.length > maxLineLength || !quickMark.test(line)) continue
      if (marks.some((mark) => mark.test(line))) return certain
      if (hints.some((hint) => hint.test(line))) best = likely
    }
    return best
  },
  keepsLine: (line) => line.length <= maxLineLength && (kept.test(line) || mayBeFailure(line)),
  parse(text) {
    const lines = cleanText(text).split('\n')
    const cut = openEnd(lines)
    const log = new LogReader()
    let lastIsRow = false
    for (const line of lines) lastIsRow = log.line(line)
    const breaksOff = cut !== null && (lastIsRow || openField.test(lines.at(-1) ?? ''))
    const runs = log.runs.filter(says)
    const results = runs.map((run, index) => settle(run, index === runs.length - 1 && breaksOff ? cut : null))
    tellRuns(runs, results)
    return results
  },
}
