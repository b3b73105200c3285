import type { FactValue } from '../../../preload/contract'

const names = new Set([
  'ID',
  'Process ID',
  'Process Name',
  'Host Name',
  'Kernel Name',
  'Kernel Time',
  'Context',
  'Stream',
  'Block Size',
  'Grid Size',
  'Device',
  'CC',
  'Invocations',
  'Section Name',
])

/** Columns that say which launch it is; NVTX columns (`Id:Domain:Start/Stop_Range:…`) do too. */
export const isIdentity = (name: string): boolean => names.has(name) || name.includes(':Domain:') || name.startsWith('thread Domain:')

const sizes = (text: string | null): number[] | null => {
  const match = /^\((\d{1,10}), ?(\d{1,10}), ?(\d{1,10})\)$/.exec((text ?? '').trim())
  return match ? match.slice(1).map(Number) : null
}

/** Facts from the columns that all launches agree on; `cell` is null for one that they do not. */
export const identityFacts = (cell: (name: string) => string | null): Record<string, FactValue> => {
  const [grid, block] = [sizes(cell('Grid Size')), sizes(cell('Block Size'))]
  const texts = { cc: cell('CC'), process: cell('Process Name'), host: cell('Host Name'), device: cell('Device') }
  return {
    ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== null && text !== '')),
    ...(grid ? { grid } : {}),
    ...(block ? { block } : {}),
  }
}
