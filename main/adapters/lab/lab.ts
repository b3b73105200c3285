import { existsSync, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ssh2, { type ParsedKey } from 'ssh2'
import type { HardwareModel, PresetName } from './hardware-model'
import { startModelEndpoint } from './model-endpoint'
import { demoPlan, servingDemoPlan, zeroDemoPlan } from './plan'
import { presets } from './presets'
import { abandonProcessesOfLab, endProcessesOfLab } from './processes'
import { LAB_USER } from './sessions'
import { startServer, type LabServer } from './ssh-server'
import {
  hostPath,
  readLabState,
  statePath,
  writeCounters,
  writeLabState,
  type HostCounters,
  type LabFaults,
  type LabHostState,
} from './state'
import { buildSysRoot, renderDriver } from './sys-root'
import { writeWrappers } from './wrappers'

export interface LabOptions {
  /** Everything of the lab lives here; made when absent. */
  dir: string
  seed: number
  preset?: PresetName
  /** Path of the built lab-tool.js. */
  toolEntry: string
  /** What runs it; default: this process's own program. */
  nodePath?: string
  /** 2 (default) to 4: gpu-a, gpu-b, gpu-c, gpu-d. */
  hostCount?: number
  /** Hosts without a GPU, by name. */
  withoutGpu?: string[]
  faults?: LabFaults
  /** Runs a model server on the first host as long as the lab runs. */
  endpoint?: boolean
}

export interface LabHost {
  /** The ssh_config alias. */
  name: string
  port: number
  home: string
  /** The simulated /proc and /sys. */
  sysRoot: string
  addresses: Readonly<Record<string, string>>
}

export interface Lab {
  hosts: LabHost[]
  sshConfigFile: string
  planYaml: string
  /** ZeRO 0 to 3 on both fabrics. */
  zeroPlanYaml: string
  /** The model server, and a load test of it; null without `endpoint`. */
  serving: { url: string; planYaml: string } | null
  /** The model that all simulated numbers come from. */
  truth: HardwareModel
  /** Plants faults from now on. */
  setFaults(faults: LabFaults): void
  /** Ends the servers and every process that sessions left behind; the folder stays. */
  close(): Promise<void>
  /** Ends those processes without waiting, for a program that is about to exit. */
  abandon(): void
}

const HOST_NAMES = ['gpu-a', 'gpu-b', 'gpu-c', 'gpu-d']
/** The hosts have been up for weeks. */
const FIRST_COUNTER = 38_271_441_920

const hostStates = (options: LabOptions, model: HardwareModel): LabHostState[] => {
  const count = options.hostCount ?? 2
  if (!Number.isInteger(count) || count < 2 || count > HOST_NAMES.length)
    throw new RangeError(`hostCount must be 2 to ${HOST_NAMES.length}`)
  return HOST_NAMES.slice(0, count).map((name, position) => ({
    name,
    index: position + 1,
    gpus: options.withoutGpu?.includes(name) ? 0 : model.gpu.count,
    addresses: Object.fromEntries(model.interfaces.map((device) => [device.name, `10.${device.subnet}.0.${position + 1}`])),
  }))
}

const firstCounters = (model: HardwareModel, host: LabHostState): HostCounters =>
  Object.fromEntries(
    ['lo', ...model.interfaces.map(({ name }) => name), ...model.hcas.map(({ name }) => name)].map((device, position) => {
      const bytes = FIRST_COUNTER * (position + host.index)
      return [device, { rxBytes: bytes, txBytes: bytes - (bytes % 4) - 4_096 * position }]
    }),
  )

interface KeyPair {
  privateText: string
  /** `ssh-ed25519 AAAA…` */
  publicText: string
  publicKey: ParsedKey
}

/** About one key in 200 that ssh2 1.17 generates cannot be read back; such a one is thrown away. */
const newKeyPair = (): KeyPair => {
  for (let attempt = 0; attempt < 20; attempt++) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519')
    const readBack = ssh2.utils.parseKey(pair.private)
    const publicKey = ssh2.utils.parseKey(pair.public)
    if (readBack instanceof Error || publicKey instanceof Error) continue
    if (!readBack.getPublicSSH().equals(publicKey.getPublicSSH())) continue
    return { privateText: pair.private, publicText: pair.public.split(' ').slice(0, 2).join(' '), publicKey }
  }
  throw new Error('no usable ed25519 key could be generated')
}

/** An earlier lab in the same folder leaves its hosts; only a folder that bears a lab's state is touched. */
const clearEarlierLab = (dir: string): void => {
  if (!existsSync(statePath(dir, 'lab.json'))) return
  for (const name of ['hosts', 'state']) rmSync(join(dir, name), { recursive: true, force: true })
}

const buildHosts = (dir: string, model: HardwareModel, hosts: LabHostState[], options: LabOptions): void => {
  mkdirSync(statePath(dir, 'listeners'), { recursive: true })
  writeLabState(dir, { preset: model.preset, seed: options.seed, hosts, faults: options.faults ?? {} })
  writeFileSync(statePath(dir, 'launches.json'), '{}')
  const counters = Object.fromEntries(hosts.map((host) => [host.name, firstCounters(model, host)]))
  writeCounters(dir, counters)
  for (const host of hosts) {
    for (const folder of ['home', 'tmp']) mkdirSync(hostPath(dir, host.name, folder), { recursive: true })
    buildSysRoot(dir, model, host, options.seed, counters[host.name] ?? {})
    renderDriver(dir, host, options.faults ?? {})
    writeWrappers(dir, model, host, { nodePath: options.nodePath ?? process.execPath, toolEntry: options.toolEntry })
  }
}

const sshConfig = (servers: { name: string; port: number }[], identityFile: string, knownHostsFile: string): string =>
  servers
    .map(
      ({ name, port }) => `Host ${name}
  HostName 127.0.0.1
  Port ${port}
  User ${LAB_USER}
  IdentityFile "${identityFile}"
  IdentitiesOnly yes
  UserKnownHostsFile "${knownHostsFile}"
  StrictHostKeyChecking yes
`,
    )
    .join('\n')

/** Starts the simulated lab: SSH hosts on loopback whose GPU and fabric tools compute their numbers from a stated model. */
export const startLab = async (options: LabOptions): Promise<Lab> => {
  mkdirSync(options.dir, { recursive: true })
  // Confinement and the mark of our processes compare real paths.
  const dir = realpathSync(options.dir)
  const model = presets[options.preset ?? 'a100-hdr']
  const hosts = hostStates(options, model)
  clearEarlierLab(dir)
  buildHosts(dir, model, hosts, options)
  const userKey = newKeyPair()
  const identityFile = join(dir, 'id_ed25519')
  rmSync(identityFile, { force: true })
  writeFileSync(identityFile, userKey.privateText, { mode: 0o600 })
  writeFileSync(`${identityFile}.pub`, `${userKey.publicText}\n`)
  const servers: (LabServer & { name: string; publicKey: string })[] = []
  let endpoint: string | null = null
  const close = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.close()))
    await endProcessesOfLab(dir)
  }
  try {
    for (const host of hosts) {
      const hostKey = newKeyPair()
      const server = await startServer(dir, host, hostKey.privateText, userKey.publicKey)
      servers.push({ ...server, name: host.name, publicKey: hostKey.publicText })
    }
    if (options.endpoint && hosts[0]) endpoint = await startModelEndpoint(dir, hosts[0])
  } catch (error) {
    await close()
    throw error
  }
  const knownHostsFile = join(dir, 'known_hosts')
  writeFileSync(knownHostsFile, servers.map(({ port, publicKey }) => `[127.0.0.1]:${port} ${publicKey}\n`).join(''))
  const sshConfigFile = join(dir, 'ssh_config')
  writeFileSync(sshConfigFile, sshConfig(servers, identityFile, knownHostsFile))
  return {
    hosts: servers.map(({ name, port }, position) => ({
      name,
      port,
      home: hostPath(dir, name, 'home'),
      sysRoot: hostPath(dir, name, 'root'),
      addresses: hosts[position]?.addresses ?? {},
    })),
    sshConfigFile,
    planYaml: demoPlan(model, hosts, options.seed),
    zeroPlanYaml: zeroDemoPlan(model, hosts, options.seed),
    serving: endpoint === null ? null : { url: endpoint, planYaml: servingDemoPlan(model, hosts, endpoint, options.seed) },
    truth: model,
    setFaults(faults) {
      writeLabState(dir, { ...readLabState(dir), faults })
      for (const host of hosts) renderDriver(dir, host, faults)
    },
    close,
    abandon: () => abandonProcessesOfLab(dir),
  }
}
