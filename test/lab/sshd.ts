import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import net from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import path from 'node:path'

/** OpenSSH's daemon, where the system has it. sshd insists on an absolute path. */
export const sshdPath: string | null = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/bin/sshd'].find((file) => existsSync(file)) ?? null

export type HostKeyType = 'ed25519' | 'ecdsa' | 'rsa'

export interface SshdOptions {
  /** Default: a free port of 127.0.0.1. */
  port?: number
  /** Default: ed25519 only. */
  hostKeyTypes?: HostKeyType[]
  /** Public keys that may log in; default: the key of `clientKeyPath`. */
  authorizedKeys?: string[]
  /** Lines put before the defaults of the configuration, so they win. */
  config?: string[]
  /** Reuse the files of an earlier server: same folder, same host keys. */
  dir?: string
}

export interface TestSshd {
  port: number
  pid: number
  /** Removed by stop(). */
  dir: string
  /** $HOME of the commands: an empty folder, so neither the user's files nor a slow .bashrc take part. */
  home: string
  user: string
  /** A private key that may log in. */
  clientKeyPath: string
  hostKeyPath(type?: HostKeyType): string
  /** `ssh-ed25519 AAAA…`, without a comment. */
  hostPublicKey(type?: HostKeyType): string
  /** What the server wrote to its log so far. */
  log(): string
  /** Process ids of the servers of live connections. */
  connectionPids(): number[]
  /** Ends the listener and every connection; `keepFiles` leaves the folder for a restart. */
  stop(options?: { keepFiles?: boolean }): Promise<void>
}

/** A port of 127.0.0.1 on which nothing listens at this moment. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = net.createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port'))))
    })
  })

/** Makes a key pair with ssh-keygen and returns the private key's path. */
export const makeKey = (file: string, options: { type?: HostKeyType; passphrase?: string; args?: string[] } = {}): string => {
  const { type = 'ed25519', passphrase = '', args = [] } = options
  if (!existsSync(file)) execFileSync('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-C', 'lab', ...args, '-f', file])
  return file
}

/** `type base64` of a public key file. */
export const publicKeyOf = (privateKeyPath: string): string => {
  const text = execFileSync('cat', [`${privateKeyPath}.pub`], { encoding: 'utf8' })
  return text.trim().split(' ').slice(0, 2).join(' ')
}

const childrenOf = (pid: number): number[] => {
  try {
    return execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .filter(Boolean)
      .map(Number)
  } catch {
    // pgrep exits with 1 when there is none.
    return []
  }
}

const descendantsOf = (pid: number): number[] => childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)])

const kill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = net.connect({ host: '127.0.0.1', port })
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })

const waitForListening = async (child: ChildProcess, port: number, log: () => string): Promise<void> => {
  const deadline = performance.now() + 15_000
  while (!(await answers(port))) {
    if (child.exitCode !== null || performance.now() > deadline) {
      child.kill('SIGKILL')
      throw new Error(`sshd did not start:\n${log()}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** Starts a real sshd on 127.0.0.1 for the current user, with keys of its own in a temporary folder. */
export const startSshd = async (options: SshdOptions = {}): Promise<TestSshd> => {
  if (sshdPath === null) throw new Error('sshd is not installed')
  const dir = options.dir ?? (await mkdtemp(path.join(tmpdir(), 'headroom-sshd-')))
  const port = options.port ?? (await freePort())
  const types = options.hostKeyTypes ?? ['ed25519']
  const hostKeys = types.map((type) => makeKey(path.join(dir, `host_${type}`), { type }))
  const clientKeyPath = makeKey(path.join(dir, 'client_key'))
  const authorizedKeys = options.authorizedKeys ?? [publicKeyOf(clientKeyPath)]
  await writeFile(path.join(dir, 'authorized_keys'), authorizedKeys.map((key) => `${key}\n`).join(''), { mode: 0o600 })
  const home = path.join(dir, 'home')
  await mkdir(home, { recursive: true })
  const config = [
    ...(options.config ?? []),
    `SetEnv HOME=${home}`,
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    ...hostKeys.map((file) => `HostKey ${file}`),
    `AuthorizedKeysFile ${path.join(dir, 'authorized_keys')}`,
    'PidFile none',
    'UsePAM no',
    'StrictModes no',
    'PermitRootLogin yes',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'UseDNS no',
    'LogLevel VERBOSE',
  ]
  const configFile = path.join(dir, 'sshd_config')
  await writeFile(configFile, `${config.join('\n')}\n`)
  // The privilege separation folder is made by the service's unit, which does not run here.
  if (userInfo().uid === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 })
  const child = spawn(sshdPath, ['-D', '-e', '-f', configFile], { stdio: ['ignore', 'ignore', 'pipe'], detached: true })
  let logText = ''
  child.stderr.on('data', (chunk: Buffer) => (logText += chunk.toString()))
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await waitForListening(child, port, () => logText)
  const pid = child.pid ?? 0
  return {
    port,
    pid,
    dir,
    home,
    user: userInfo().username,
    clientKeyPath,
    hostKeyPath: (type = types[0] ?? 'ed25519') => path.join(dir, `host_${type}`),
    hostPublicKey: (type = types[0] ?? 'ed25519') => publicKeyOf(path.join(dir, `host_${type}`)),
    log: () => logText,
    connectionPids: () => childrenOf(pid),
    stop: async ({ keepFiles = false } = {}) => {
      const pids = child.exitCode === null ? [pid, ...descendantsOf(pid)] : []
      pids.forEach(kill)
      if (child.exitCode === null && child.signalCode === null) await exited
      if (!keepFiles) await rm(dir, { recursive: true, force: true })
    },
  }
}

/** Writes a client's ssh_config for the given hosts, with a known_hosts beside it; returns its path. */
export const writeSshConfig = async (
  dir: string,
  hosts: Record<string, { sshd: TestSshd; lines?: string[] }>,
  common: string[] = [],
): Promise<string> => {
  const blocks = Object.entries(hosts).map(([alias, { sshd, lines = [] }]) =>
    [`Host ${alias}`, ...lines, 'HostName 127.0.0.1', `Port ${sshd.port}`, `User ${sshd.user}`, `IdentityFile ${sshd.clientKeyPath}`].join(
      '\n  ',
    ),
  )
  const shared = [
    'Host *',
    ...common,
    `UserKnownHostsFile ${path.join(dir, 'known_hosts')}`,
    'GlobalKnownHostsFile none',
    'IdentityAgent none',
  ].join('\n  ')
  const file = path.join(dir, 'ssh_config')
  await writeFile(file, `${blocks.join('\n')}\n${shared}\n`)
  return file
}

/** Lines of known_hosts that make the servers known. */
export const knownHostsFor = (servers: TestSshd[]): string =>
  servers.map((sshd) => `[127.0.0.1]:${sshd.port} ${sshd.hostPublicKey()}\n`).join('')

/** The whole text of a file, empty when it does not exist. */
export const readIfThere = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
