import type { Dimensions, Facts } from '../../../preload/contract'
import { lostAdvice, quantityOf, saidOf } from '../../_kit/nvidia'
import { add, newReading, setFacts, warn, type Reading } from '../../_kit/reading'
import { nodeAt, textAt, type XmlNode } from '../../_kit/xml'
import { factPaths, reasonGroups, snapshotFields } from './smi-fields'

/** What `nvidia-smi -q` says once, as XML or as text: the same tree either way. */
export interface Snapshot {
  driver: string | null
  cuda: string | null
  attached: number | null
  gpus: XmlNode[]
  /** Which one of several in the file; null: the only one. */
  sample: number | null
}

const whole = (text: string | null): number | null => {
  const match = /^(\d{1,9})x?$/.exec(text ?? '')
  return match ? Number(match[1]) : null
}

/** `610.43.02 [Deprecated; …]` without what newer drivers add. */
export const firstWord = (text: string | undefined): string | null => saidOf(text?.split(/\s/)[0])

const countText = (text: string | undefined): number | null => whole(firstWord(text))

/** Driver, CUDA and GPU count from the lines above the GPUs. */
export const headOf = (node: XmlNode): Pick<Snapshot, 'driver' | 'cuda' | 'attached'> => ({
  driver: firstWord(textAt(node, 'kmd_version', 'driver_version')),
  cuda: firstWord(textAt(node, 'cuda_umd_version', 'cuda_version')),
  attached: countText(textAt(node, 'attached_gpus')),
})

const factOf = (gpu: XmlNode, name: keyof typeof factPaths): string | null => saidOf(textAt(gpu, ...factPaths[name]))

const busOf = (gpu: XmlNode): string | null => saidOf(gpu.attributes.get('id')) ?? factOf(gpu, 'bus')

const processesOf = (gpu: XmlNode): number =>
  ['processes', 'compute_processes'].reduce(
    (count, group) =>
      count + (nodeAt(gpu, group)?.children.filter(({ name }) => name === 'process_info' || name === 'process_id').length ?? 0),
    0,
  )

const migDevicesOf = (gpu: XmlNode): number =>
  (nodeAt(gpu, 'mig_devices')?.children.filter(({ name }) => name === 'mig_device').length ?? 0) +
  gpu.children.filter(({ name }) => name === 'mig_device').length

const activeReasons = (gpu: XmlNode): string[] => {
  const group = reasonGroups.map((name) => nodeAt(gpu, name)).find((found) => found !== undefined)
  const leaves = (group?.children ?? []).flatMap((child) => [child, ...child.children])
  return leaves
    .filter(({ text }) => text === 'Active')
    .map(({ name }) => name.replace(/^clocks_(?:event|throttle)_reasons?_/, ''))
    .slice(0, 20)
}

/** One value when all GPUs agree, else one per GPU. */
const shared = <Value extends string | number | boolean>(values: (Value | null)[]): Value | (Value | null)[] | undefined => {
  const first = values[0]
  if (values.every((value) => value === null) || first === undefined) return undefined
  return first !== null && values.every((value) => value === first) ? first : values
}

const said = <Value>(key: string, value: Value | undefined | null): Record<string, Value> =>
  value === undefined || value === null ? {} : { [key]: value }

const factsOf = ({ driver, cuda, attached, gpus }: Snapshot): Facts => {
  const mig = gpus.map((gpu) => factOf(gpu, 'mig'))
  const limits = gpus.map((gpu) => quantityOf(factOf(gpu, 'powerLimit') ?? undefined, 'W'))
  const processes = gpus.reduce((sum, gpu) => sum + processesOf(gpu), 0)
  const uuids = gpus.flatMap((gpu) => factOf(gpu, 'uuid') ?? [])
  const reasons = [...new Set(gpus.flatMap(activeReasons))]
  // An output of chosen sections says nothing of what it leaves out.
  const listsProcesses = gpus.some((gpu) => gpu.children.some(({ name }) => name === 'processes' || name === 'compute_processes'))
  const isWhole = gpus.some((gpu) => factOf(gpu, 'name') !== null)
  return {
    tool: 'nvidia-smi',
    gpu_count: gpus.length,
    gpu_count_listed: gpus.length,
    names: [...new Set(gpus.flatMap((gpu) => factOf(gpu, 'name') ?? []))],
    bus_ids: gpus.flatMap((gpu) => busOf(gpu) ?? []),
    ...(isWhole ? { mig_devices: gpus.reduce((sum, gpu) => sum + migDevicesOf(gpu), 0) } : {}),
    ...(listsProcesses ? { processes, process_rows: processes } : {}),
    ...said('attached_gpus', attached),
    ...said('driver_version', driver),
    ...said('cuda_version', cuda),
    ...said('mig_enabled', shared(mig.map((mode) => (mode === null ? null : mode === 'Enabled')))),
    ...said('pcie_gen_current', shared(gpus.map((gpu) => whole(factOf(gpu, 'genNow'))))),
    ...said('pcie_gen_max', shared(gpus.map((gpu) => whole(factOf(gpu, 'genMax'))))),
    ...said('pcie_width_current', shared(gpus.map((gpu) => whole(factOf(gpu, 'widthNow'))))),
    ...said('pcie_width_max', shared(gpus.map((gpu) => whole(factOf(gpu, 'widthMax'))))),
    ...said('power_limit_w', shared(limits)),
    ...(uuids.length > 0 ? { uuids } : {}),
    ...(reasons.length > 0 ? { clock_reasons: reasons } : {}),
  }
}

/** Warns when a PCIe link runs with fewer lanes than it could; which GPU, and how many. */
export const warnOfWidth = (reading: Reading, links: { gpu: number; now: number | null; max: number | null }[]): void => {
  const narrow = links.filter(({ now, max }) => now !== null && max !== null && now < max)
  if (narrow.length > 0)
    warn(
      reading,
      'pcie_width_reduced',
      `PCIe link below its width: ${narrow.map(({ gpu, now, max }) => `GPU ${gpu} ${now}x of ${max}x`).join(', ')}. Check the slot, the riser and the BIOS.`,
    )
}

const lost = /^(?:GPU is lost|GPU requires reset|Unknown Error)$/i

/** What a GPU says in place of its readings when the driver has lost it; undefined: it answers. */
const lossOf = (gpu: XmlNode): string | undefined =>
  gpu.children.flatMap((child) => [child.text, ...child.children.map(({ text }) => text)]).find((text) => lost.test(text.trim()))

const slowdown = /^(?:hw_slowdown|hw_thermal_slowdown|hw_power_brake_slowdown|sw_thermal_slowdown)$/

const warnOf = (reading: Reading, { attached, gpus }: Snapshot): void => {
  if (attached !== null && attached !== gpus.length)
    warn(
      reading,
      'gpu_count_mismatch',
      `The output says that ${attached} GPUs are attached and lists ${gpus.length}: it was asked for some, or was cut.`,
    )
  gpus.forEach((node, gpu) => {
    const said = lossOf(node)
    if (said !== undefined) warn(reading, 'gpu_error', `GPU ${gpu} does not answer (${said.trim()}): ${lostAdvice}`)
  })
  const links = gpus.map((node, gpu) => ({ gpu, now: whole(factOf(node, 'widthNow')), max: whole(factOf(node, 'widthMax')) }))
  warnOfWidth(reading, links)
  const slow = gpus.flatMap((node, gpu) => (activeReasons(node).some((reason) => slowdown.test(reason)) ? [gpu] : []))
  if (slow.length > 0)
    warn(reading, 'clocks_held_down', `Heat or the power supply holds the clocks down on GPU ${slow.join(', ')}: see clock_reasons.`)
  if (
    gpus.some((gpu) => factOf(gpu, 'mig') === 'Enabled' && quantityOf(textAt(gpu, 'utilization/gpu_util', 'utilization/gpu'), '1') === null)
  )
    warn(reading, 'mig_no_utilization', 'A GPU in MIG mode has no utilization of its own; its instances’ are read with dcgmi.')
}

/** Readings, facts and warnings of one snapshot. The dimension `gpu` is the position in the output, from 0. */
export const readSnapshot = (snapshot: Snapshot): Reading => {
  const reading = newReading('inventory', 'nvidia-smi', snapshot.driver)
  setFacts(reading, factsOf(snapshot))
  warnOf(reading, snapshot)
  const sample: Dimensions = snapshot.sample === null ? {} : { sample: snapshot.sample }
  if (snapshot.attached === snapshot.gpus.length) add(reading, 'inventory.gpu_count', '1', snapshot.gpus.length, sample)
  snapshot.gpus.forEach((node, gpu) => {
    const before = reading.measurements.length
    for (const { metric, unit, kind, paths } of snapshotFields)
      add(reading, metric, unit, quantityOf(textAt(node, ...paths), unit), { gpu, ...sample, ...(kind === undefined ? {} : { kind }) })
    if (node.broken && reading.measurements.length === before) reading.rows.skipped += 1
    else reading.rows.understood += 1
  })
  return reading
}
