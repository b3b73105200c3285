import { intersectionLength, unionLength, type IntervalSet } from '../../../_kit/intervals'
import { add, fail, newReading, setFacts, warn, type Reading } from '../../../_kit/reading'
import { collectiveFacts } from '../collectives/collective-fact'
import { torchCategory } from './categories'
import type { DocumentFacts } from './document-facts'
import type { DeviceTimes, Tally } from './tally'

const us = (nanoseconds: number): number => nanoseconds / 1000

const stepsTotal = (tally: Tally): number => us(tally.steps.reduce((sum, step) => sum + step.duration, 0))

const addCategories = (reading: Reading, tally: Tally): void => {
  for (const { name, events, doubted } of tally.categories.all)
    if (!doubted) add(reading, 'timeline.event_count', '1', events, { category: name })
}

const addKernels = (reading: Reading, tally: Tally): void => {
  for (const { name, time, count } of tally.kernelTotals.list()) {
    add(reading, 'timeline.kernel_total_time', 'us', time === null ? null : us(time), { kernel: name })
    add(reading, 'timeline.kernel_count', '1', count, { kernel: name })
  }
  if (tally.kernelTotals.names.overflow !== null)
    warn(reading, 'names_limited', 'The trace has more kernel names than are told apart; the rest is added up as "(other names)".')
}

const addCopies = (reading: Reading, tally: Tally): void => {
  for (const { name, time, count, bytes } of tally.copyTotals.list()) {
    add(reading, 'timeline.memop_total_time', 'us', time === null ? null : us(time), { op: name })
    add(reading, 'timeline.memop_count', '1', count, { op: name })
    add(reading, 'timeline.memop_bytes', 'bytes', bytes, { op: name })
  }
}

const hasAny = (set: IntervalSet): boolean => set.span() !== null

const addCommunication = (reading: Reading, device: number, times: DeviceTimes, steps: number): void => {
  if (!hasAny(times.communication)) return
  const communication = times.communication.length()
  const hidden = intersectionLength(times.communication, times.compute)
  add(reading, 'timeline.communication_time', 'us', us(communication), { device })
  add(reading, 'timeline.compute_time', 'us', us(times.compute.length()), { device })
  add(reading, 'timeline.exposed_communication', 'us', us(communication - hidden), { device })
  if (communication > 0) add(reading, 'timeline.overlap_share', '1', hidden / communication, { device })
  if (steps > 0) add(reading, 'timeline.exposed_communication_share', '1', us(communication - hidden) / steps, { device })
}

const addDevice = (reading: Reading, device: number, times: DeviceTimes, tally: Tally): void => {
  const kernels = [times.compute, times.communication]
  const knowsKernels = !tally.doubtedTimes.has('kernel')
  const knowsCopies = !tally.doubtedTimes.has('copy')
  if (knowsKernels && kernels.some(hasAny)) {
    add(reading, 'timeline.kernel_busy_time', 'us', us(unionLength(kernels)), { device })
    addCommunication(reading, device, times, tally.doubtedTimes.has('host') ? 0 : stepsTotal(tally))
  }
  if (knowsCopies && hasAny(times.copies)) add(reading, 'timeline.copy_busy_time', 'us', us(times.copies.length()), { device })
  if (!knowsKernels || !knowsCopies) return
  const spans = [...kernels, times.copies].flatMap((set) => set.span() ?? [])
  const span = Math.max(...spans.map(({ end }) => end)) - Math.min(...spans.map(({ start }) => start))
  if (span > 0) add(reading, 'timeline.idle_share', '1', 1 - unionLength([...kernels, times.copies]) / span, { device })
}

const addSteps = (reading: Reading, tally: Tally): void => {
  for (const { number, duration } of tally.steps.toSorted((a, b) => a.start - b.start))
    add(reading, 'timeline.step_time', 'us', us(duration), { step: number })
}

const addWaits = (reading: Reading, tally: Tally): void => {
  if (tally.doubtedTimes.has('host') || !hasAny(tally.waits)) return
  const waited = us(tally.waits.length())
  add(reading, 'timeline.data_wait_time', 'us', waited, {})
  const steps = stepsTotal(tally)
  if (steps > 0) add(reading, 'timeline.data_wait_share', '1', Math.min(1, waited / steps), {})
}

const addTotals = (reading: Reading, tally: Tally): void => {
  addCategories(reading, tally)
  if (!tally.doubtedNames.has('kernel')) addKernels(reading, tally)
  if (!tally.doubtedNames.has('copy')) addCopies(reading, tally)
  for (const [device, times] of [...tally.devices].sort(([a], [b]) => a - b)) addDevice(reading, device, times, tally)
  addWaits(reading, tally)
  const filled = [...tally.devices.values()].flatMap((times) => Object.values<IntervalSet>({ ...times }))
  const tooMuch = us([...filled, tally.waits].reduce((sum, set) => sum + set.filled, 0))
  if (tooMuch > 0)
    warn(
      reading,
      'gaps_filled',
      `The trace has more kernels than are kept apart: gaps between them, ${tooMuch.toFixed(1)} us in all, are counted as busy.`,
    )
}

const totalsMissing = 'What would have to be added up over all events (counts, busy and total times) is therefore not given.'

/** What was added up, as a result. `isWhole`: the document did not break off. */
export const resultOf = (tally: Tally, document: DocumentFacts, isWhole: boolean, damage: string | null): Reading | null => {
  const isTorch = document.isKineto || tally.categories.all.some(({ name }) => torchCategory.test(name))
  if (!isTorch && tally.events === 0) return null
  const reading = newReading('timeline', 'torch-profiler')
  reading.rows = { understood: tally.events - tally.skipped, skipped: tally.skipped }
  if (!isTorch) {
    reading.rows = { understood: 0, skipped: tally.events }
    fail(
      reading,
      'parse.unrecognised',
      'This is a chrome trace, but not one of the PyTorch profiler: none of its categories and members is.',
    )
    return reading
  }
  const devices = [...tally.devices.keys()].sort((a, b) => a - b)
  setFacts(reading, {
    tool: 'torch-profiler',
    ...document.facts(devices),
    events: tally.events,
    complete_events: tally.complete,
    kernels: tally.kernels,
    kernel_total_us: us(tally.kernelTime),
    nccl_kernels: tally.communicationKernels,
    profiler_steps: tally.steps.length,
    ...(devices.length > 0 ? { devices } : {}),
    ...collectiveFacts(tally, document),
  })
  addSteps(reading, tally)
  if (damage !== null) fail(reading, 'parse.truncated', `The trace is damaged${damage}.${tally.doubted ? ` ${totalsMissing}` : ''}`)
  if (!isWhole) fail(reading, 'parse.truncated', `The trace breaks off after ${tally.events} events. ${totalsMissing}`)
  if (isWhole && !tally.doubted) addTotals(reading, tally)
  if (tally.kernels === 0 && isWhole && !tally.doubted)
    warn(
      reading,
      'no_gpu_events',
      'The trace has no kernels (no GPU events): it was recorded without a GPU, or without ProfilerActivity.CUDA.',
    )
  return reading
}
