import type { GpuSnapshot, HostSnapshot } from './gpu-snapshot'

const rule = '+---------------------------------------------------------------------------------------+'
const columnRule = '+-----------------------------------------+----------------------+----------------------+'

const rows = (gpu: GpuSnapshot): string[] => {
  const power = `${Math.round(gpu.powerW)}W / ${Math.round(gpu.powerLimitW)}W`
  const memory = `${gpu.memoryUsedMiB}MiB / ${gpu.memoryTotalMiB}MiB`
  return [
    `| ${String(gpu.index).padStart(3)}  ${gpu.name.padEnd(29)} On  | ${gpu.busId} Off |                    0 |`,
    `| N/A  ${String(gpu.temperatureC).padStart(3)}C    P0  ${power.padStart(22)} | ${memory.padStart(20)} | ${`${gpu.utilPercent}%`.padStart(8)}      Default |`,
    '|                                         |                      |             Disabled |',
    columnRule,
  ]
}

/** `nvidia-smi` without arguments, drivers 525 to 550. */
export const printSmiTable = (host: HostSnapshot): string =>
  [
    host.time,
    rule,
    `| NVIDIA-SMI ${host.driverVersion.padEnd(22)} Driver Version: ${host.driverVersion.padEnd(12)} CUDA Version: ${host.cudaVersion.padEnd(8)} |`,
    '|-----------------------------------------+----------------------+----------------------+',
    '| GPU  Name                 Persistence-M | Bus-Id        Disp.A | Volatile Uncorr. ECC |',
    '| Fan  Temp   Perf          Pwr:Usage/Cap |         Memory-Usage | GPU-Util  Compute M. |',
    '|                                         |                      |               MIG M. |',
    '|=========================================+======================+======================|',
    ...host.gpus.flatMap(rows),
  ].join('\n')
