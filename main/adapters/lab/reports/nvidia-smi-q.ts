import type { GpuSnapshot, HostSnapshot } from './gpu-snapshot'

/** Names begin after the indent; every colon stands in one column. */
const line = (indent: number, name: string, value?: string): string => {
  const begins = ' '.repeat(indent) + name
  return value === undefined ? begins : `${begins.padEnd(55)}: ${value}`
}

const pci = (gpu: GpuSnapshot): string[] => [
  line(4, 'PCI'),
  line(8, 'Bus Id', gpu.busId),
  line(8, 'GPU Link Info'),
  line(12, 'PCIe Generation'),
  line(16, 'Max', String(gpu.pcieGen)),
  line(16, 'Current', String(gpu.pcieGen)),
  line(12, 'Link Width'),
  line(16, 'Max', `${gpu.pcieWidthMax}x`),
  line(16, 'Current', `${gpu.pcieWidth}x`),
]

const memory = (heading: string, totalMiB: number, usedMiB: number): string[] => [
  line(4, heading),
  line(8, 'Total', `${totalMiB} MiB`),
  line(8, 'Used', `${usedMiB} MiB`),
  line(8, 'Free', `${totalMiB - usedMiB} MiB`),
]

const clocks = (heading: string, smMHz: number, memoryMHz: number): string[] => [
  line(4, heading),
  line(8, 'Graphics', `${smMHz} MHz`),
  line(8, 'SM', `${smMHz} MHz`),
  line(8, 'Memory', `${memoryMHz} MHz`),
]

const gpuText = (gpu: GpuSnapshot): string[] => [
  line(0, `GPU ${gpu.busId}`),
  line(4, 'Product Name', gpu.name),
  line(4, 'MIG Mode'),
  line(8, 'Current', 'Disabled'),
  line(8, 'Pending', 'Disabled'),
  line(4, 'GPU UUID', gpu.uuid),
  ...pci(gpu),
  ...memory('FB Memory Usage', gpu.memoryTotalMiB, gpu.memoryUsedMiB),
  ...memory('BAR1 Memory Usage', 65_536, 3),
  line(4, 'Utilization'),
  line(8, 'GPU', `${gpu.utilPercent} %`),
  line(8, 'Memory', `${gpu.memoryUtilPercent} %`),
  line(4, 'Temperature'),
  line(8, 'GPU Current Temp', `${gpu.temperatureC} C`),
  line(8, 'GPU T.Limit Temp', 'N/A'),
  line(8, 'Memory Current Temp', `${gpu.memoryTemperatureC} C`),
  line(4, 'GPU Power Readings'),
  line(8, 'Average Power Draw', 'N/A'),
  line(8, 'Instantaneous Power Draw', `${gpu.powerW.toFixed(2)} W`),
  line(8, 'Current Power Limit', `${gpu.powerLimitW.toFixed(2)} W`),
  ...clocks('Clocks', gpu.smClockMHz, gpu.memoryClockMHz),
  ...clocks('Max Clocks', gpu.maxSmClockMHz, gpu.memoryClockMHz),
  line(4, 'Processes', 'None'),
  '',
]

/** `nvidia-smi -q` of a driver from 550 on. */
export const printSmiText = (host: HostSnapshot): string =>
  [
    '',
    '==============NVSMI LOG==============',
    '',
    line(0, 'Timestamp', host.time),
    line(0, 'Driver Version', host.driverVersion),
    line(0, 'CUDA Version', host.cudaVersion),
    '',
    line(0, 'Attached GPUs', String(host.gpus.length)),
    ...host.gpus.flatMap(gpuText),
    '',
  ].join('\n')
