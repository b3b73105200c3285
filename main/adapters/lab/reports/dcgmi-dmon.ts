import type { GpuSnapshot } from './gpu-snapshot'

/** Shares from 0 to 1 of one GPU in one interval; null: the counter is not supported, or DCGM is paused. */
export interface ProfileSample {
  gpu: GpuSnapshot['index']
  engineActive: number | null
  smActive: number | null
  tensorActive: number | null
  dramActive: number | null
  /** Warps that are resident, of those that fit. */
  occupancy?: number | null
  powerW?: number
  smClockMHz?: number
}

const share = (value: number | null | undefined): string => (value === null || value === undefined ? 'N/A' : value.toFixed(3))

/** DCGM's numbers of fields (dcgm_fields.h): short name and cell. */
export const dmonFields: Readonly<Record<string, { name: string; cell(sample: ProfileSample): string }>> = {
  100: { name: 'SMCLK', cell: ({ smClockMHz }) => (smClockMHz === undefined ? 'N/A' : String(smClockMHz)) },
  155: { name: 'POWER', cell: ({ powerW }) => (powerW === undefined ? 'N/A' : powerW.toFixed(3)) },
  1001: { name: 'GRACT', cell: ({ engineActive }) => share(engineActive) },
  1002: { name: 'SMACT', cell: ({ smActive }) => share(smActive) },
  1003: { name: 'SMOCC', cell: ({ occupancy }) => share(occupancy) },
  1004: { name: 'TENSO', cell: ({ tensorActive }) => share(tensorActive) },
  1005: { name: 'DRAMA', cell: ({ dramActive }) => share(dramActive) },
}

const width = 13
const profiled = ['1001', '1002', '1004', '1005']

/** `dcgmi dmon -e FIELDS`: two lines of header, and a row for each GPU. */
export const printDcgmiDmon = (samples: readonly ProfileSample[], fields: readonly string[] = profiled): string => {
  const columns = fields.flatMap((field) => dmonFields[field] ?? [])
  return [
    `#Entity   ${columns.map(({ name }) => name.padEnd(width)).join('')}`,
    'ID'.padEnd(10 + width * columns.length),
    ...samples.map((sample) => `GPU ${String(sample.gpu).padEnd(6)}${columns.map(({ cell }) => cell(sample).padEnd(width)).join('')}`),
    '',
  ].join('\n')
}
