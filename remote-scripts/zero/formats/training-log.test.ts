import { describe, expect, it } from 'vitest'
import type { ParseResult } from '../../../preload/contract'
import { trainingLog } from './training-log'

const step = (iteration: number, time = '(ms): 1000.0'): string =>
  ` iteration ${iteration}/ 9 | consumed samples: 64 | elapsed time per iteration ${time} | lm loss: 2.5E+00 | number of skipped iterations:   0 |\n`

const only = (text: string): ParseResult => {
  const results = trainingLog.parse(text)
  expect(results).toHaveLength(1)
  return results[0] as ParseResult
}
const codes = (result: ParseResult): string[] => result.warnings.map(({ code }) => code)

describe('training logs', () => {
  it('take the unit of a time from its field, and refuse a time without one', () => {
    expect(only(step(1, '(s): 1.5')).measurements[0]).toMatchObject({ metric: 'zero.step_time', value: 1.5e6 })
    const bare = only(step(1, ': 1.5'))
    expect(bare.problem?.code).toBe('parse.unit_unknown')
    expect(bare.measurements.map(({ metric }) => metric)).toEqual(['zero.loss'])
  })

  it('count the summary of several ranks once', () => {
    const summary = (runtime: number): string => `{'train_runtime': ${runtime}, 'train_samples_per_second': 3.25, 'epoch': 1.0}\n`
    const result = only(summary(20.5) + summary(20.25) + summary(20.75))
    expect(result.measurements.map(({ value }) => value)).toEqual([20.5e6, 3.25])
    expect(result.facts['reported_dicts']).toBe(3)
    expect(codes(result)).toContain('per_rank_duplicates')
  })

  it('tell an error that the run survived from one that ended it', () => {
    const error = "ModuleNotFoundError: No module named 'apex'\n"
    const survived = only(error + step(1) + step(2) + step(3))
    expect(survived.problem).toBeNull()
    expect(codes(survived)).toContain('error_in_log')
    expect(only(step(1) + error).problem).toMatchObject({ code: 'remote.python_missing', evidence: error.trim() })
  })

  it('tell processes killed after the end from a run that was killed', () => {
    const kill = 'Killing subprocess 12\n'
    expect(only(step(9) + kill).problem).toMatchObject({ code: 'remote.killed', evidence: 'Killing subprocess 12' })
    const done = only(`${step(9)}[after training is done] datetime: 2026-01-01 00:00:00\n${kill}`)
    expect(done.problem).toBeNull()
    expect(codes(done)).toContain('killed_after_end')
  })

  it('quote the cause, not its consequences', () => {
    const cause = 'torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 1.00 GiB.'
    const result = only(`Killing subprocess 1\nChildFailedError: \n${step(1)}${cause}\nKilling subprocess 2\n`)
    expect(result.problem).toMatchObject({ code: 'remote.out_of_memory', evidence: cause })
    expect(result.facts['oom_tried_bytes']).toBe(2 ** 30)
  })

  it('warn of throughputs that cannot both be right', () => {
    const timer =
      'epoch=0/micro_step=1/global_step=1, RunningAvgSamplesPerSec=300.0, CurrSamplesPerSec=300.0, MemAllocated=1.0GB, MaxMemAllocated=2.0GB\n'
    const line = step(1).replace('|\n', '| samples per second: 30.0 |\n')
    expect(codes(only(timer + line))).toContain('conflicting_throughput')
    expect(codes(only(timer + line.replace('30.0', '290.0')))).not.toContain('conflicting_throughput')
  })

  it('do not read a number that the end of the text cuts', () => {
    const cut = only(`${step(1)} iteration 2/ 9 | elapsed time per iteration (ms): 12`)
    expect(cut.problem?.code).toBe('parse.truncated')
    expect(cut.measurements.filter(({ metric }) => metric === 'zero.step_time')).toHaveLength(1)
  })

  it('keep no more than a bounded number of values, and say so', () => {
    const lines = Array.from({ length: 30_000 }, (_, index) => `{'loss': ${index}.5, 'epoch': ${index}.25}`)
    const result = only(`${lines.join('\n')}\n`)
    expect(result.rows.understood).toBe(30_000)
    expect(result.measurements.length).toBeLessThan(20_001)
    expect(codes(result)).toContain('values_thinned')
  })
})
