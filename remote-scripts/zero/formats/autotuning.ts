import { unreadFormat } from '../../_kit/unread'

/** The table in which DeepSpeed's autotuner sums its experiments up. */
export const autotuning = unreadFormat({
  id: 'deepspeed-autotuning',
  probe: 'zero',
  tool: 'DeepSpeed autotuner',
  mark: /^\|?\s{0,8}tuning_space\s{1,40}\|\s{1,40}num_experiments\s{1,40}\|\s{1,40}best_metric_val\b/,
  advice:
    "This is the summary of DeepSpeed's autotuner: it does not say whether its metric is a throughput, a latency or FLOPS, so its figures have no unit. Read are the logs of the experiments themselves.",
})
