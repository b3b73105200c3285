import type { Measurement } from '../../preload/contract'
import type { RunOutput } from '../_kit/probe'
import { textOf } from '../_kit/outcome'

type Role = RunOutput<unknown>['roles'][number]

/** What bpftrace counted until it was stopped. */
export interface Traced {
  /** Segments that were sent again: of the test's connections, and of all. */
  test: number
  all: number
  /** The kernel's number of a reason -> packets dropped for it; null: this kernel tells no reasons. */
  drops: ReadonlyMap<number, number> | null
}

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line) as unknown
  } catch (error) {
    // A line that was cut when bpftrace ended.
    if (error instanceof SyntaxError) return null
    throw error
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const countOf = (value: unknown): number | null => (typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : null)

/** With the drops by reason there are four probes, the last word among them. */
const probesWithReasons = 4

const addMap = (into: { test: number; all: number; drops: Map<number, number> }, data: Record<string, unknown>): void => {
  into.all = countOf(data['@all']) ?? into.all
  into.test = countOf(data['@test']) ?? into.test
  const drops = data['@drops']
  if (!isObject(drops)) return
  for (const [reason, value] of Object.entries(drops)) {
    const count = countOf(value)
    if (/^\d{1,6}$/.test(reason) && count !== null) into.drops.set(Number(reason), count)
  }
}

/** The maps that `bpftrace -f json` prints at its end; null when it was not attached, or never said its last word. A map that stayed empty is not printed. */
export const readTrace = (text: string): Traced | null => {
  let probes: number | null = null
  let ended = false
  const found = { test: 0, all: 0, drops: new Map<number, number>() }
  for (const line of text.split('\n')) {
    const message = line.startsWith('{') && line.length < 1_000_000 ? parsed(line) : null
    if (!isObject(message)) continue
    if (message['type'] === 'printf' && message['data'] === 'ended\n') ended = true
    if (!isObject(message['data'])) continue
    if (message['type'] === 'attached_probes') probes = countOf(message['data']['probes'])
    else if (message['type'] === 'map') addMap(found, message['data'])
  }
  return probes === null || !ended ? null : { ...found, drops: probes >= probesWithReasons ? found.drops : null }
}

/** Names of the kernel's drop reasons, from the list in its tracepoint: `{ 2, "NOT_SPECIFIED" }, …`. */
export const readReasons = (text: string): ReadonlyMap<number, string> =>
  new Map(
    [...text.slice(0, 100_000).matchAll(/\{ ?(\d{1,6}), ?"([A-Z0-9_]{1,80})" ?\}/g)].map(([, number, name]) => [
      Number(number),
      name ?? '',
    ]),
  )

/** What bpftrace saw at one end of a launch: everything that this machine resent and dropped. */
export const tracedMeasurements = (role: Role | undefined): Measurement[] => {
  const traced = readTrace(textOf(role, 'trace.jsonl') ?? '')
  if (!role || traced === null) return []
  const end = role.role
  const names = readReasons(textOf(role, 'drop-reasons.txt') ?? '')
  return [
    { metric: 'tcp.resent_traced', unit: '1', value: traced.test, dimensions: { end, connections: 'test' } },
    { metric: 'tcp.resent_traced', unit: '1', value: traced.all, dimensions: { end, connections: 'all' } },
    ...[...(traced.drops ?? [])].map(([reason, value]): Measurement => ({
      metric: 'tcp.drops_traced',
      unit: '1',
      value,
      dimensions: { end, reason: names.get(reason) ?? String(reason) },
    })),
  ]
}
