import type { HardwareModel } from '../hardware-model'
import { normal, seededRandom, type Random } from '../random'
import { parseArguments, wholeNumber } from './arguments'
import { pause, type Tool, type ToolContext } from './context'
import { nvidiaSmiXml } from './nvidia-smi-xml'

const busIds = ['07', '0F', '47', '4E', '87', '90', 'B7', 'BD']

/** One GPU as nvidia-smi shows it at one moment. */
export interface GpuReading {
  index: number
  uuid: string
  busId: string
  temperatureC: number
  powerW: number
  memoryUsedMiB: number
}

/** Idle GPUs with the small unrest of real sensors. */
export const readGpus = (context: ToolContext, random: Random): GpuReading[] =>
  Array.from({ length: context.host.gpus }, (_, index) => ({
    index,
    uuid: `GPU-51a0b0${context.host.index.toString(16).padStart(2, '0')}-0000-4000-8000-0000000000${index.toString(16).padStart(2, '0')}`,
    busId: `00000000:${busIds[index] ?? 'C0'}:00.0`,
    temperatureC: Math.round(31 + (index % 4) + normal(random)),
    powerW: 62 + index * 0.7 + normal(random),
    memoryUsedMiB: 4,
  }))

type Field = [unit: string, value: (gpu: GpuReading, model: HardwareModel, host: string) => string]

const fields: Record<string, Field> = {
  timestamp: ['', () => new Date().toISOString().replace('T', ' ').replace('Z', '').replaceAll('-', '/')],
  index: ['', (gpu) => String(gpu.index)],
  name: ['', (_, model) => model.gpu.name],
  gpu_name: ['', (_, model) => model.gpu.name],
  uuid: ['', (gpu) => gpu.uuid],
  gpu_uuid: ['', (gpu) => gpu.uuid],
  count: ['', (_, model) => String(model.gpu.count)],
  serial: ['', (gpu) => `16500000000${gpu.index}`],
  driver_version: ['', (_, model) => model.driverVersion],
  'pci.bus_id': ['', (gpu) => gpu.busId],
  gpu_bus_id: ['', (gpu) => gpu.busId],
  compute_cap: ['', (_, model) => model.gpu.computeCapability],
  compute_mode: ['', () => 'Default'],
  persistence_mode: ['', () => 'Enabled'],
  'mig.mode.current': ['', () => 'Disabled'],
  'ecc.mode.current': ['', () => 'Enabled'],
  pstate: ['', () => 'P0'],
  'pcie.link.gen.current': ['', (_, model) => String(model.gpu.pcieGen)],
  'pcie.link.gen.max': ['', (_, model) => String(model.gpu.pcieGen)],
  'pcie.link.width.current': ['', () => '16'],
  'pcie.link.width.max': ['', () => '16'],
  'memory.total': ['MiB', (_, model) => String(model.gpu.memoryMiB)],
  'memory.used': ['MiB', (gpu) => String(gpu.memoryUsedMiB)],
  'memory.free': ['MiB', (gpu, model) => String(model.gpu.memoryMiB - gpu.memoryUsedMiB)],
  'utilization.gpu': ['%', () => '0'],
  'utilization.memory': ['%', () => '0'],
  'temperature.gpu': ['', (gpu) => String(gpu.temperatureC)],
  'temperature.memory': ['', (gpu) => String(gpu.temperatureC + 5)],
  'power.draw': ['W', (gpu) => gpu.powerW.toFixed(2)],
  'power.limit': ['W', (_, model) => model.gpu.powerLimitW.toFixed(2)],
  'enforced.power.limit': ['W', (_, model) => model.gpu.powerLimitW.toFixed(2)],
  'clocks.sm': ['MHz', (_, model) => String(model.gpu.smClockMHz)],
  'clocks.current.sm': ['MHz', (_, model) => String(model.gpu.smClockMHz)],
  'clocks.gr': ['MHz', (_, model) => String(model.gpu.smClockMHz)],
  'clocks.mem': ['MHz', (_, model) => String(model.gpu.memoryClockMHz)],
  'clocks.max.sm': ['MHz', (_, model) => String(model.gpu.smClockMHz)],
  'clocks.max.mem': ['MHz', (_, model) => String(model.gpu.memoryClockMHz)],
  'clocks_throttle_reasons.active': ['', () => '0x0000000000000001'],
  'clocks_event_reasons.active': ['', () => '0x0000000000000001'],
  'ecc.errors.uncorrected.volatile.total': ['', () => '0'],
  'fan.speed': ['%', () => '[N/A]'],
}

const spec = {
  values: { 'query-gpu': [], format: [], loop: ['l'], 'loop-ms': ['lms'], id: ['i'], filename: ['f'], display: ['d'] },
  flags: { query: ['q'], 'xml-format': ['x'], 'list-gpus': ['L'], version: [], help: ['h'], matrix: ['m'] },
}

const csv = (context: ToolContext, names: string[], format: string[], random: Random, header: boolean): string[] => {
  const nounits = format.includes('nounits')
  const cells = names.map((name) => fields[name])
  const head = names.map((name, index) => (cells[index]?.[0] && !nounits ? `${name} [${cells[index][0]}]` : name)).join(', ')
  const rows = readGpus(context, random).map((gpu) =>
    cells
      .map((field) => {
        const [unit, value] = field ?? ['', () => '[N/A]']
        const text = value(gpu, context.model, context.host.name)
        return unit === '' || nounits || text.startsWith('[') ? text : `${text} ${unit}`
      })
      .join(', '),
  )
  return header && !format.includes('noheader') ? [head, ...rows] : rows
}

const table = (context: ToolContext): string => {
  const { driverVersion, cudaVersion, gpu } = context.model
  const rule = '+-----------------------------------------------------------------------------------------+'
  const rows = readGpus(context, seededRandom(`${context.state.seed}/table`)).map(
    (reading) =>
      `| ${String(reading.index).padStart(3)}  ${gpu.name.padEnd(26)} On  | ${reading.busId} Off |                    0 |\n| N/A   ${reading.temperatureC}C    P0    ${Math.round(reading.powerW)}W / ${gpu.powerLimitW}W |       ${reading.memoryUsedMiB}MiB / ${gpu.memoryMiB}MiB |      0%      Default |`,
  )
  return [
    new Date().toUTCString(),
    rule,
    `| NVIDIA-SMI ${driverVersion.padEnd(22)} Driver Version: ${driverVersion.padEnd(14)} CUDA Version: ${cudaVersion.padEnd(8)} |`,
    rule,
    ...rows,
    rule,
  ].join('\n')
}

const topology = (context: ToolContext): string => {
  const { gpu, hcas, cpu } = context.model
  const gpus = Array.from({ length: context.host.gpus }, (_, index) => index)
  const nics = hcas.map((_, index) => `NIC${index}`)
  const affinity = (index: number): string => {
    const node = index < context.host.gpus / 2 ? 0 : 1
    return `${node * cpu.coresPerSocket}-${(node + 1) * cpu.coresPerSocket - 1}\t${node}\tN/A`
  }
  const toNic = (index: number): string => (index < 2 ? 'PXB' : index < context.host.gpus / 2 ? 'NODE' : 'SYS')
  const head = ['', ...gpus.map((index) => `GPU${index}`), ...nics, 'CPU Affinity', 'NUMA Affinity', 'GPU NUMA ID'].join('\t')
  const gpuRows = gpus.map((row) =>
    [
      `GPU${row}`,
      ...gpus.map((column) => (column === row ? ' X ' : `NV${gpu.nvlinks}`)),
      ...nics.map(() => toNic(row)),
      affinity(row),
    ].join('\t'),
  )
  const nicRows = nics.map((name, row) =>
    [name, ...gpus.map(toNic), ...nics.map((_, column) => (column === row ? ' X ' : 'SYS')), '', ''].join('\t'),
  )
  const legend = [
    '',
    'Legend:',
    '',
    '  X    = Self',
    '  NV#  = Connection traversing a bonded set of # NVLinks',
    '',
    'NIC Legend:',
    '',
    ...hcas.map((hca, index) => `  NIC${index}: ${hca.name}`),
  ]
  return [head, ...gpuRows, ...nicRows, ...legend, ''].join('\n')
}

const query = async (context: ToolContext, names: string[], format: string[], everyMs: number | null): Promise<number> => {
  const unknown = names.find((name) => !fields[name])
  if (unknown !== undefined) {
    context.print(`Field "${unknown}" is not a valid field to query.\n`)
    return 2
  }
  const random = seededRandom(`${context.state.seed}/nvidia-smi/${context.host.name}/${process.pid}`)
  context.print(csv(context, names, format, random, true).join('\n'))
  while (everyMs !== null) {
    await pause(everyMs)
    context.print(csv(context, names, format, random, false).join('\n'))
  }
  return 0
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
  const random = seededRandom(`${context.state.seed}/nvidia-smi`)
  if (parsed.flags.has('list-gpus'))
    context.print(
      readGpus(context, random)
        .map((gpu) => `GPU ${gpu.index}: ${context.model.gpu.name} (UUID: ${gpu.uuid})`)
        .join('\n'),
    )
  else if (parsed.flags.has('query')) context.print(nvidiaSmiXml(context.model, readGpus(context, random)))
  else context.print(table(context))
  return 0
}
