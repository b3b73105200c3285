import type { TargetChange, Unit } from '../../../preload/contract'

/** How many of the canonical unit each suffix is. */
const suffixes: Partial<Record<Unit, Record<string, number>>> = {
  us: { us: 1, µs: 1, ms: 1e3, s: 1e6 },
  '1': { '%': 0.01 },
  bytes: { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, TiB: 1024 ** 4, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 },
  '1/s': { '/s': 1, '1/s': 1 },
}

/** Suffixes that a target of the unit may have; without one it counts in the unit itself. */
export const suffixesOf = (unit: Unit): string[] => Object.keys(suffixes[unit] ?? {})

/** `800ms`, `0.92`, `92 %`, `40GiB`, `none`, `default` as a target; undefined: it is none of these. */
export const readTarget = (text: string, unit: Unit): TargetChange['value'] | undefined => {
  const trimmed = text.trim()
  if (trimmed === 'default') return 'default'
  if (trimmed === 'none') return null
  const [, digits = '', suffix = ''] = /^(\d{1,15}(?:\.\d{1,9})?)\s{0,3}(\S{0,4})$/.exec(trimmed) ?? []
  const known = suffixes[unit] ?? {}
  const factor = suffix === '' ? 1 : Object.hasOwn(known, suffix) ? known[suffix] : undefined
  // Decimal places of 92 % as 0.92, not 0.9200000000000001.
  const value = digits === '' || factor === undefined ? Number.NaN : Number((Number(digits) * factor).toPrecision(15))
  return value > 0 && Number.isFinite(value) ? value : undefined
}

/** `id=value` of the command line. */
export const splitSetting = (text: string): { id: string; value: string } | null => {
  const at = text.indexOf('=')
  return at > 0 ? { id: text.slice(0, at).trim(), value: text.slice(at + 1) } : null
}
