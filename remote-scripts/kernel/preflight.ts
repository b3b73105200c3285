import type { CanRun, Inventory, Saying } from '../../preload/contract'
import { canRunOf, setFix, type Lack } from '../_kit/can-run'
import { hasTool } from '../_kit/tools'
import { capabilityOf, chooseTool, supports, type KernelTool } from './choice'
import { kernelParams, type KernelParams } from './params'

const pathFix: Saying = 'export PATH="/usr/local/cuda/bin:$PATH"   # in hosts.<host>.setup'
const installFix: Record<KernelTool, readonly Saying[]> = {
  ncu: [
    {
      en: 'install Nsight Compute (ncu): it comes with the CUDA toolkit, or from developer.nvidia.com/nsight-compute',
      'zh-CN': '安装 Nsight Compute（ncu）：随 CUDA 工具包提供，或从 developer.nvidia.com/nsight-compute 下载',
    },
    pathFix,
  ],
  nvprof: [
    { en: 'install a CUDA toolkit up to 12: nvprof comes with it', 'zh-CN': '安装 12 或更早的 CUDA 工具包：其中带有 nvprof' },
    pathFix,
  ],
}

/** For the administrator of the host: the driver reads it when it is loaded. */
const unlockFix: readonly Saying[] = [
  "echo 'options nvidia NVreg_RestrictProfilingToAdminUsers=0' | sudo tee /etc/modprobe.d/profiling.conf   # then reboot, or reload the driver",
  { en: 'or use the timeline probe: it needs no counters', 'zh-CN': '或改用 timeline 探针：它不需要性能计数器' },
]

const gpuLack: Lack = {
  why: { en: 'There is no GPU: nvidia-smi shows none.', 'zh-CN': '没有 GPU：nvidia-smi 没有显示任何 GPU。' },
  fix: ['nvidia-smi'],
}

const toolLack = (inventory: Inventory, tool: KernelTool): Lack[] => {
  if (inventory.gpus.length === 0) return [gpuLack]
  if (hasTool(inventory, tool)) return []
  return [{ why: { en: `${tool} is not installed.`, 'zh-CN': `未安装 ${tool}。` }, fix: installFix[tool] }]
}

const chipLack = (tool: KernelTool, capability: number | null): Lack[] => {
  if (capability === null || supports(tool, capability)) return []
  const has = capability.toFixed(1)
  const why: Record<KernelTool, Saying> = {
    ncu: {
      en: `ncu needs compute capability 7.0 or more, and this GPU has ${has}.`,
      'zh-CN': `ncu 需要计算能力 7.0 或更高，而此 GPU 为 ${has}。`,
    },
    nvprof: {
      en: `nvprof profiles only below compute capability 8.0, and this GPU has ${has}.`,
      'zh-CN': `nvprof 只能剖析计算能力低于 8.0 的 GPU，而此 GPU 为 ${has}。`,
    },
  }
  return [{ why: why[tool], fix: [setFix('params.tool', tool === 'ncu' ? 'nvprof' : 'ncu')] }]
}

const lockedLack: Lack = {
  why: {
    en: 'The GPU performance counters are reserved for administrators (RmProfilingAdminOnly is 1 in /proc/driver/nvidia/params).',
    'zh-CN': 'GPU 性能计数器仅限管理员使用（/proc/driver/nvidia/params 中 RmProfilingAdminOnly 为 1）。',
  },
  fix: unlockFix,
}

const rankLack = ({ profiled_rank, ranks_per_host }: KernelParams): Lack[] =>
  profiled_rank < ranks_per_host
    ? []
    : [
        {
          why: {
            en: `Rank ${profiled_rank} is to be profiled, and there are ${ranks_per_host}.`,
            'zh-CN': `要剖析 rank ${profiled_rank}，而总共只有 ${ranks_per_host} 个 rank。`,
          },
          fix: [
            {
              en: `set params.profiled_rank below ${ranks_per_host}`,
              'zh-CN': `将 params.profiled_rank 设为小于 ${ranks_per_host} 的值`,
            },
          ],
        },
      ]

/** Can the kernel probe run on this host, with which profiler, and what to do when it cannot. */
export const kernelPreflight = (inventory: Inventory, given: KernelParams | null): CanRun => {
  const params = given ?? kernelParams.parse({ command: './program' })
  const tool = chooseTool(params, inventory)
  return canRunOf('kernel', tool, [
    ...toolLack(inventory, tool),
    ...chipLack(tool, capabilityOf(inventory)),
    ...(inventory.gpuCountersAdminOnly === true && inventory.uid !== 0 ? [lockedLack] : []),
    ...rankLack(params),
  ])
}
