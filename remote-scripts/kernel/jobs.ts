import { armEnv } from '../_kit/arm-env'
import { shellWord } from '../_kit/endpoint'
import type { LaunchContext, RoleJob } from '../_kit/probe'
import { redactSecrets } from '../_kit/secrets'
import { toolPath } from '../_kit/tools'
import { chooseTool, type KernelTool } from './choice'
import { ncuCounters, nvprofCounters } from './counters'
import type { KernelParams } from './params'

const shownWords = (tool: KernelTool, params: KernelParams): string => {
  const filter = params.kernel_filter === '' ? '' : shellWord(params.kernel_filter)
  if (tool === 'nvprof')
    return `nvprof --csv --profile-child-processes${filter === '' ? '' : ` --kernels ${filter}`} --metrics <those that exist here>`
  const named = filter === '' ? '' : ` -k regex:${filter}`
  return `ncu --target-processes all${named} --launch-skip ${params.launch_skip} --launch-count ${params.launch_count} --clock-control ${params.clock_control} --metrics <those that exist here> -f -o report`
}

/** One role: the command with one of its ranks under the profiler. */
export const kernelJobs = ({ params, hosts, arm }: LaunchContext<KernelParams>): RoleJob[] => {
  const host = hosts[0]
  const tool = chooseTool(params, host?.inventory ?? null)
  const levels = armEnv(arm)
  const shown = Object.entries(levels).map(([name, value]) => `${name}=${shellWord(value)} `)
  const ranks = params.ranks_per_host > 1 ? `   # rank ${params.profiled_rank} of ${params.ranks_per_host}` : ''
  const where = params.folder === '' ? '~' : shellWord(params.folder)
  const counters = tool === 'ncu' ? ncuCounters : nvprofCounters
  return [
    {
      role: 'profiler',
      host: host?.name ?? '',
      script: `kernel/${tool}.sh`,
      env: {
        ...levels,
        ...toolPath(host?.inventory ?? null, [tool, 'dcgmi']),
        ...(host?.python ? { HR_PYTHON: host.python } : {}),
        HR_COMMAND: params.command,
        HR_FOLDER: params.folder,
        HR_METRICS: [...new Set([...counters, ...params.counters])].join(','),
        HR_FILTER: params.kernel_filter,
        HR_SKIP: String(params.launch_skip),
        HR_COUNT: String(params.launch_count),
        HR_CLOCKS: params.clock_control,
        HR_RANKS: String(params.ranks_per_host),
        HR_PROFILED_RANK: String(params.profiled_rank),
        HR_PAUSE_DCGM: params.pause_dcgm ? '1' : '0',
        HR_KEEP_REPORT: params.keep_report ? '1' : '0',
      },
      main: true,
      display: redactSecrets(`cd ${where} && ${shown.join('')}${shownWords(tool, params)} sh -c ${shellWord(params.command)}${ranks}`),
    },
  ]
}
