import ssh2 from 'ssh2'

/** ssh2 is CommonJS and Node sees only some of its names, so they are taken from the default export here. */
export const { BaseAgent, Client, OpenSSHAgent, utils } = ssh2
