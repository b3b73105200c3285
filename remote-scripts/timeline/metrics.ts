import type { MetricSpec } from '../../preload/contract'
import { nsysMetrics } from './nsys/metrics'
import { torchMetrics } from './torch/metrics'

const perKernel = ['kernel']
const perDevice = ['device']

/** What both profilers give: the same id means the same thing in both. */
const sharedMetrics: MetricSpec[] = [
  {
    id: 'timeline.kernel_total_time',
    unit: 'us',
    better: 'lower',
    dimensions: perKernel,
    meaning: 'Time of all launches of the kernel, added up; launches that run at the same time count twice',
  },
  { id: 'timeline.kernel_count', unit: '1', better: 'none', dimensions: perKernel, meaning: 'Launches of the kernel' },
  {
    id: 'timeline.kernel_busy_time',
    unit: 'us',
    better: 'none',
    dimensions: perDevice,
    meaning: 'Time in which at least one kernel runs on the device: the union of their intervals',
  },
  {
    id: 'timeline.idle_share',
    unit: '1',
    better: 'lower',
    dimensions: perDevice,
    meaning: 'Share of the time from the first kernel, copy or fill of the device to the last in which none of them runs',
    headline: true,
  },
  {
    id: 'timeline.communication_time',
    unit: 'us',
    better: 'lower',
    dimensions: perDevice,
    meaning: 'Time in which at least one NCCL kernel runs on the device',
  },
  {
    id: 'timeline.compute_time',
    unit: 'us',
    better: 'lower',
    dimensions: perDevice,
    meaning: 'Time in which at least one kernel that is not of NCCL runs on the device; given where NCCL kernels run too',
  },
  {
    id: 'timeline.exposed_communication',
    unit: 'us',
    better: 'lower',
    dimensions: perDevice,
    meaning: 'Communication time in which no other kernel runs on the device',
  },
  {
    id: 'timeline.overlap_share',
    unit: '1',
    better: 'higher',
    dimensions: perDevice,
    meaning: 'Share of the communication time in which another kernel runs as well',
  },
]

export const timelineMetrics: MetricSpec[] = [...sharedMetrics, ...nsysMetrics, ...torchMetrics]
