import type { Unit } from '../../../preload/contract'

export interface CanonicalValue {
  unit: Unit
  value: number
}

/** Factor to the canonical unit. Case counts: `Gb/s` is bits, `GB/s` is bytes; prefixes with i are powers of 1024. */
const toCanonical: Readonly<Record<string, readonly [Unit, number]>> = {
  ns: ['us', 1e-3],
  us: ['us', 1],
  usec: ['us', 1],
  ms: ['us', 1e3],
  s: ['us', 1e6],
  'bit/s': ['GB/s', 1.25e-10],
  'kbit/s': ['GB/s', 1.25e-7],
  'Mb/s': ['GB/s', 1.25e-4],
  'Mbit/s': ['GB/s', 1.25e-4],
  'Gb/s': ['GB/s', 0.125],
  'Gb/sec': ['GB/s', 0.125],
  'Gbit/s': ['GB/s', 0.125],
  'B/s': ['GB/s', 1e-9],
  'KB/s': ['GB/s', 1e-6],
  'MB/s': ['GB/s', 1e-3],
  'MB/sec': ['GB/s', 1e-3],
  'GB/s': ['GB/s', 1],
  'GB/sec': ['GB/s', 1],
  'TB/s': ['GB/s', 1e3],
  'KiB/s': ['GB/s', 1024 / 1e9],
  'MiB/s': ['GB/s', 1024 ** 2 / 1e9],
  'MiB/sec': ['GB/s', 1024 ** 2 / 1e9],
  'GiB/s': ['GB/s', 1024 ** 3 / 1e9],
  B: ['bytes', 1],
  bytes: ['bytes', 1],
  kB: ['bytes', 1e3],
  MB: ['bytes', 1e6],
  GB: ['bytes', 1e9],
  KiB: ['bytes', 1024],
  MiB: ['bytes', 1024 ** 2],
  GiB: ['bytes', 1024 ** 3],
  TiB: ['bytes', 1024 ** 4],
  '1/s': ['1/s', 1],
  Mpps: ['1/s', 1e6],
  '%': ['1', 0.01],
  '1': ['1', 1],
  'FLOP/s': ['FLOP/s', 1],
  'GFLOP/s': ['FLOP/s', 1e9],
  'TFLOP/s': ['FLOP/s', 1e12],
  W: ['W', 1],
  mW: ['W', 1e-3],
  degC: ['degC', 1],
  MHz: ['MHz', 1],
  GHz: ['MHz', 1e3],
}

/** A value in its canonical unit (product.md's list); null for a unit that is not known exactly as written, or a value that is no number. */
export const toCanonicalUnit = (value: number, unit: string): CanonicalValue | null => {
  const known = Object.hasOwn(toCanonical, unit) ? toCanonical[unit] : undefined
  return known && Number.isFinite(value) ? { unit: known[0], value: value * known[1] } : null
}

/** Line rate in GB/s from Gb/s. */
export const gbpsToGBps = (rateGbps: number): number => rateGbps / 8
