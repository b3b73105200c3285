import { fill } from '../../../preload/contract/messages'
import type { Dimensions } from '../../../preload/contract'
import { median } from '../analysis/summary'
import { formatBytes } from '../metrics/format'
import { cannotAnswer, firstEntry, notMeasured, partOf, rowsOf, valueOf, valuesOf, type Launch, type Reader } from './arm-launches'

const metric = 'nccl.busbw'

/** What the bandwidth is of. */
interface Setting {
  collective: string
  /** Type, operation, algorithm, where several were measured. */
  variant: string
  sizeBytes: number
  where: (dimensions: Dimensions) => boolean
}

const named = new Set(['collective', 'size_bytes', 'in_place'])

const variantOf = (dimensions: Dimensions): string =>
  Object.entries(dimensions)
    .filter(([name]) => !named.has(name))
    .map(([, value]) => String(value))
    .sort()
    .join(', ')

/**
 * All-reduce where it was measured, at the largest size that every launch of it has, the fastest type and operation there: the share is of what the link
 * can carry. In-place figures repeat the others.
 */
const settingOf = (launches: readonly Launch[]): Setting | null => {
  const rows = launches.flatMap((launch) => rowsOf(launch, metric).filter(({ dimensions }) => typeof dimensions['size_bytes'] === 'number'))
  const collectives = new Set(rows.map(({ dimensions }) => String(dimensions['collective'] ?? '')))
  const collective = collectives.has('all_reduce') ? 'all_reduce' : [...collectives].sort()[0]
  if (collective === undefined) return null
  const own = (dimensions: Dimensions): boolean => String(dimensions['collective'] ?? '') === collective
  const largest = launches.flatMap((launch) => {
    const sizes = rowsOf(launch, metric, own).map(({ dimensions }) => Number(dimensions['size_bytes']))
    return sizes.length > 0 ? [Math.max(...sizes)] : []
  })
  const sizeBytes = Math.min(...largest)
  const outOfPlace = rows.some(
    ({ dimensions }) => own(dimensions) && dimensions['size_bytes'] === sizeBytes && dimensions['in_place'] === false,
  )
  const atSize = (dimensions: Dimensions): boolean =>
    own(dimensions) && dimensions['size_bytes'] === sizeBytes && (!outOfPlace || dimensions['in_place'] !== true)
  const byVariant = Map.groupBy(
    rows.filter(({ dimensions }) => atSize(dimensions)),
    ({ dimensions }) => variantOf(dimensions),
  )
  const variants = [...byVariant].map(([name, own]) => ({ name, busbw: median(own.map(({ value }) => value)) }))
  const [best] = variants.toSorted((left, right) => right.busbw - left.busbw)
  const where = (dimensions: Dimensions): boolean => atSize(dimensions) && variantOf(dimensions) === best?.name
  return { collective, variant: variants.length > 1 ? (best?.name ?? '') : '', sizeBytes, where }
}

/** Bus bandwidth at the largest size over the line rate of the slowest link crossed. */
export const busBandwidthShare: Reader = (of, { messages, bounds }) => {
  const { launches } = firstEntry(of.launches, (launch) => valueOf(launch, metric) !== null)
  const setting = settingOf(launches)
  const [first] = launches
  if (!first || !setting) return notMeasured(of, 'nccl')
  const { arm, hosts, facts } = first.run
  if (hosts.length === 1) return cannotAnswer('one_host')
  const line = bounds({ metric, dimensions: {}, arm, hosts, facts })
  if (!line || line.value <= 0) return cannotAnswer('no_line_rate')
  const { notes } = messages.indicators
  return {
    kind: 'measured',
    metrics: [metric],
    values: valuesOf(launches, (launch) => {
      const value = valueOf(launch, metric, setting.where)
      return value === null ? null : value / line.value
    }),
    note: fill(notes.collective, {
      collective: [setting.collective, setting.variant].filter(Boolean).join(', '),
      size: formatBytes(setting.sizeBytes),
    }),
    parts: partOf(launches, notes.busbw, 'GB/s', (launch) => valueOf(launch, metric, setting.where)),
    bound: { value: 1, source: line.source },
  }
}
