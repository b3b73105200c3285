import { linkOf, type HcaModel, type InterfaceModel, type LinkModel } from '../hardware-model'
import { routeOf, type ToolContext } from './context'
import type { NcclTest } from './nccl-report'

/** The network that NCCL took, and the one it says it took. */
export interface NcclTransport {
  link: LinkModel
  logged: LinkModel
  /** Interface of the bootstrap (out of band) connections. */
  bootstrap: InterfaceModel
}

export interface NcclRefusal {
  failure: string
  log: string[]
}

/** NCCL's lists: `=a,b` exact, `^a` all but, otherwise prefixes. Port numbers after ":" are compared when given. */
export const matchesList = (list: string, name: string): boolean => {
  const exclude = list.startsWith('^')
  const body = exclude ? list.slice(1) : list
  const exact = body.startsWith('=')
  const wanted = (exact ? body.slice(1) : body)
    .split(',')
    .map((entry) => entry.split(':')[0] ?? '')
    .filter((entry) => entry !== '')
  const found = wanted.some((entry) => (exact ? entry === name : name.startsWith(entry)))
  return exclude ? !found : found
}

/** Without a list NCCL prefers interfaces that begin with "ib". */
const socketInterface = (context: ToolContext, list: string | undefined): InterfaceModel | undefined => {
  const { interfaces } = context.model
  if (list !== undefined && list !== '') return interfaces.find(({ name }) => matchesList(list, name))
  return interfaces.find(({ name }) => name.startsWith('ib')) ?? interfaces[0]
}

const usableHca = (context: ToolContext, env: ToolContext['env']): HcaModel | undefined => {
  if (env['NCCL_IB_DISABLE'] === '1') return undefined
  const list = env['NCCL_IB_HCA']
  return context.model.hcas.find(({ name }) => list === undefined || list === '' || matchesList(list, name))
}

const wantedNetwork = (context: ToolContext, env: ToolContext['env']): 'Socket' | 'IB' => {
  const asked = env['NCCL_NET']?.toUpperCase()
  if (asked === 'SOCKET') return 'Socket'
  if (asked === 'IB') return 'IB'
  return usableHca(context, env) ? 'IB' : 'Socket'
}

const refusal = (context: ToolContext, warning: string, error: string): NcclRefusal => ({
  log: [`${context.host.name}:${process.pid}:${process.pid} [0] ${warning}`],
  failure: `${context.host.name}: Test NCCL failure common.cu:1049 '${error}'\n .. ${context.host.name} pid ${process.pid}: Test failure common.cu:891`,
})

/** What the environment selects, as NCCL would; the far ranks see only what mpirun forwards. */
export const chooseTransport = (context: ToolContext, test: Pick<NcclTest, 'hosts' | 'forwarded'>): NcclTransport | NcclRefusal => {
  const { env } = context
  const bootstrap = socketInterface(context, env['NCCL_SOCKET_IFNAME'])
  if (!bootstrap)
    return refusal(
      context,
      'bootstrap.cc:71 NCCL WARN Bootstrap : no socket interface found',
      'internal error - please report this issue to the NCCL developers',
    )
  const network = wantedNetwork(context, env)
  const nodes = new Set(test.hosts).size
  if (nodes > 1 && test.forwarded !== null && wantedNetwork(context, test.forwarded) !== network) {
    return refusal(
      context,
      'net.cc:204 NCCL WARN The ranks chose different networks: NCCL_NET is not the same everywhere',
      'remote process exited or there was a network error',
    )
  }
  if (network === 'Socket') {
    return { link: routeOf(context, 'socket', bootstrap.name), logged: loggedLink(context, 'socket', bootstrap.name), bootstrap }
  }
  const hca = usableHca(context, env)
  if (!hca)
    return refusal(context, 'net.cc:312 NCCL WARN Error: network IB not found.', 'invalid usage (run with NCCL_DEBUG=WARN for details)')
  return { link: routeOf(context, 'verbs', hca.name), logged: loggedLink(context, 'verbs', hca.name), bootstrap }
}

const loggedLink = (context: ToolContext, kind: LinkModel['kind'], device: string): LinkModel =>
  context.state.faults.logsLie ? linkOf(context.model, kind, device) : routeOf(context, kind, device)
