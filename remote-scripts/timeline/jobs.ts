import { armEnv } from '../_kit/arm-env'
import { endpointOf, shellWord } from '../_kit/endpoint'
import type { LaunchContext, RoleJob } from '../_kit/probe'
import { rankJobs } from '../_kit/ranks'
import { redactSecrets } from '../_kit/secrets'
import { toolPath } from '../_kit/tools'
import { choose, type Choice } from './choice'
import type { TimelineParams } from './params'

type Context = LaunchContext<TimelineParams>

const environment = (context: Context, choice: Choice): Record<string, string> => {
  const { params } = context
  return {
    ...armEnv(context.arm),
    HR_COMMAND: params.command,
    HR_FOLDER: params.folder,
    HR_CAPTURE: choice.capture,
    HR_TRACE_LIMIT: String(params.trace_limit_mib * 2 ** 20),
    HR_KEEP_TRACE: params.keep_trace ? '1' : '0',
    ...(choice.via === 'torch'
      ? {
          HR_WAIT_STEPS: String(params.wait_steps),
          HR_WARMUP_STEPS: String(params.warmup_steps),
          HR_ACTIVE_STEPS: String(params.active_steps),
          HR_END_WHEN_CAPTURED: params.end_when_captured ? '1' : '0',
          HR_TOP: String(params.top),
        }
      : {
          HR_DELAY: String(params.delay_seconds),
          HR_DURATION: params.duration_seconds === undefined ? '' : String(params.duration_seconds),
        }),
  }
}

const nsysWords = ({ capture }: Choice, params: TimelineParams): string => {
  const duration = params.duration_seconds === undefined ? '' : ` --duration=${params.duration_seconds}`
  const when =
    capture === 'range' ? ' --capture-range=cudaProfilerApi' : capture === 'window' ? ` --delay=${params.delay_seconds}${duration}` : ''
  return `nsys profile -t cuda,nvtx,osrt --sample=none --cpuctxsw=none${when} -f true -o recording`
}

const display = (choice: Choice, params: TimelineParams, arm: Record<string, string>, ranks: number): string => {
  const levels = Object.entries(arm).map(([name, value]) => `${name}=${shellWord(value)} `)
  const command =
    choice.via === 'torch'
      ? `HR_CAPTURE=${choice.capture} HR_COMMAND=${shellWord(params.command)} python3 torch_profile.py`
      : `${nsysWords(choice, params)} sh -c ${shellWord(params.command)}`
  const several = ranks > 1 ? `   # ${ranks} ranks in all` : ''
  return redactSecrets(`cd ${params.folder === '' ? '~' : shellWord(params.folder)} && ${levels.join('')}${command}${several}`)
}

/** One role per host: the ranks of the command under the profiler. */
export const timelineJobs = (context: Context): RoleJob[] => {
  const { params, hosts } = context
  const choice = choose(params, hosts)
  const endpoints = hosts.map((_, index) => endpointOf(context, index))
  const bench = choice.via === 'torch' ? 'timeline/torch_profile.py' : 'timeline/run_command.py'
  const launch = { bench, backend: choice.backend, ranksPerHost: params.ranks_per_host, env: environment(context, choice) }
  const shown = display(choice, params, armEnv(context.arm), params.ranks_per_host * hosts.length)
  return rankJobs(context, launch, endpoints).map((job, index) => ({
    ...job,
    ...(choice.via === 'nsys' ? { script: 'timeline/nsys.sh' } : {}),
    env: { ...job.env, ...(choice.via === 'nsys' ? toolPath(hosts[index]?.inventory ?? null, ['nsys']) : {}) },
    display: shown,
  }))
}
