import type { StagedFile } from '../../../preload/contract/imports'

/** A recognised file of ten values, but for what is asked. */
export const stagedFile = ({ probe = 'nccl', ...change }: Partial<StagedFile> & { path: string; probe?: string }): StagedFile => ({
  bytes: 2048,
  state: 'recognised',
  sha256: 'ab'.repeat(32),
  recognised:
    change.state === undefined || change.state === 'recognised'
      ? [{ probe, tool: { name: 'tool', version: null }, values: 10, rows: { understood: 5, skipped: 0 }, warnings: [], problem: null }]
      : [],
  problem: null,
  redactedSecrets: 0,
  arm: {},
  launch: null,
  rank: null,
  duplicate: null,
  sameAs: null,
  ...change,
})
