import { spawn } from 'node:child_process'
import { basename } from 'node:path'
import { collectives } from '../hardware-model'
import { findHost, type LabHostState } from '../state'
import { wholeNumber } from './arguments'
import type { Tool, ToolContext } from './context'
import { ncclTest } from './nccl'
import type { RankLayout } from './ranks'

export const MPI_VERSION = 'mpirun (Open MPI) 4.1.5'

/** How many words follow an option of Open MPI 4; what is not named here takes none. */
const OPTION_WORDS: Record<string, number> = {
  mca: 2,
  gmca: 2,
  x: 1,
  np: 1,
  n: 1,
  c: 1,
  N: 1,
  npernode: 1,
  'map-by': 1,
  'bind-to': 1,
  'rank-by': 1,
  host: 1,
  H: 1,
  hostfile: 1,
  machinefile: 1,
  prefix: 1,
  wdir: 1,
  timeout: 1,
  'report-pid': 1,
  output: 1,
  'output-filename': 1,
}

interface Launch {
  ranks: number | null
  hosts: string[]
  exported: string[]
  command: string[]
  version: boolean
}

const readCommandLine = (args: string[]): Launch => {
  const launch: Launch = { ranks: null, hosts: [], exported: [], command: [], version: false }
  const queue = [...args]
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (!word.startsWith('-')) {
      launch.command = [word, ...queue]
      break
    }
    const name = word.replace(/^--?/, '')
    const values = queue.splice(0, OPTION_WORDS[name] ?? 0)
    if (name === 'np' || name === 'n' || name === 'c') launch.ranks = wholeNumber(values[0], 0)
    else if (name === 'host' || name === 'H') launch.hosts.push(...(values[0] ?? '').split(','))
    else if (name === 'x') launch.exported.push(values[0] ?? '')
    else if (name === 'version' || name === 'V') launch.version = true
  }
  return launch
}

/** `a:8,b:8` filled slot by slot, as Open MPI does; null with the message of the tool when it cannot. */
const placeRanks = (context: ToolContext, launch: Launch): LabHostState[] | string => {
  const slots: LabHostState[] = []
  for (const entry of launch.hosts.length > 0 ? launch.hosts : [context.host.name]) {
    const [name = '', count] = entry.split(':')
    const host = findHost(context.state, name)?.host
    if (!host)
      return `ssh: Could not resolve hostname ${name}: Name or service not known\nORTE was unable to reliably start one or more daemons.`
    const slotCount = wholeNumber(count, launch.hosts.length > 0 ? 1 : (launch.ranks ?? 1))
    for (let slot = 0; slot < (slotCount ?? 0); slot++) slots.push(host)
  }
  const ranks = launch.ranks ?? slots.length
  if (ranks < 1 || ranks > slots.length) {
    return `There are not enough slots available in the system to satisfy the ${ranks}\nslots that were requested by the application:\n\n  ${launch.command[0] ?? ''}`
  }
  return slots.slice(0, ranks)
}

const forwardedVariables = (context: ToolContext, exported: string[]): Record<string, string> => {
  const forwarded: Record<string, string> = {}
  for (const entry of exported) {
    const at = entry.indexOf('=')
    const name = at < 0 ? entry : entry.slice(0, at)
    const value = at < 0 ? context.env[name] : entry.slice(at + 1)
    if (value !== undefined) forwarded[name] = value
    else context.warn(`Warning: could not find environment variable "${name}"`)
  }
  return forwarded
}

/** Anything that is no simulated benchmark runs for real, once, and may start one (`sh -c 'exec all_reduce_perf …'`). */
const runProgram = (context: ToolContext, command: string[], layout: RankLayout): Promise<number> =>
  new Promise((resolve) => {
    const ranks = JSON.stringify({ hosts: layout.hosts.map((host) => host.name), forwarded: layout.forwarded })
    const child = spawn(command[0] ?? '', command.slice(1), {
      stdio: 'inherit',
      env: { ...context.env, ...layout.forwarded, HEADROOM_LAB_RANKS: ranks },
    })
    child.once('error', () => {
      context.warn(`mpirun was unable to find the specified executable file, and therefore did not launch the job: ${command[0] ?? ''}`)
      resolve(134)
    })
    child.once('exit', (code) => resolve(code ?? 137))
  })

/** mpirun of Open MPI 4: lays out ranks over the simulated hosts and starts one simulated benchmark over all of them. */
export const mpirun: Tool = async (args, context) => {
  const launch = readCommandLine(args)
  if (launch.version) {
    context.print(`${MPI_VERSION}\n\nReport bugs to http://www.open-mpi.org/community/help/`)
    return 0
  }
  const program = basename(launch.command[0] ?? '')
  if (program === '') {
    context.warn('mpirun could not find anything to do.')
    return 1
  }
  const hosts = placeRanks(context, launch)
  if (typeof hosts === 'string') {
    context.warn(hosts)
    return 1
  }
  const layout: RankLayout = { hosts, forwarded: forwardedVariables(context, launch.exported) }
  const collective = collectives.find((name) => program === `${name}_perf` || program === `${name}_perf_mpi`)
  if (!collective) return runProgram(context, launch.command, layout)
  const first = hosts[0] ?? context.host
  return ncclTest(collective, layout)(launch.command.slice(1), { ...context, host: first, env: { ...context.env, ...layout.forwarded } })
}
