import type { Inventory } from '../../preload/contract'
import type { RoleJob } from '../_kit/probe'
import { hasTool, toolPath } from '../_kit/tools'

export interface WatchOptions {
  hz: number
  bpftrace: boolean
  /** The probe beside this one needs the GPU's profiling counters for itself. */
  leavesCounters: boolean
}

/** SM active, tensor pipe active, DRAM active (DCGM_FI_PROF_*): what nvidia-smi cannot tell. */
const dcgmFields = '1002,1004,1005'

/** From R535 on nvidia-smi calls throttle reasons event reasons. */
const reasonsField = (driver: string | null | undefined): string =>
  Number(/^(\d{1,4})\./.exec(driver ?? '')?.[1] ?? 0) >= 535 ? 'clocks_event_reasons.active' : 'clocks_throttle_reasons.active'

const gpuFields = (inventory: Inventory): string =>
  [
    'timestamp',
    'index',
    'uuid',
    'utilization.gpu',
    'utilization.memory',
    'memory.used',
    'power.draw',
    'temperature.gpu',
    'clocks.sm',
    'clocks.mem',
    reasonsField(inventory.gpus[0]?.driver),
  ].join(',')

/** The watcher's job on one host, by what the host has. */
export const watchJob = (
  role: string,
  host: { name: string; inventory: Inventory | null },
  options: WatchOptions,
): Omit<RoleJob, 'main' | 'after'> => {
  const { inventory } = host
  const hasGpus = inventory !== null && inventory.gpus.length > 0
  const hasDcgm = hasGpus && hasTool(inventory, 'dcgmi') && !options.leavesCounters
  const ms = Math.round(1000 / options.hz)
  const fields = hasGpus ? gpuFields(inventory) : ''
  return {
    role,
    host: host.name,
    script: 'telemetry/watch.sh',
    env: {
      HR_HZ: String(options.hz),
      HR_GPU_FIELDS: fields,
      HR_DCGM_FIELDS: hasDcgm ? dcgmFields : '',
      HR_BPFTRACE: options.bpftrace ? '1' : '0',
      ...toolPath(inventory, ['nvidia-smi', 'dcgmi', 'bpftrace']),
    },
    display: [
      `python3 watch.py telemetry.jsonl   # ${options.hz} Hz`,
      ...(hasGpus ? [`nvidia-smi --query-gpu=${fields} --format=csv -lms ${ms}`] : []),
      ...(hasDcgm ? [`dcgmi dmon -e ${dcgmFields} -d ${ms}`] : []),
      ...(options.bpftrace ? ["bpftrace -f json -e 'tracepoint:tcp:tcp_retransmit_skb { @retransmits = count(); }'"] : []),
    ].join(' & '),
  }
}
