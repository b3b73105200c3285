import { z } from './zod'

/** Every expected failure. `messages/*` maps each to {title, why, fix}; a missing one does not compile. */
export const problemCodes = [
  'ssh.unreachable',
  'ssh.auth_failed',
  'ssh.host_key_unknown',
  'ssh.host_key_changed',
  'ssh.host_key_revoked',
  'ssh.cert_authority_unsupported',
  'ssh.proxy_command_refused',
  'ssh.config_invalid',
  'ssh.connection_lost',
  'remote.tool_missing',
  'remote.no_gpu',
  'remote.no_hca',
  'remote.no_interface',
  'remote.not_permitted',
  'remote.disk_full',
  'remote.killed',
  'remote.timed_out',
  'remote.lost',
  'remote.rebooted',
  'remote.tool_failed',
  'remote.out_of_memory',
  'remote.not_listening',
  'remote.python_missing',
  'remote.checksum_mismatch',
  'parse.unrecognised',
  'parse.truncated',
  'parse.unit_unknown',
  'parse.ambiguous_number',
  'parse.no_rows',
  'parse.no_kernels',
  'parse.too_large',
  'parse.tool_reported_error',
  'transport.contradicted',
  'store.busy',
  'store.newer',
  'store.damaged',
  'store.not_found',
  'store.disk_full',
  'report.no_browser',
  'report.failed',
  'input.invalid',
  'input.usage',
  'input.file_unreadable',
  'input.cancelled',
  'run.cancelled',
  'internal',
] as const
export const problemCode = z.enum(problemCodes)
export type ProblemCode = z.infer<typeof problemCode>

/** `message` is the specific sentence (what happened, in English); title, why and fix come from the catalogue by code. */
export const problem = z.object({
  code: problemCode,
  message: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  /** A literal quote from the log, host or file. */
  evidence: z.string().optional(),
})
export type Problem = z.infer<typeof problem>

export const warning = z.object({ code: z.string(), message: z.string() })
export type Warning = z.infer<typeof warning>
