import type { CanRun, Inventory } from '../../preload/contract'
import { canRunOf, setFix, type Lack } from '../_kit/can-run'
import { hasTool } from '../_kit/tools'
import type { TcpParams } from './params'

/** `3.12` -> [3, 12]; null when there is no such version. */
const version = (text: string | null | undefined): [number, number] | null => {
  const match = /^(\d{1,4})\.(\d{1,4})/.exec(text ?? '')
  return match ? [Number(match[1]), Number(match[2])] : null
}

const iperf3Lack = (inventory: Inventory, bidirectional: boolean): Lack[] => {
  if (!hasTool(inventory, 'iperf3'))
    return [
      {
        why: { en: 'iperf3 is not installed.', 'zh-CN': '未安装 iperf3。' },
        fix: ['sudo apt-get install -y iperf3', 'sudo dnf install -y iperf3', 'conda install -c conda-forge iperf3'],
      },
    ]
  const [major, minor] = version(inventory.tools['iperf3']?.version) ?? [3, 7]
  if (!bidirectional || major !== 3 || minor >= 7) return []
  return [
    {
      why: {
        en: `iperf3 ${major}.${minor} has no --bidir; 3.7 and newer have it.`,
        'zh-CN': `iperf3 ${major}.${minor} 没有 --bidir；3.7 及更新版本才有。`,
      },
      fix: ['conda install -c conda-forge iperf3', setFix('params.bidirectional', 'false')],
    },
  ]
}

const pythonLack: Lack = {
  why: {
    en: 'The ping-pong needs Python 3.6 or newer, and there is none.',
    'zh-CN': '乒乓延迟测试需要 Python 3.6 或更新的版本，而这里没有。',
  },
  fix: ['sudo apt-get install -y python3', setFix('params.latency', 'false')],
}

/** Can the tcp probe run on this host, and what to do when it cannot. */
export const tcpPreflight = (inventory: Inventory, params: TcpParams | null): CanRun =>
  canRunOf('tcp', 'iperf3', [
    ...iperf3Lack(inventory, params?.bidirectional ?? false),
    ...((params?.latency ?? true) && inventory.pythons.length === 0 ? [pythonLack] : []),
  ])
