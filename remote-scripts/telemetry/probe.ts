import { defineProbe, type LaunchContext, type RoleJob, type RunOutput, type RunReading } from '../_kit/probe'
import { roleProblem } from '../_kit/outcome'
import { beside } from './beside'
import { dcgmiDmon } from './formats/dcgmi-dmon'
import { smiDmon } from './formats/dmon'
import { headroomHost } from './formats/headroom-host'
import { smiPmon } from './formats/pmon'
import { queryCsv } from './formats/query-csv'
import { telemetryMetrics } from './metrics'
import { telemetryParams, type TelemetryParams } from './params'
import { telemetryParamsZhCN } from './params-zh-CN'
import { telemetryPreflight } from './preflight'
import { readWatch, watchMeasurements, watchSeries } from './read-watch'
import { watchJob } from './watch-job'

const jobs = ({ hosts, params }: LaunchContext<TelemetryParams>): RoleJob[] =>
  hosts.map((host, index) => {
    const job = watchJob(`watch${index}`, host, { hz: params.hz, bpftrace: params.bpftrace, leavesCounters: false })
    return { ...job, env: { ...job.env, HR_SECONDS: String(params.seconds) }, main: true }
  })

const read = ({ roles }: RunOutput<TelemetryParams>): RunReading => {
  const watches = roles.map((role) => ({ role, watch: readWatch(role) }))
  const failed = roles.map((role) => roleProblem(role, 'The watcher')).find((problem) => problem !== null)
  const empty = watches.some(({ watch }) => watch.rows === null)
  return {
    tool: { name: 'headroom-telemetry', version: '1' },
    facts: { hosts_watched: watches.map(({ watch }) => watch.host) },
    measurements: watches.flatMap(({ watch, role }) => watchMeasurements(watch, role)),
    series: watches.flatMap(({ watch }) => watchSeries(watch)),
    warnings: watches.flatMap(({ watch }) => watch.warnings),
    problem: failed ?? (empty ? { code: 'parse.no_rows', message: 'A watcher left no rows.' } : null),
    transportLog: null,
    expectedBytes: null,
  }
}

export default defineProbe<TelemetryParams>({
  id: 'telemetry',
  version: '2',
  title: { en: 'Telemetry', 'zh-CN': '遥测' },
  summary: {
    en: 'What GPUs, processors, memory and links did over time: beside every launch, or by itself.',
    'zh-CN': 'GPU、处理器、内存和链路随时间的行为：伴随每次启动，或单独运行。',
  },
  needs: {
    en: 'Python 3.6 or newer, its standard library alone. For GPUs nvidia-smi; for SM activity DCGM; bpftrace and root only if asked for.',
    'zh-CN': 'Python 3.6 或更新版本（仅标准库）。GPU 需要 nvidia-smi；SM 活动需要 DCGM；仅在要求时才需要 bpftrace 和 root。',
  },
  disturbs: {
    en: 'Under 1 % of one core at 1 Hz; its own processor time is measured as telemetry.overhead.',
    'zh-CN': '1 Hz 时不到一个核的 1 %；自身的处理器时间以 telemetry.overhead 计量。',
  },
  minHosts: 1,
  maxHosts: 64,
  params: telemetryParams,
  paramsZhCN: telemetryParamsZhCN,
  metrics: telemetryMetrics,
  expectedSeconds: (params) => params.seconds + 1,
  preflight: telemetryPreflight,
  jobs,
  formats: [queryCsv, smiDmon, smiPmon, dcgmiDmon, headroomHost],
  read,
  beside,
})
