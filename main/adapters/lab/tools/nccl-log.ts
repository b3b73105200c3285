import type { LabHostState } from '../state'
import type { ToolContext } from './context'
import type { NcclTest } from './nccl-report'
import type { NcclTransport } from './nccl-transport'

interface Rank {
  rank: number
  device: number
  host: LabHostState
}

const CHANNELS = 2

type Ranks = Pick<NcclTest, 'hosts'>

const ranksOf = (test: Ranks): Rank[] => {
  const used = new Map<LabHostState, number>()
  return test.hosts.map((host, rank) => {
    const device = used.get(host) ?? 0
    used.set(host, device + 1)
    return { rank, device, host }
  })
}

const transportLines = (context: ToolContext, transport: NcclTransport, host: LabHostState): string[] => {
  const { model } = context
  const outOfBand = `OOB ${transport.bootstrap.name}:${host.addresses[transport.bootstrap.name] ?? ''}<0>`
  if (transport.logged.kind === 'socket') {
    const { device } = transport.logged
    const whyNot =
      context.env['NCCL_NET'] === undefined && model.hcas.length > 0
        ? []
        : [`NCCL_NET set by environment to ${context.env['NCCL_NET'] ?? 'Socket'}`]
    return [...whyNot, `NET/Socket : Using [0]${device}:${host.addresses[device] ?? ''}<0>`, 'Using network Socket']
  }
  const { device } = transport.logged
  const kind = model.hcas.find((hca) => hca.name === device)?.linkLayer === 'Ethernet' ? 'RoCE' : 'IB'
  return [`NET/IB : Using [0]${device}:1/${kind} [RO]; ${outOfBand}`, 'Using network IB']
}

const ringLines = (ranks: Rank[], network: string, say: (rank: Rank, text: string) => string): string[] => {
  const lines: string[] = []
  for (let channel = 0; channel < CHANNELS; channel++) {
    const name = `Channel ${String(channel).padStart(2, '0')}/0`
    ranks.forEach((from, index) => {
      const to = ranks[(index + 1) % ranks.length] ?? from
      const hop = `${from.rank}[${from.device}] -> ${to.rank}[${to.device}]`
      if (from.host === to.host) lines.push(say(from, `${name} : ${hop} via P2P/CUMEM`))
      else lines.push(say(to, `${name} : ${hop} [receive] via ${network}`), say(from, `${name} : ${hop} [send] via ${network}`))
    })
  }
  return lines
}

/** The NCCL_DEBUG=INFO lines of one start-up: bootstrap, network, rings. */
export const ncclLog = (context: ToolContext, test: Ranks, transport: NcclTransport): string[] => {
  const ranks = ranksOf(test)
  const say = ({ rank, device, host }: Rank, text: string): string =>
    `${host.name}:${process.pid + rank}:${process.pid + rank} [${device}] NCCL INFO ${text}`
  const { model } = context
  const [cudaMajor = '12', cudaMinor = '0'] = model.cudaVersion.split('.')
  const network = transport.logged.kind === 'verbs' ? 'NET/IB/0/GDRDMA' : 'NET/Socket/0'
  const nodes = new Set(test.hosts).size
  const starts = ranks.flatMap((rank) => [
    ...(context.env['NCCL_SOCKET_IFNAME']
      ? [say(rank, `NCCL_SOCKET_IFNAME set by environment to ${context.env['NCCL_SOCKET_IFNAME']}`)]
      : []),
    say(rank, `Bootstrap: Using ${transport.bootstrap.name}:${rank.host.addresses[transport.bootstrap.name] ?? ''}<0>`),
    say(rank, `cudaDriverVersion ${cudaMajor}0${cudaMinor}0`),
    say(rank, `NCCL version ${model.ncclVersion}+cuda${model.cudaVersion}`),
    say(rank, 'NET/Plugin: Could not find: libnccl-net.so. Using internal net plugin.'),
    ...transportLines(context, transport, rank.host).map((line) => say(rank, line)),
    say(
      rank,
      `ncclCommInitRankConfig comm 0x55d0c0de${rank.rank.toString(16).padStart(2, '0')}00 rank ${rank.rank} nranks ${ranks.length} cudaDev ${rank.device} nvmlDev ${rank.device} - Init START`,
    ),
    say(
      rank,
      `comm 0x55d0c0de${rank.rank.toString(16).padStart(2, '0')}00 rank ${rank.rank} nRanks ${ranks.length} nNodes ${nodes} localRanks ${ranks.length / nodes} localRank ${rank.device} MNNVL 0`,
    ),
  ])
  return [...starts, ...ringLines(ranks, network, say), ...ranks.map((rank) => say(rank, 'Connected all rings'))]
}
