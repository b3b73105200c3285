import type { CanRun, Inventory } from '../../preload/contract'
import { canRunOf, type Lack } from '../_kit/can-run'
import { hasTool } from '../_kit/tools'
import { rdmaParams, type RdmaParams } from './params'

/** Registered memory of a test: send and receive buffer, both twice the message, and some for the queues. */
const neededKiB = (params: RdmaParams): number => Math.ceil((4 * Math.max(...params.sizes)) / 1024) + 1024

const deviceLack = ({ hcas }: Inventory): Lack[] => {
  if (hcas.length === 0)
    return [
      {
        why: {
          en: 'There is no RDMA device: /sys/class/infiniband is empty or absent.',
          'zh-CN': '没有 RDMA 设备：/sys/class/infiniband 为空或不存在。',
        },
        fix: ['lspci | grep -i -E "infiniband|mellanox|ethernet"', 'sudo modprobe mlx5_ib   # or the module of your adapter'],
      },
    ]
  if (hcas.some((hca) => hca.state === 'ACTIVE')) return []
  const states = hcas.map((hca) => `${hca.name}:${hca.port} ${hca.state}`).join(', ')
  return [
    {
      why: { en: `No port is active: ${states}.`, 'zh-CN': `没有处于活动状态的端口：${states}。` },
      fix: ['ibstat', 'sudo systemctl start opensm   # on one host of an InfiniBand network without a subnet manager'],
    },
  ]
}

const toolsLack = (inventory: Inventory, { operations }: RdmaParams): Lack[] => {
  const missing = operations.map((operation) => `ib_${operation}`).filter((tool) => !hasTool(inventory, tool))
  if (missing.length === 0) return []
  const tools = missing.join(', ')
  return [
    {
      why: {
        en: `${tools} ${missing.length === 1 ? 'is' : 'are'} not installed (perftest).`,
        'zh-CN': `未安装 ${tools}（perftest）。`,
      },
      fix: ['sudo apt-get install -y perftest', 'sudo dnf install -y perftest'],
    },
  ]
}

const memlockLack = ({ memlockKiB, uid }: Inventory, params: RdmaParams): Lack[] => {
  const needed = neededKiB(params)
  if (typeof memlockKiB !== 'number' || uid === 0 || memlockKiB >= needed) return []
  return [
    {
      why: {
        en: `Locked memory is limited to ${memlockKiB} KiB (ulimit -l); the largest message needs about ${needed} KiB.`,
        'zh-CN': `可锁定内存限制为 ${memlockKiB} KiB（ulimit -l）；最大的消息约需 ${needed} KiB。`,
      },
      fix: [
        "echo '* - memlock unlimited' | sudo tee /etc/security/limits.d/rdma.conf   # then log in again",
        { en: 'choose smaller params.sizes', 'zh-CN': '选用更小的 params.sizes' },
      ],
    },
  ]
}

/** Can the rdma probe run on this host, and what to do when it cannot. */
export const rdmaPreflight = (inventory: Inventory, given: RdmaParams | null): CanRun => {
  const params = given ?? rdmaParams.parse({})
  return canRunOf('rdma', 'perftest', [...deviceLack(inventory), ...toolsLack(inventory, params), ...memlockLack(inventory, params)])
}
