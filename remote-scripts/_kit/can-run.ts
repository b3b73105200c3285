import type { CanRun, Inventory, Saying } from '../../preload/contract'

/** One thing that a host lacks, and what to do about it, closest first. */
export interface Lack {
  why: Saying
  fix: readonly Saying[]
  /** A run would measure the machine that simulates this host: it is refused, not tried. */
  unplayed?: true
}

/** A preflight's answer: with any lack the probe cannot run. */
export const canRunOf = (probe: string, via: string, lacks: readonly Lack[]): CanRun => {
  const fixes = new Map(lacks.flatMap(({ fix }) => fix).map((one) => [JSON.stringify(one), one]))
  const can = lacks.length === 0
  const unplayed = lacks.some((lack) => lack.unplayed)
  return {
    probe,
    canRun: can,
    via: can ? via : null,
    why: lacks.map(({ why }) => why),
    fix: [...fixes.values()],
    ...(unplayed ? { unplayed } : {}),
  }
}

/** `set params.x to y`, in every language. */
export const setFix = (what: string, value: string | number): Saying => ({
  en: `set ${what} to ${value}`,
  'zh-CN': `将 ${what} 设为 ${value}`,
})

/** More ranks are asked for than there are GPUs; none: there are enough, or no GPUs at all, which is another lack. */
export const ranksLack = (ranks: number, gpus: number): Lack[] =>
  gpus === 0 || ranks <= gpus
    ? []
    : [
        {
          why: {
            en: `${ranks} ranks are asked for, and there are ${gpus} GPUs.`,
            'zh-CN': `要求 ${ranks} 个 rank，而这里只有 ${gpus} 块 GPU。`,
          },
          fix: [setFix('params.ranks_per_host', gpus)],
        },
      ]

/** NCCL without GPUs. */
export const ncclLack: Lack = {
  why: { en: 'NCCL needs GPUs, and nvidia-smi shows none.', 'zh-CN': 'NCCL 需要 GPU，而 nvidia-smi 没有显示任何 GPU。' },
  fix: ['nvidia-smi', setFix('params.backend', 'gloo')],
}

const realHostFix: Saying = { en: 'take a real host, or one of your own: local: true', 'zh-CN': '请用真实主机，或自己的机器：local: true' }

/** For what no tool of a simulated host plays: it would really run. `fix`: what is played instead. */
export const notPlayedLack = ({ simulated }: Inventory, fix: readonly Saying[] = []): Lack[] =>
  simulated
    ? [
        {
          why: {
            en: 'This host is simulated, and this is not played: it would really run, and measure the machine that simulates the host.',
            'zh-CN': '此主机是模拟的，而这一项没有模拟：它会真正运行，测到的是运行模拟的那台机器。',
          },
          fix: [...fix, realHostFix],
          unplayed: true,
        },
      ]
    : []
