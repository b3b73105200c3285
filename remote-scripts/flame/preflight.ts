import type { CanRun, Inventory, Saying } from '../../preload/contract'
import { canRunOf, setFix, type Lack } from '../_kit/can-run'
import { isPythonCommand } from '../_kit/python-command'
import { hasTool } from '../_kit/tools'
import { chooseFlameTool, perfLocked, traceLocked, type FlameTool } from './choice'
import { flameParams, type FlameParams } from './params'

/** Tools of a simulated host print computed figures; this probe would really sample a program of this computer. */
const simulatedLack: Lack = {
  why: { en: 'This host is simulated, and the profiler samples a real program.', 'zh-CN': '此主机是模拟的，而采样分析针对真实程序。' },
  fix: [{ en: 'take a real host, or one of your own: local: true', 'zh-CN': '请用真实主机，或自己的机器：local: true' }],
  unplayed: true,
}

const perfInstall: readonly Saying[] = [
  'sudo apt-get install -y linux-perf   # Debian; Ubuntu: linux-tools-$(uname -r); RHEL: sudo dnf install -y perf',
]
const pySpyInstall: readonly Saying[] = ['pip install --user py-spy', 'export PATH="$HOME/.local/bin:$PATH"   # in hosts.<host>.setup']
const asSampler: Saying = {
  en: 'for a Python script that you start here: set params.tool to sampler, which needs nothing',
  'zh-CN': '如果是由此处启动的 Python 脚本：将 params.tool 设为 sampler，无需安装任何东西',
}

const missing = (name: string, fix: readonly Saying[]): Lack => ({
  why: { en: `${name} is not installed.`, 'zh-CN': `未安装 ${name}。` },
  fix,
})

const perfLacks = (inventory: Inventory): Lack[] => {
  if (!hasTool(inventory, 'perf')) return [missing('perf', [...perfInstall, asSampler])]
  if (!perfLocked(inventory)) return []
  const level = inventory.perfEventParanoid
  return [
    {
      why: {
        en: `The kernel refuses perf to ordinary users: kernel.perf_event_paranoid is ${level}.`,
        'zh-CN': `内核不允许普通用户使用 perf：kernel.perf_event_paranoid 为 ${level}。`,
      },
      fix: ['sudo sysctl kernel.perf_event_paranoid=2', 'sudo setcap cap_perfmon+ep "$(readlink -f "$(command -v perf)")"', asSampler],
    },
  ]
}

const pySpyLacks = (inventory: Inventory, isAttach: boolean): Lack[] => {
  if (!hasTool(inventory, 'py-spy')) return [missing('py-spy', [...pySpyInstall, asSampler])]
  if (!traceLocked(inventory, isAttach)) return []
  const scope = inventory.ptraceScope
  const start: readonly Saying[] =
    isAttach && scope === 1
      ? [
          {
            en: 'let the probe start the program: params.command instead of params.attach',
            'zh-CN': '由探针启动程序：用 params.command 代替 params.attach',
          },
        ]
      : []
  return [
    {
      why: {
        en: `py-spy may not look into that process: kernel.yama.ptrace_scope is ${scope}.`,
        'zh-CN': `py-spy 无权查看该进程：kernel.yama.ptrace_scope 为 ${scope}。`,
      },
      fix: [...start, 'sudo sysctl kernel.yama.ptrace_scope=0', asSampler],
    },
  ]
}

const samplerLacks = (inventory: Inventory, command: string): Lack[] => [
  ...(inventory.pythons.length === 0 ? [missing('Python', ['sudo apt-get install -y python3'])] : []),
  ...(isPythonCommand(command)
    ? []
    : [
        {
          why: { en: 'The own sampler profiles Python scripts only.', 'zh-CN': '自带采样器只能分析 Python 脚本。' },
          fix: [setFix('params.tool', 'perf')],
        },
      ]),
]

const lacksOf: Record<FlameTool, (inventory: Inventory, params: FlameParams) => Lack[]> = {
  perf: (inventory) => perfLacks(inventory),
  'py-spy': (inventory, { attach }) => pySpyLacks(inventory, attach.trim() !== ''),
  sampler: (inventory, { command }) => samplerLacks(inventory, command),
}

/** Can the flame probe run on this host, by which profiler, and what to do when it cannot. */
export const flamePreflight = (inventory: Inventory, given: FlameParams | null): CanRun => {
  const params = given ?? flameParams.parse({ command: 'python3 train.py' })
  const tool = chooseFlameTool(params, inventory)
  return canRunOf('flame', tool, [...(inventory.simulated ? [simulatedLack] : []), ...lacksOf[tool](inventory, params)])
}
