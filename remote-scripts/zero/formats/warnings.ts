import { warn } from '../../_kit/reading'
import type { Run } from './run'

/** Figures for the same thing that differ by more than this do not agree. */
const agrees = 1.5

const throughputFields = ['samples per second', 'RunningAvgSamplesPerSec', 'SamplesPerSec', 'train_samples_per_second']

const warnOfThroughput = (run: Run): void => {
  const found = throughputFields.flatMap((field) => {
    const value = run.values.last('zero.samples_per_s', field)
    return value !== null && value > 0 ? [{ field, value }] : []
  })
  const [first] = found
  const other = found.find(({ value }) => first && Math.max(value / first.value, first.value / value) > agrees)
  if (first && other)
    warn(
      run.reading,
      'conflicting_throughput',
      `"${other.field}" says ${other.value} samples/s and "${first.field}" ${first.value}: they cannot both be right. Trust the one that agrees with batch size over step time.`,
    )
}

/** True where no iteration of the log can have changed a weight. */
const skippedAll = ({ counts, opening }: Run): boolean =>
  opening !== null &&
  counts.trained === 0 &&
  opening.skipped > 0 &&
  opening.skipped >= Math.min(opening.iteration, opening.covers ?? Infinity)

const warnOfSkipped = (run: Run): void => {
  const { counts, reading } = run
  if (counts.overflows > 0)
    warn(reading, 'overflow_skipped_step', `The loss scale overflowed ${counts.overflows} times; those steps changed no weight.`)
  if (counts.skipped > 0) reading.facts['skipped_iterations'] = counts.skipped
  if (skippedAll(run))
    warn(reading, 'all_iterations_skipped', 'Every iteration was skipped (overflow): nothing was trained; times are still valid.')
  else if (counts.skipped > 0) warn(reading, 'iterations_skipped', `${counts.skipped} iterations were skipped.`)
  if (counts.nanIterations > 0) warn(reading, 'nan_iterations', `${counts.nanIterations} iterations had a loss that is not a number.`)
  if (counts.notNumbers > 0) warn(reading, 'not_a_number', `${counts.notNumbers} figures are printed as nan, inf or not at all.`)
}

const warnOfEnd = (run: Run): void => {
  const { facts } = run.reading
  const [total, last] = run.iteration === null ? [facts['steps_total'], facts['steps_done']] : [facts['iterations_total'], run.iteration]
  if (typeof total === 'number' && typeof last === 'number' && last < total && !run.finished && run.cause === null)
    warn(run.reading, 'truncated', `The log ends at iteration ${last} of ${total}, and does not say why.`)
  if (run.iterations.size === 1)
    warn(run.reading, 'single_iteration', 'One iteration only: its time includes the start, and no spread can be told.')
  if (run.losses && run.losses.last > run.losses.first * agrees)
    warn(run.reading, 'loss_rises', `The loss rises from ${run.losses.first} to ${run.losses.last}.`)
}

/** What a reader of the figures has to know; also counts that are facts. */
export const warnAboutRun = (run: Run): void => {
  const { counts, reading, values } = run
  warnOfThroughput(run)
  warnOfSkipped(run)
  warnOfEnd(run)
  if (counts.timerLines > 0) reading.facts['timer_lines'] = counts.timerLines
  if (counts.summaries > 0) reading.facts['reported_dicts'] = counts.summaries
  if (counts.duplicates > 0)
    warn(reading, 'per_rank_duplicates', `${counts.duplicates} lines repeat what another rank or node printed; the first counts.`)
  if (values.dropped > 0)
    warn(reading, 'values_thinned', `The log is long: ${values.dropped} values were left out, evenly; those given are as printed.`)
}
