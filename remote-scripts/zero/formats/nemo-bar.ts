import { convert, parseNumber } from '../../_kit/numbers'
import { noteLoss, type LineReader, type Run } from './run'
import { seconds } from './scales'

/** NeMo 1's bar, told from other bars by the figures that only its models log. */
export const nemoBarMark = /\bEpoch \d{1,6}: .{0,600}?\b\d{1,12}\/\d{1,12} \[[^\]]{0,400}\b(?:reduced_train_loss|train_step_timing in s)=/
const bar = /\bEpoch (\d{1,6}): .{0,600}?\b(\d{1,12})\/(\d{1,12}) \[([^\]]{1,600})\]/
const pair = /([A-Za-z_][\w ]{0,60})=([\w.+-]{1,24})(?=,|$)/g

/**
 * `Epoch 0: :  2%|▏| 2/100 [00:50<40:01, 0.04it/s, v_num=0, reduced_train_loss=10.50, global_step=1.000, train_step_timing in s=10.25]`.
 * The step is the bar's own count: `global_step` loses digits. A bar is painted again while its figures stand.
 */
export class NemoBars {
  private iteration: number | null = null
  private painted = new Map<string, string>()

  read: LineReader = (run, line) => {
    if (!line.includes('%|') || !nemoBarMark.test(line)) return false
    const [, , done, total, fields = ''] = bar.exec(line) ?? []
    if (done === undefined) return false
    const iteration = Number(done)
    if (iteration !== this.iteration) {
      // What was validated before stays in the bar of the steps behind it.
      this.painted = new Map([...this.painted].filter(([field]) => field === 'val_loss'))
      this.iteration = iteration
    }
    run.tools.add('NeMo')
    run.started = true
    run.iteration = iteration
    run.iterations.add(iteration)
    run.reading.facts['iterations_total'] = Number(total)
    for (const [, field = '', token = ''] of fields.matchAll(pair)) this.field(run, field.trim(), token, iteration)
    run.reading.rows.understood += 1
    return true
  }

  private field(run: Run, field: string, token: string, iteration: number): void {
    if (this.painted.get(field) === token) return
    this.painted.set(field, token)
    const dimensions = { field, iteration }
    if (field === 'train_step_timing in s') run.values.add('zero.step_time', 'us', convert(token, seconds), dimensions)
    if (field !== 'reduced_train_loss' && field !== 'val_loss') return
    const loss = parseNumber(token)
    if (loss === null) run.counts.notNumbers += 1
    run.values.add(field === 'val_loss' ? 'zero.validation_loss' : 'zero.loss', '1', loss, dimensions)
    if (field === 'reduced_train_loss') noteLoss(run, field, loss)
  }
}
