import type { HardwareModel } from '../hardware-model'
import { activityOfGpu } from '../gpu-activity'
import { normal, seededRandom, type Random } from '../random'
import type { GpuActivity } from '../simulated-time'
import type { GpuSnapshot, HostSnapshot } from '../reports/gpu-snapshot'
import { printQueryCsv, queryFields } from '../reports/nvidia-smi-csv'
import { printSmiText } from '../reports/nvidia-smi-q'
import { printSmiTable } from '../reports/nvidia-smi-table'
import { printSmiTopology } from '../reports/nvidia-smi-topo'
import { printSmiXml } from '../reports/nvidia-smi-xml'
import { parseArguments, wholeNumber } from './arguments'
import type { Tool, ToolContext } from './context'
import { everyStep } from './watching'

const busIds = ['07', '0F', '47', '4E', '87', '90', 'B7', 'BD']

/** Power of an idle GPU. */
export const idleW = 62
/** Clocks of a GPU that is too hot, as a share of the usual. */
const throttledClock = 0.62

/** GPUs with the small unrest of real sensors: idle, or at work on what a simulated tool does. */
const readHost = (context: ToolContext, random: Random, time: string, activity: GpuActivity | null = null): HostSnapshot => {
  const { gpu, driverVersion, cudaVersion } = context.model
  const isHot = isThrottled(context)
  const gpus = Array.from({ length: context.host.gpus }, (_, index): GpuSnapshot => {
    const own = activityOfGpu(activity, index)
    const load = own?.power ?? 0
    const temperatureC = Math.round((isHot ? 88 : 31 + 34 * load) + (index % 4) + normal(random))
    return {
      index,
      name: gpu.name,
      uuid: `GPU-51a0b0${context.host.index.toString(16).padStart(2, '0')}-0000-4000-8000-0000000000${index.toString(16).padStart(2, '0')}`,
      busId: `00000000:${busIds[index] ?? 'C0'}:00.0`,
      temperatureC,
      memoryTemperatureC: temperatureC + 5,
      powerW: idleW + index * 0.7 + load * (gpu.powerLimitW - idleW) + normal(random),
      powerLimitW: gpu.powerLimitW,
      memoryTotalMiB: gpu.memoryMiB,
      memoryUsedMiB: 4 + (own?.memoryMiB ?? 0),
      utilPercent: Math.round(100 * (own?.util ?? 0)),
      memoryUtilPercent: Math.round(100 * (own?.dramActive ?? 0)),
      smClockMHz: isHot ? Math.round(gpu.smClockMHz * throttledClock) : (own?.smClockMHz ?? gpu.smClockMHz),
      maxSmClockMHz: gpu.smClockMHz,
      memoryClockMHz: gpu.memoryClockMHz,
      pcieGen: gpu.pcieGen,
      pcieWidth: 16,
      pcieWidthMax: 16,
    }
  })
  return { time, driverVersion, cudaVersion, gpus }
}

const isThrottled = ({ state, host }: ToolContext): boolean => state.faults.throttle?.includes(host.name) ?? false

/** gpu_idle, hw_slowdown with hw_thermal_slowdown, or nothing that holds the clocks down. */
const reasonsOf = (isHot: boolean, isBusy: boolean): string =>
  isHot ? '0x0000000000000048' : isBusy ? '0x0000000000000000' : '0x0000000000000001'

const fieldsOf = (model: HardwareModel, isHot: boolean): typeof queryFields => ({
  ...queryFields,
  compute_cap: ['', () => model.gpu.computeCapability],
  compute_mode: ['', () => 'Default'],
  persistence_mode: ['', () => 'Enabled'],
  'mig.mode.current': ['', () => 'Disabled'],
  'ecc.mode.current': ['', () => 'Enabled'],
  pstate: ['', () => 'P0'],
  'clocks_throttle_reasons.active': ['', (gpu) => reasonsOf(isHot, gpu.utilPercent > 0)],
  'clocks_event_reasons.active': ['', (gpu) => reasonsOf(isHot, gpu.utilPercent > 0)],
  'ecc.errors.uncorrected.volatile.total': ['', () => '0'],
  'fan.speed': ['%', () => '[N/A]'],
})

const spec = {
  values: { 'query-gpu': [], format: [], loop: ['l'], 'loop-ms': ['lms'], id: ['i'], filename: ['f'], display: ['d'] },
  flags: { query: ['q'], 'xml-format': ['x'], 'list-gpus': ['L'], version: [], help: ['h'], matrix: ['m'] },
}

const topology = (context: ToolContext): string => {
  const { gpu, hcas, cpu } = context.model
  const half = context.host.gpus / 2
  return printSmiTopology({
    gpus: Array.from({ length: context.host.gpus }, (_, index) => ({ index })),
    nics: hcas.map(({ name }) => name),
    gpuLink: () => `NV${gpu.nvlinks}`,
    nicLink: (index) => (index < 2 ? 'PXB' : index < half ? 'NODE' : 'SYS'),
    affinity(index) {
      const numa = index < half ? 0 : 1
      return { numa, cpus: `${numa * cpu.coresPerSocket}-${(numa + 1) * cpu.coresPerSocket - 1}` }
    },
  })
}

const queryTime = (at = Date.now()): string => new Date(at).toISOString().replace('T', ' ').replace('Z', '').replaceAll('-', '/')

const query = async (context: ToolContext, names: string[], format: string[], everyMs: number | null): Promise<number> => {
  const fields = fieldsOf(context.model, isThrottled(context))
  const unknown = names.find((name) => !Object.hasOwn(fields, name))
  if (unknown !== undefined) {
    context.print(`Field "${unknown}" is not a valid field to query.\n`)
    return 2
  }
  const random = seededRandom(`${context.state.seed}/nvidia-smi/${context.host.name}/${process.pid}`)
  const startedAt = Date.now()
  const rows = (how: string[], elapsedMs: number, activity: GpuActivity | null): string =>
    printQueryCsv(readHost(context, random, queryTime(startedAt + elapsedMs), activity), names, how, fields).join('\n')
  context.print(rows(format, 0, null))
  if (everyMs === null) return 0
  return everyStep(context, everyMs, (elapsedMs, activity) => context.print(rows([...format, 'noheader'], elapsedMs, activity)))
}

const loopMilliseconds = (options: ReadonlyMap<string, string>): number | null => {
  if (options.has('loop')) return 1000 * Math.max(wholeNumber(options.get('loop'), 5) ?? 5, 1)
  if (options.has('loop-ms')) return Math.max(wholeNumber(options.get('loop-ms'), 500) ?? 500, 20)
  return null
}

/** nvidia-smi: the table, -L, -q -x, topo -m, --query-gpu. */
export const nvidiaSmi: Tool = (args, context) => {
  if (args[0] === 'topo') {
    context.print(topology(context))
    return 0
  }
  const parsed = parseArguments(args, spec)
  if (parsed.unknown) {
    context.print(`Invalid combination of input arguments. Please run 'nvidia-smi -h' for help.\n`)
    return 2
  }
  const names = parsed.options.get('query-gpu')
  if (names !== undefined)
    return query(
      context,
      names.split(',').map((name) => name.trim()),
      (parsed.options.get('format') ?? 'csv').split(','),
      loopMilliseconds(parsed.options),
    )
  const host = readHost(context, seededRandom(`${context.state.seed}/nvidia-smi`), new Date().toUTCString())
  if (parsed.flags.has('list-gpus')) context.print(host.gpus.map((gpu) => `GPU ${gpu.index}: ${gpu.name} (UUID: ${gpu.uuid})`).join('\n'))
  else if (parsed.flags.has('query')) context.print(parsed.flags.has('xml-format') ? printSmiXml(host) : printSmiText(host))
  else context.print(printSmiTable(host))
  return 0
}
