import type { MetricSpec } from '../../preload/contract'

const step = ['field', 'iteration', 'global_step']
const memory = ['field', 'iteration', 'global_step', 'rank', 'at']
const call = ['field', 'op', 'message_size', 'rank']

const metric = (id: string, unit: MetricSpec['unit'], better: MetricSpec['better'], dimensions: string[], meaning: string): MetricSpec => ({
  id: `zero.${id}`,
  unit,
  better,
  dimensions,
  meaning,
})

export const zeroMetrics: MetricSpec[] = [
  { ...metric('step_time', 'us', 'lower', step, 'Time of one iteration, all micro batches and the optimiser step'), headline: true },
  metric('samples_per_s', '1/s', 'higher', [...step, 'micro_step'], 'Samples a second, all ranks, by the field that says it'),
  metric('tokens_per_s', '1/s', 'higher', step, 'Tokens a second; the field says whether for each GPU, without one all ranks together'),
  metric('steps_per_s', '1/s', 'higher', step, 'Optimiser steps a second'),
  metric('flop_rate', 'FLOP/s', 'higher', step, "Arithmetic for each GPU, by the program's own model of it"),
  metric('loss', '1', 'lower', [...step, 'epoch'], 'Training loss'),
  metric('validation_loss', '1', 'lower', [...step, 'epoch', 'split'], 'Loss on the validation or test set'),
  metric('perplexity', '1', 'lower', [...step, 'epoch', 'split'], 'Perplexity'),
  metric('grad_norm', '1', 'none', [...step, 'epoch'], 'Norm of the gradient'),
  metric('train_runtime', 'us', 'lower', ['field'], 'Time of the whole training'),
  metric('eval_runtime', 'us', 'lower', ['field', 'epoch'], 'Time of one evaluation'),
  metric('phase_time', 'us', 'lower', [...step, 'rank', 'statistic'], 'Time of a phase (field): forward, backward, optimizer …'),
  metric('mem_allocated', 'bytes', 'lower', memory, 'GPU memory that tensors hold'),
  metric('mem_peak', 'bytes', 'lower', memory, 'Most memory that tensors held, of the rank with the most'),
  metric('mem_reserved', 'bytes', 'lower', memory, 'GPU memory that the allocator holds'),
  metric('mem_reserved_peak', 'bytes', 'lower', memory, 'Most GPU memory that the allocator held'),
  metric('host_mem_used', 'bytes', 'lower', memory, 'Memory in use on the host'),
  metric('mem_per_gpu', 'bytes', 'lower', ['options'], 'Estimate of model states on each GPU; not measured'),
  metric('mem_per_cpu', 'bytes', 'lower', ['options'], 'Estimate of model states in the memory of each host; not measured'),
  metric('parameters', '1', 'none', ['field'], 'Parameters of the model'),
  metric('comm_time', 'us', 'lower', call, 'Time of one call: mean of the summary, or the call itself'),
  metric('comm_time_total', 'us', 'lower', call, 'Time of all calls of an operation and size'),
  metric('comm_count', '1', 'none', call, 'Calls of an operation and size'),
  metric('comm_tput', 'GB/s', 'higher', call, "DeepSpeed's throughput; for all-reduce twice the algorithm bandwidth"),
  metric('comm_busbw', 'GB/s', 'higher', call, "DeepSpeed's bus bandwidth"),
  metric('straggler_time', 'us', 'lower', call, 'Mean time spent waiting for the slowest rank'),
  metric('straggler_time_total', 'us', 'lower', call, 'Time of all calls spent waiting for the slowest rank'),
  metric('data_time', 'us', 'lower', [], 'Own benchmark: time a step waits for its batch, mean over ranks and steps'),
  metric('compute_time', 'us', 'lower', [], 'Own benchmark: the rest of a step in which the computation does not stand still'),
  metric(
    'communication_time',
    'us',
    'lower',
    [],
    'Own benchmark: time of a step in which a collective is under way, overlaps counted once',
  ),
  metric('exposed_time', 'us', 'lower', [], 'Own benchmark: communication time in which nothing was computed'),
  metric('transfer_time', 'us', 'lower', [], 'Own benchmark: shortest duration of each collective over the ranks, summed over a step'),
  metric('overlap', '1', 'higher', [], 'Own benchmark: share of the communication time that computation hides'),
  metric('bytes_per_step', 'bytes', 'lower', [], 'Own benchmark: bytes that a rank hands to the wire in a step'),
  metric(
    'link_bytes',
    'bytes',
    'lower',
    [],
    "Bytes that a host's link sent in a step by its own counter, headers and other traffic included",
  ),
  metric('collective_bytes', 'bytes', 'lower', ['op'], 'Own benchmark: bytes per step by collective'),
  metric(
    'collective_time',
    'us',
    'lower',
    ['op'],
    'Own benchmark: summed duration per step by collective, waiting for slow ranks included',
  ),
  metric('model_states', 'bytes', 'lower', [], 'Own benchmark: parameters, gradients and optimizer states that a rank keeps between steps'),
  metric('mem_by_kind', 'bytes', 'lower', ['kind'], 'Own benchmark: memory by kind at the moment of the most'),
  metric('process_mem_peak', 'bytes', 'lower', [], 'Own benchmark: most host memory of a rank’s process (resident set)'),
]
