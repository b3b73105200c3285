import type { CanRun, Inventory } from '../../preload/contract'
import { hasTool } from '../_kit/tools'
import { rdmaParams, type RdmaParams } from './params'

/** Registered memory of a test: send and receive buffer, both twice the message, and some for the queues. */
const neededKiB = (params: RdmaParams): number => Math.ceil((4 * Math.max(...params.sizes)) / 1024) + 1024

/** Can the rdma probe run on this host, and what to do when it cannot. */
export const rdmaPreflight = (inventory: Inventory, given: RdmaParams | null): CanRun => {
  const params = given ?? rdmaParams.parse({})
  const why: string[] = []
  const fix: string[] = []
  if (inventory.hcas.length === 0) {
    why.push('There is no RDMA device: /sys/class/infiniband is empty or absent.')
    fix.push('lspci | grep -i -E "infiniband|mellanox|ethernet"', 'sudo modprobe mlx5_ib   # or the module of your adapter')
  } else if (!inventory.hcas.some((hca) => hca.state === 'ACTIVE')) {
    why.push(`No port is active: ${inventory.hcas.map((hca) => `${hca.name}:${hca.port} ${hca.state}`).join(', ')}.`)
    fix.push('ibstat', 'sudo systemctl start opensm   # on one host of an InfiniBand network without a subnet manager')
  }
  const missing = params.operations.map((operation) => `ib_${operation}`).filter((tool) => !hasTool(inventory, tool))
  if (missing.length > 0) {
    why.push(`${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not installed (perftest).`)
    fix.push('sudo apt-get install -y perftest', 'sudo dnf install -y perftest')
  }
  const memlock = inventory.memlockKiB
  if (typeof memlock === 'number' && inventory.uid !== 0 && memlock < neededKiB(params)) {
    why.push(`Locked memory is limited to ${memlock} KiB (ulimit -l); the largest message needs about ${neededKiB(params)} KiB.`)
    fix.push(
      "echo '* - memlock unlimited' | sudo tee /etc/security/limits.d/rdma.conf   # then log in again",
      'choose smaller params.sizes',
    )
  }
  return { probe: 'rdma', canRun: why.length === 0, via: why.length === 0 ? 'perftest' : null, why, fix }
}
