/** One GPU at one moment; what every report of it is printed from. */
export interface GpuSnapshot {
  index: number
  name: string
  uuid: string
  busId: string
  temperatureC: number
  memoryTemperatureC: number
  powerW: number
  powerLimitW: number
  memoryTotalMiB: number
  memoryUsedMiB: number
  utilPercent: number
  memoryUtilPercent: number
  smClockMHz: number
  maxSmClockMHz: number
  memoryClockMHz: number
  pcieGen: number
  pcieWidth: number
  pcieWidthMax: number
}

export interface HostSnapshot {
  /** As the tool prints it. */
  time: string
  driverVersion: string
  cudaVersion: string
  gpus: readonly GpuSnapshot[]
}
