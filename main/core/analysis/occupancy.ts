import type { Occupancy } from '../../../preload/contract'
import { firstOf, type ProfiledLaunch } from './kernel-launches'

/** What an SM holds; shared memory in bytes. */
export interface SmResources {
  maxWarps: number
  maxBlocks: number
  registers: number
  sharedBytes: number
  /** Taken by the system of each block. */
  reservedSharedBytes: number
  /** Shared memory is given out in multiples of it. */
  sharedUnitBytes: number
}

const warpSize = 32
/** Registers are given out per warp in multiples of it; an SM has four parts, and a warp lies in one. */
const registerUnit = 256
const smParts = 4

const sm = (maxWarps: number, maxBlocks: number, sharedKiB: number, isNew: boolean): SmResources => ({
  maxWarps,
  maxBlocks,
  registers: 65_536,
  sharedBytes: sharedKiB * 1024,
  reservedSharedBytes: isNew ? 1024 : 0,
  sharedUnitBytes: isNew ? 128 : 256,
})

/** By compute capability (CUDA C programming guide, technical specifications). */
const resources: Readonly<Record<string, SmResources>> = {
  '6.0': sm(64, 32, 64, false),
  '6.1': sm(64, 32, 96, false),
  '7.0': sm(64, 32, 96, false),
  '7.5': sm(32, 16, 64, false),
  '8.0': sm(64, 32, 164, true),
  '8.6': sm(48, 16, 100, true),
  '8.9': sm(48, 24, 100, true),
  '9.0': sm(64, 32, 228, true),
  '10.0': sm(64, 32, 228, true),
}

export const resourcesOf = (computeCapability: string | null): SmResources | null =>
  computeCapability !== null && Object.hasOwn(resources, computeCapability) ? (resources[computeCapability] ?? null) : null

export interface BlockShape {
  threads: number
  registersPerThread: number
  /** Static and dynamic. */
  sharedBytes: number
}

export type BlockLimits = Record<'blocks' | 'warps' | 'registers' | 'shared_memory', number>

const upTo = (value: number, unit: number): number => Math.ceil(value / unit) * unit

/** Blocks that each resource of an SM has room for, as the published occupancy calculator counts; infinite for what a block takes nothing of. */
export const blockLimits = (of: SmResources, shape: BlockShape): BlockLimits => {
  const warps = Math.ceil(shape.threads / warpSize)
  const perWarp = upTo(shape.registersPerThread * warpSize, registerUnit)
  const warpsByRegisters = perWarp === 0 ? Infinity : smParts * Math.floor(of.registers / smParts / perWarp)
  const shared = upTo(shape.sharedBytes + of.reservedSharedBytes, of.sharedUnitBytes)
  return {
    blocks: of.maxBlocks,
    warps: Math.floor(of.maxWarps / warps),
    registers: perWarp === 0 ? Infinity : Math.floor(warpsByRegisters / warps),
    shared_memory: shared === 0 ? Infinity : Math.floor(of.sharedBytes / shared),
  }
}

/** Resident warps over the most that an SM holds, and the resources that allow no more blocks. */
export const theoreticalOccupancy = (
  limits: BlockLimits,
  threads: number,
  maxWarps: number,
): { share: number; limiters: (keyof BlockLimits)[] } => {
  const blocks = Math.min(...Object.values(limits))
  const share = Math.min(1, (blocks * Math.ceil(threads / warpSize)) / maxWarps)
  const names = Object.keys(limits) as (keyof BlockLimits)[]
  return { share, limiters: names.filter((name) => limits[name] === blocks) }
}

/** The limits that ncu names itself win over the table. */
const limitsOf = (launch: ProfiledLaunch, of: SmResources | null, shape: BlockShape | null): BlockLimits | null => {
  const [blocks, warps, registers, shared] = ['blocks', 'warps', 'registers', 'shared_mem'].map((name) =>
    firstOf(launch, `launch__occupancy_limit_${name}`),
  )
  if (typeof blocks === 'number' && typeof warps === 'number' && typeof registers === 'number' && typeof shared === 'number')
    return { blocks, warps, registers, shared_memory: shared }
  return of && shape ? blockLimits(of, shape) : null
}

/** Achieved and theoretical occupancy of a launch, and what holds it down. `missing` names what an answer lacks. */
export const occupancyOf = (launch: ProfiledLaunch, computeCapability: string | null): Occupancy => {
  const of = resourcesOf(computeCapability)
  const threads = firstOf(launch, 'kernel.block_size')
  const registersPerThread = firstOf(launch, 'kernel.registers_per_thread')
  const fixed = firstOf(launch, 'kernel.shared_mem_static')
  const asked = firstOf(launch, 'kernel.shared_mem_dynamic')
  const missing = [
    ...(of === null ? [`compute capability ${computeCapability ?? 'unknown'}`] : []),
    ...(threads === null ? ['launch__block_size'] : []),
    ...(registersPerThread === null ? ['launch__registers_per_thread'] : []),
    ...(fixed === null ? ['launch__shared_mem_per_block_static'] : []),
    ...(asked === null ? ['launch__shared_mem_per_block_dynamic'] : []),
  ]
  const shape =
    threads === null || registersPerThread === null || fixed === null || asked === null
      ? null
      : { threads, registersPerThread, sharedBytes: fixed + asked }
  const limits = limitsOf(launch, of, shape)
  const achieved = firstOf(launch, 'kernel.occupancy_achieved')
  if (limits === null || threads === null || of === null) {
    const unknown = { blocks: null, warps: null, registers: null, shared_memory: null }
    return { achieved, theoretical: firstOf(launch, 'kernel.occupancy_theoretical'), limits: unknown, limiters: [], missing }
  }
  const { share, limiters } = theoreticalOccupancy(limits, threads, of.maxWarps)
  const known = (limit: number): number | null => (Number.isFinite(limit) ? limit : null)
  const shown = {
    blocks: known(limits.blocks),
    warps: known(limits.warps),
    registers: known(limits.registers),
    shared_memory: known(limits.shared_memory),
  }
  return { achieved, theoretical: firstOf(launch, 'kernel.occupancy_theoretical') ?? share, limits: shown, limiters, missing: [] }
}
