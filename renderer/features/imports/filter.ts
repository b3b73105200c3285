import type { ImportFilter, StagedFile } from '../../../preload/contract/imports'
import { isDuplicate } from './draft'

export const filters = ['all', 'recognised', 'unrecognised', 'problem', 'duplicate'] as const satisfies readonly ImportFilter[]

/** Read, but with something to look at. */
export const hasWarning = (file: StagedFile): boolean =>
  file.state === 'recognised' &&
  (file.problem !== null || file.recognised.some(({ warnings, problem }) => warnings.length > 0 || problem !== null))

const passes: Record<ImportFilter, (file: StagedFile) => boolean> = {
  all: () => true,
  recognised: ({ state }) => state === 'recognised',
  unrecognised: ({ state }) => state === 'unrecognised',
  problem: hasWarning,
  duplicate: isDuplicate,
}

/** How many files each filter shows. */
export const filterCounts = (files: readonly StagedFile[]): Record<ImportFilter, number> => {
  const counts: Record<ImportFilter, number> = { all: 0, recognised: 0, unrecognised: 0, problem: 0, duplicate: 0 }
  for (const file of files) for (const filter of filters) if (passes[filter](file)) counts[filter] += 1
  return counts
}

export const filtered = (files: readonly StagedFile[], filter: ImportFilter, find: string): StagedFile[] => {
  const text = find.trim().toLowerCase()
  return files.filter((file) => passes[filter](file) && (text === '' || file.path.toLowerCase().includes(text)))
}
