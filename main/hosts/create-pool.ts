import { createLocalHost } from '../adapters/local'
import { createHostPool } from '../adapters/ssh'
import type { Ask, HostPool } from '../ports/remote-host'

/** Hosts by SSH and this machine; `sshConfigFile` undefined means ~/.ssh/config, then /etc/ssh/ssh_config. */
export const createPool = (sshConfigFile: string | undefined, ask: Ask): HostPool =>
  createHostPool({
    sshConfigFile: sshConfigFile ?? null,
    ask,
    local: createLocalHost(),
    warn: (message) => process.stderr.write(`${message}\n`),
  })
