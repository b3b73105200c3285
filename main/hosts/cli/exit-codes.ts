import type { ProblemCode } from '../../../preload/contract'

export const exitCodes = { done: 0, failed: 1, cannotAnswer: 2, usage: 64, unreachable: 69, refused: 77 } as const

const refused: ReadonlySet<ProblemCode> = new Set([
  'ssh.auth_failed',
  'ssh.host_key_unknown',
  'ssh.host_key_changed',
  'ssh.host_key_revoked',
  'ssh.cert_authority_unsupported',
  'ssh.proxy_command_refused',
  'remote.not_permitted',
])

/** The exit code that a problem ends the command line with. */
export const exitCodeOf = (code: ProblemCode): number => {
  if (refused.has(code)) return exitCodes.refused
  if (code === 'ssh.unreachable' || code === 'ssh.connection_lost') return exitCodes.unreachable
  if (code === 'input.invalid' || code === 'input.usage' || code === 'ssh.config_invalid') return exitCodes.usage
  return exitCodes.failed
}
