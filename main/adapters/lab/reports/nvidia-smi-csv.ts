import type { GpuSnapshot, HostSnapshot } from './gpu-snapshot'

type Field = [unit: string, value: (gpu: GpuSnapshot, host: HostSnapshot) => string]

const text = (value: Field[1]): Field => ['', value]
const clock = (value: Field[1]): Field => ['MHz', value]
const watts = (value: (gpu: GpuSnapshot) => number): Field => ['W', (gpu) => value(gpu).toFixed(2)]

/** Fields of `--query-gpu` that a snapshot answers; the rest are the caller's. */
export const queryFields: Readonly<Record<string, Field>> = {
  timestamp: text((_, host) => host.time),
  index: text((gpu) => String(gpu.index)),
  name: text((gpu) => gpu.name),
  gpu_name: text((gpu) => gpu.name),
  uuid: text((gpu) => gpu.uuid),
  gpu_uuid: text((gpu) => gpu.uuid),
  count: text((_, host) => String(host.gpus.length)),
  serial: text((gpu) => `16500000000${gpu.index}`),
  driver_version: text((_, host) => host.driverVersion),
  'pci.bus_id': text((gpu) => gpu.busId),
  gpu_bus_id: text((gpu) => gpu.busId),
  'pcie.link.gen.current': text((gpu) => String(gpu.pcieGen)),
  'pcie.link.gen.max': text((gpu) => String(gpu.pcieGen)),
  'pcie.link.width.current': text((gpu) => String(gpu.pcieWidth)),
  'pcie.link.width.max': text((gpu) => String(gpu.pcieWidthMax)),
  'memory.total': ['MiB', (gpu) => String(gpu.memoryTotalMiB)],
  'memory.used': ['MiB', (gpu) => String(gpu.memoryUsedMiB)],
  'memory.free': ['MiB', (gpu) => String(gpu.memoryTotalMiB - gpu.memoryUsedMiB)],
  'utilization.gpu': ['%', (gpu) => String(gpu.utilPercent)],
  'utilization.memory': ['%', (gpu) => String(gpu.memoryUtilPercent)],
  'temperature.gpu': text((gpu) => String(gpu.temperatureC)),
  'temperature.memory': text((gpu) => String(gpu.memoryTemperatureC)),
  'power.draw': watts((gpu) => gpu.powerW),
  'power.limit': watts((gpu) => gpu.powerLimitW),
  'enforced.power.limit': watts((gpu) => gpu.powerLimitW),
  'clocks.sm': clock((gpu) => String(gpu.smClockMHz)),
  'clocks.current.sm': clock((gpu) => String(gpu.smClockMHz)),
  'clocks.gr': clock((gpu) => String(gpu.smClockMHz)),
  'clocks.mem': clock((gpu) => String(gpu.memoryClockMHz)),
  'clocks.max.sm': clock((gpu) => String(gpu.maxSmClockMHz)),
  'clocks.max.mem': clock((gpu) => String(gpu.memoryClockMHz)),
}

/** `nvidia-smi --query-gpu=… --format=csv[,noheader][,nounits]`. `nounits` leaves the units of the header. */
export const printQueryCsv = (
  host: HostSnapshot,
  names: readonly string[],
  format: readonly string[],
  fields: Readonly<Record<string, Field>> = queryFields,
): string[] => {
  const cells = names.map((name): Field => fields[name] ?? ['', () => '[N/A]'])
  const head = names.map((name, index) => (cells[index]?.[0] ? `${name} [${cells[index][0]}]` : name)).join(', ')
  const rows = host.gpus.map((gpu) =>
    cells
      .map(([unit, value]) => {
        const said = value(gpu, host)
        return unit === '' || format.includes('nounits') || said.startsWith('[') ? said : `${said} ${unit}`
      })
      .join(', '),
  )
  return format.includes('noheader') ? rows : [head, ...rows]
}
