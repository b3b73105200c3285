import type { GpuSnapshot } from './gpu-snapshot'

type Cells = readonly (number | string | null)[]

/** Right-aligned columns with one blank behind each; what is not known is a dash. */
const row = (cells: Cells, widths: readonly number[]): string =>
  cells.map((cell, index) => `${String(cell ?? '-').padStart(widths[index] ?? 6)} `).join('')

const dmonWidths = [5, 6, 6, 6, 6, 6, 6, 6]

/** `nvidia-smi dmon` (`-s puc`): one row per GPU and sample. */
export const printDmon = (samples: readonly (readonly GpuSnapshot[])[]): string =>
  [
    '# gpu    pwr  gtemp  mtemp     sm    mem   mclk   pclk ',
    '# Idx      W      C      C      %      %    MHz    MHz ',
    ...samples
      .flat()
      .map((gpu) =>
        row(
          [
            gpu.index,
            Math.round(gpu.powerW),
            gpu.temperatureC,
            gpu.memoryTemperatureC,
            gpu.utilPercent,
            gpu.memoryUtilPercent,
            gpu.memoryClockMHz,
            gpu.smClockMHz,
          ],
          dmonWidths,
        ),
      ),
    '',
  ].join('\n')

/** A process on a GPU; null: it did nothing in that interval. */
export interface ProcessSample {
  gpu: number
  pid: number
  utilPercent: number | null
  memoryUtilPercent: number | null
  command: string
}

/** `nvidia-smi pmon`: the processes of each sample. */
export const printPmon = (samples: readonly (readonly ProcessSample[])[]): string =>
  [
    '# gpu         pid   type     sm    mem    enc    dec    command ',
    '# Idx           #    C/G      %      %      %      %    name ',
    ...samples
      .flat()
      .map(
        (process) =>
          `${row([process.gpu, process.pid, 'C', process.utilPercent, process.memoryUtilPercent, null, null], [5, 10, 5, 6, 6, 6, 6])}   ${process.command.padEnd(15)}`,
      ),
    '',
  ].join('\n')
