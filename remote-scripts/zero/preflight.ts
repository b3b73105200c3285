import type { CanRun, Inventory } from '../../preload/contract'
import { modelStateBytes, stateBytesOf, type ZeroStage } from '../../preload/contract/zero'
import { canRunOf, ncclLack, notPlayedLack, ranksLack, setFix, type Lack } from '../_kit/can-run'
import { torchLack } from '../_kit/ranks'
import { choose, type Choice } from './choice'
import { parameterCount, sizesOf, zeroParams, type ZeroParams } from './params'

const mebibyte = 2 ** 20
const gigabytes = (bytes: number): string => `${Number((bytes / 1e9).toPrecision(3))} GB`

/** The simulated lab plays the own stages on GPUs. */
const unplayedLack = (inventory: Inventory, { backend }: Choice, { engine }: ZeroParams): Lack[] => {
  const onCpu = backend === 'gloo'
  if (!onCpu && engine === 'own') return []
  const gpuFix = onCpu && inventory.gpus.length > 0 ? [setFix('params.backend', 'nccl')] : []
  return notPlayedLack(inventory, engine === 'own' ? gpuFix : [setFix('params.engine', 'own')])
}

/** Only what no number of ranks can mend: the states that the stage does not shard, and with one host's ranks nothing else. */
const memoryLack = (inventory: Inventory, choice: Choice, params: ZeroParams): Lack[] => {
  const bytes = stateBytesOf(choice.dtype)
  const gpuMiB = inventory.gpus.map((gpu) => gpu.memoryMiB).filter((size) => size !== null)
  const roomMiB = choice.backend === 'nccl' ? (gpuMiB.length > 0 ? Math.min(...gpuMiB) : null) : inventory.memoryMiB
  if (bytes === null || roomMiB === null) return []
  const parameters = parameterCount(sizesOf(params))
  const sharing = choice.backend === 'nccl' ? 1 : choice.ranksPerHost
  const needed = modelStateBytes(params.zero_stage as ZeroStage, parameters, Infinity, bytes) * sharing
  if (needed <= roomMiB * mebibyte) return []
  const [least, room] = [gigabytes(needed), gigabytes(roomMiB * mebibyte)]
  const where = choice.backend === 'nccl' ? { en: 'a GPU', 'zh-CN': '一块 GPU' } : { en: 'the host', 'zh-CN': '主机' }
  return [
    {
      why: {
        en: `Stage ${params.zero_stage} holds at least ${least} of model states here, and ${where.en} has ${room}.`,
        'zh-CN': `阶段 ${params.zero_stage} 在此至少要存放 ${least} 的模型状态，而${where['zh-CN']}只有 ${room}。`,
      },
      fix: [setFix('params.zero_stage', 3), { en: 'set params.preset to a smaller model', 'zh-CN': '将 params.preset 设为更小的模型' }],
    },
  ]
}

/** Can the zero probe run on this host, by which way, and what to do when it cannot. Whether deepspeed is installed, the start tells. */
export const zeroPreflight = (inventory: Inventory, given: ZeroParams | null): CanRun => {
  const params = given ?? zeroParams.parse({})
  const choice = choose({ params, hosts: [{ name: 'this', python: null, inventory }] })
  const { backend } = choice
  return canRunOf('zero', `torch/${backend}${params.engine === 'deepspeed' ? ' (deepspeed)' : ''}`, [
    ...unplayedLack(inventory, choice, params),
    ...(backend === 'nccl' && inventory.gpus.length === 0 ? [ncclLack] : []),
    ...(backend === 'nccl' ? ranksLack(choice.ranksPerHost, inventory.gpus.length) : []),
    ...torchLack(inventory, backend),
    ...memoryLack(inventory, choice, params),
  ])
}
