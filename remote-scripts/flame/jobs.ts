import { armEnv } from '../_kit/arm-env'
import { shellWord } from '../_kit/endpoint'
import type { LaunchContext, RoleJob } from '../_kit/probe'
import { redactSecrets } from '../_kit/secrets'
import { toolPath } from '../_kit/tools'
import { chooseFlameTool, type FlameTool } from './choice'
import type { FlameParams } from './params'

const scripts: Record<FlameTool, string> = { perf: 'flame/perf.sh', 'py-spy': 'flame/pyspy.sh', sampler: 'flame/sampler.sh' }

const perfWords = ({ rate_hz, event, call_graph }: FlameParams): string =>
  `perf record -F ${rate_hz}${event === 'auto' ? '' : ` -e ${event}`} --call-graph ${call_graph} -o perf.data`

const pySpyWords = ({ rate_hz, seconds, threads, native, idle, gil }: FlameParams): string =>
  [
    `py-spy record -f raw -r ${rate_hz} -d ${seconds} --subprocesses`,
    ...(threads ? ['--threads'] : []),
    ...(native ? ['--native'] : []),
    ...(idle ? ['--idle'] : []),
    ...(gil ? ['--gil'] : []),
    '-o stacks.folded',
  ].join(' ')

const shownWords = (tool: FlameTool, params: FlameParams): string => {
  const { command, attach, seconds } = params
  const isAttach = attach.trim() !== ''
  if (tool === 'sampler') return `HR_RATE=${params.rate_hz} HR_COMMAND=${shellWord(command)} python3 sampler.py`
  if (tool === 'perf')
    return `${perfWords(params)} ${isAttach ? `-p ${shellWord(attach)} -- sleep ${seconds}` : `-- sh -c ${shellWord(command)}`}`
  return `${pySpyWords(params)} ${isAttach ? `--pid ${shellWord(attach)}` : `-- sh -c ${shellWord(command)}`}`
}

/** One role: the command, or a running process, under the profiler. */
export const flameJobs = ({ params, hosts, arm }: LaunchContext<FlameParams>): RoleJob[] => {
  const host = hosts[0]
  const tool = chooseFlameTool(params, host?.inventory ?? null)
  const levels = armEnv(arm)
  const shown = Object.entries(levels).map(([name, value]) => `${name}=${shellWord(value)} `)
  const flag = (value: boolean): string => (value ? '1' : '0')
  const where = params.folder === '' ? '~' : shellWord(params.folder)
  const limit = params.attach.trim() === '' ? `   # at most ${params.seconds} s` : ''
  return [
    {
      role: 'profiler',
      host: host?.name ?? '',
      script: scripts[tool],
      env: {
        ...levels,
        ...toolPath(host?.inventory ?? null, [tool]),
        ...(host?.python ? { HR_PYTHON: host.python } : {}),
        HR_COMMAND: params.command,
        HR_FOLDER: params.folder,
        HR_ATTACH: params.attach.trim(),
        HR_SECONDS: String(params.seconds),
        HR_RATE: String(params.rate_hz),
        HR_EVENT: params.event,
        HR_CALL_GRAPH: params.call_graph,
        HR_THREADS: flag(params.threads),
        HR_NATIVE: flag(params.native),
        HR_IDLE: flag(params.idle),
        HR_GIL: flag(params.gil),
      },
      main: true,
      display: redactSecrets(`cd ${where} && ${shown.join('')}${shownWords(tool, params)}${limit}`),
    },
  ]
}
