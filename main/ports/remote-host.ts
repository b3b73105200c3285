import type { HostSpec, PromptRequest } from '../../preload/contract'

export interface ExecOptions {
  /** Sent whole, then closed. Absent: closed at once. */
  stdin?: string | Uint8Array
  /**
   * Called for every chunk as it arrives; then `stdout` of the result stays empty. While a returned promise is pending the
   * command is held back (a few MiB may still come); its rejection ends the command.
   */
  onStdout?: (chunk: Uint8Array) => Promise<void> | void
  signal?: AbortSignal
  /** Fails with remote.timed_out when the command has not ended by then. */
  timeoutMs?: number
  /** Fails with ssh.connection_lost when no byte arrived for so long. */
  idleTimeoutMs?: number
  /** Most bytes kept of stdout and of stderr; more fails with remote.tool_failed. Default 64 MiB. */
  maxBytes?: number
}

export interface ExecResult {
  exitCode: number | null
  /** Name without SIG, when a signal ended it. */
  signal: string | null
  stdout: Uint8Array
  stderr: string
}

/**
 * A host that runs commands. `command` goes to the login shell as one line, so callers keep it free of anything
 * a csh or fish would read otherwise, and send programs on stdin (`sh -s`).
 * Rejects with AppError ssh.* when the connection dies, never hangs on a dead link.
 */
export interface RemoteHost {
  /** `user@host:port`, or `local`. */
  readonly target: string
  /** The server's identification string, e.g. `OpenSSH_9.2p1`; null for the local host. */
  readonly serverSoftware: string | null
  readonly cipher: string | null
  exec(command: string, options?: ExecOptions): Promise<ExecResult>
}

/** Asks the user; null when the user declines or nobody can be asked. */
export type Ask = (request: DistributiveOmit<PromptRequest, 'id'>, signal?: AbortSignal) => Promise<string[] | null>
export type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

export interface HostPool {
  /** A connected host; reuses a live connection, connects (and asks) otherwise. */
  get(spec: HostSpec, signal?: AbortSignal): Promise<RemoteHost>
  /** Resolved `user@host:port` without connecting; `local` for this machine. */
  describe(spec: HostSpec): string
  /** Aliases named in the ssh_config (no patterns). */
  aliases(): string[]
  closeAll(): Promise<void>
}
