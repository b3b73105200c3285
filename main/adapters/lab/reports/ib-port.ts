/** One port of an HCA; what ibstat, ibstatus and ibv_devinfo are printed from. */
export interface IbPort {
  device: string
  /** From 1. */
  port: number
  boardType: string
  firmware: string
  up: boolean
  linkLayer: 'InfiniBand' | 'Ethernet'
  /** Lanes and Gb/s of each. */
  width: number
  laneGbps: number
  /** `HDR`. */
  speed: string
  /** `0x…` without colons. */
  guid: string
  lid: number
}

export const rateOf = (port: Pick<IbPort, 'width' | 'laneGbps'>): number => port.width * port.laneGbps

/** Ports by device, in their order. */
export const byDevice = (ports: readonly IbPort[]): [string, IbPort[]][] => {
  const found = new Map<string, IbPort[]>()
  for (const port of ports) found.set(port.device, [...(found.get(port.device) ?? []), port])
  return [...found]
}
