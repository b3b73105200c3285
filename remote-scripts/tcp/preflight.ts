import type { CanRun, Inventory } from '../../preload/contract'
import { hasTool } from '../_kit/tools'
import type { TcpParams } from './params'

/** `3.12` -> [3, 12]; null when there is no such version. */
const version = (text: string | null | undefined): [number, number] | null => {
  const match = /^(\d{1,4})\.(\d{1,4})/.exec(text ?? '')
  return match ? [Number(match[1]), Number(match[2])] : null
}

/** Can the tcp probe run on this host, and what to do when it cannot. */
export const tcpPreflight = (inventory: Inventory, params: TcpParams | null): CanRun => {
  const why: string[] = []
  const fix: string[] = []
  if (!hasTool(inventory, 'iperf3')) {
    why.push('iperf3 is not installed.')
    fix.push('sudo apt-get install -y iperf3', 'sudo dnf install -y iperf3', 'conda install -c conda-forge iperf3')
  } else if (params?.bidirectional) {
    const [major, minor] = version(inventory.tools['iperf3']?.version) ?? [3, 7]
    if (major === 3 && minor < 7) {
      why.push(`iperf3 ${major}.${minor} has no --bidir; 3.7 and newer have it.`)
      fix.push('conda install -c conda-forge iperf3', 'set params.bidirectional to false')
    }
  }
  if ((params?.latency ?? true) && inventory.pythons.length === 0) {
    why.push('The ping-pong needs Python 3.6 or newer, and there is none.')
    fix.push('sudo apt-get install -y python3', 'set params.latency to false')
  }
  return { probe: 'tcp', canRun: why.length === 0, via: why.length === 0 ? 'iperf3' : null, why, fix }
}
