import { fill, type SharedMessages } from '../../../preload/contract/messages'
import type { Arm, Dimensions, FabricSpec, Facts, Inventory } from '../../../preload/contract'
import { gbpsToGBps } from '../metrics/units'

export interface Bound {
  value: number
  /** `eth0 on b: 25 Gb/s line rate (driver)`. */
  source: string
  /** The part of the metric that it bounds, in words; absent: all of it, so that a share of it means something. */
  covers?: string
}

/** What a bound is asked for: one metric of launches in one arm. */
export interface BoundQuery {
  metric: string
  dimensions: Dimensions
  arm: Arm
  /** Plan hosts of the launch. */
  hosts: readonly string[]
  /** What the launch says of itself. */
  facts: Facts
}

export type BoundProvider = (query: BoundQuery) => Bound | null

/** The first that knows one. */
export const firstBound =
  (...providers: BoundProvider[]): BoundProvider =>
  (query) => {
    for (const provider of providers) {
      const found = provider(query)
      if (found) return found
    }
    return null
  }

interface Link {
  name: string
  host: string
  rateGbps: number
}

const socketMetrics: ReadonlySet<string> = new Set(['tcp.throughput'])
const fabricMetrics: ReadonlySet<string> = new Set(['nccl.busbw', 'nccl.avg_busbw', 'rdma.bw_peak', 'rdma.bw_average'])

const hcaLink = (spec: FabricSpec, host: string, inventory: Inventory): Link | null => {
  const [device, port] = (spec.hcas?.[host] ?? '').split(':')
  const found = inventory.hcas.find((hca) => hca.name === device && (port === undefined || hca.port === Number(port)))
  return found?.rateGbps ? { name: `${found.name}:${found.port}`, host, rateGbps: found.rateGbps } : null
}

const interfaceLink = (spec: FabricSpec, host: string, inventory: Inventory): Link | null => {
  const found = inventory.interfaces.find((link) => link.name === spec.interfaces?.[host])
  return found?.rateGbps ? { name: found.name, host, rateGbps: found.rateGbps } : null
}

const linkOf = (metric: string, spec: FabricSpec, host: string, inventory: Inventory): Link | null =>
  socketMetrics.has(metric) || spec.kind === 'ethernet'
    ? interfaceLink(spec, host, inventory)
    : (hcaLink(spec, host, inventory) ?? interfaceLink(spec, host, inventory))

/**
 * Line rate, in GB/s, of the slowest link that the launch crosses: a ceiling for TCP throughput, RDMA bandwidth and bus bandwidth between hosts (each
 * link of a ring carries busbw in each direction). Doubled when the dimensions say `bidirectional`. None on one host, or where no driver reports a rate.
 */
export const lineRateBounds =
  (
    fabrics: Readonly<Record<string, FabricSpec>>,
    inventories: Readonly<Record<string, Inventory | null | undefined>>,
    { notes }: SharedMessages,
  ): BoundProvider =>
  ({ metric, dimensions, arm, hosts }) => {
    if (!socketMetrics.has(metric) && !fabricMetrics.has(metric)) return null
    const fabric = String(arm.fabric ?? '')
    const spec = Object.hasOwn(fabrics, fabric) ? fabrics[fabric] : undefined
    if (!spec || hosts.length < 2) return null
    const links = hosts.flatMap((host) => {
      const inventory = Object.hasOwn(inventories, host) ? inventories[host] : undefined
      return inventory ? (linkOf(metric, spec, host, inventory) ?? []) : []
    })
    const slowest = links.toSorted((left, right) => left.rateGbps - right.rateGbps)[0]
    if (!slowest) return null
    const bothWays = dimensions.bidirectional === true
    return {
      value: gbpsToGBps(slowest.rateGbps) * (bothWays ? 2 : 1),
      source: fill(bothWays ? notes.line_rate_both_ways : notes.line_rate, {
        link: slowest.name,
        host: slowest.host,
        rateGbps: slowest.rateGbps,
      }),
    }
  }
