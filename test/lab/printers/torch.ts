/** An event as the PyTorch profiler records it; times in nanoseconds. */
export interface TorchEvent {
  category: string
  name: string
  pid: number
  tid: number
  startNs: number
  durationNs: number
  args: Readonly<Record<string, string | number>>
}

export interface TorchTrace {
  rank: number
  worldSize: number
  gpu: string
  /** Nanoseconds since 1970 that the events' starts count from. */
  baseNs: string
  events: readonly TorchEvent[]
}

const microseconds = (ns: number): string => `${Math.floor(ns / 1000)}.${String(ns % 1000).padStart(3, '0')}`

const printEvent = ({ category, name, pid, tid, startNs, durationNs, args }: TorchEvent): string => {
  const members = Object.entries(args).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`)
  return [
    '  {',
    `    "ph": "X", "cat": "${category}", "name": ${JSON.stringify(name)}, "pid": ${pid}, "tid": ${tid},`,
    `    "ts": ${microseconds(startNs)}, "dur": ${microseconds(durationNs)},`,
    '    "args": {',
    `      ${members.join(', ')}`,
    '    }',
    '  }',
  ].join('\n')
}

/** A chrome trace as `export_chrome_trace` writes it. */
export const printTorchTrace = ({ rank, worldSize, gpu, baseNs, events }: TorchTrace): string => `{
  "schemaVersion": 1,
  "deviceProperties": [
    {
      "id": 0, "name": ${JSON.stringify(gpu)}
    }
  ],
  "distributedInfo": {"backend": "nccl", "rank": ${rank}, "world_size": ${worldSize}},
  "traceEvents": [
${events.map(printEvent).join(',\n')}
  ],
  "traceName": "./log/rank${rank}.pt.trace.json",
  "displayTimeUnit": "ms",
  "baseTimeNanoseconds": ${baseNs}
}
`

/** An operator's own times and calls; microseconds. */
export interface TorchOperator {
  name: string
  selfCpuUs: number
  cpuTotalUs: number
  selfCudaUs: number
  cudaTotalUs: number
  calls: number
}

const time = (us: number): string =>
  us >= 1e6 ? `${(us / 1e6).toFixed(3)}s` : us >= 1000 ? `${(us / 1000).toFixed(3)}ms` : `${us.toFixed(3)}us`
const percent = (part: number, whole: number): string => `${(whole === 0 ? 0 : (100 * part) / whole).toFixed(2)}%`

const columns = [
  'Name',
  'Self CPU %',
  'Self CPU',
  'CPU total %',
  'CPU total',
  'CPU time avg',
  'Self CUDA',
  'Self CUDA %',
  'CUDA total',
  'CUDA time avg',
  '# of Calls',
]
const nameWidth = 55
const columnWidth = 12

const short = (name: string): string => (name.length > nameWidth ? `${name.slice(0, nameWidth - 3)}...` : name)

/** What `print(prof.key_averages().table())` prints. */
export const printKeyAverages = (operators: readonly TorchOperator[]): string => {
  const cpu = operators.reduce((sum, { selfCpuUs }) => sum + selfCpuUs, 0)
  const cuda = operators.reduce((sum, { selfCudaUs }) => sum + selfCudaUs, 0)
  const rows = operators.map((one) => [
    short(one.name),
    percent(one.selfCpuUs, cpu),
    time(one.selfCpuUs),
    percent(one.cpuTotalUs, cpu),
    time(one.cpuTotalUs),
    time(one.cpuTotalUs / one.calls),
    time(one.selfCudaUs),
    percent(one.selfCudaUs, cuda),
    time(one.cudaTotalUs),
    time(one.cudaTotalUs / one.calls),
    String(one.calls),
  ])
  const widest = Math.max(...rows.map(([name]) => name?.length ?? 0), columns[0]?.length ?? 0)
  const widths = columns.map((title, index) => (index === 0 ? widest : Math.max(columnWidth, title.length)))
  const line = (cells: readonly string[]): string => cells.map((cell, index) => `${cell.padStart(widths[index] ?? 0)}  `).join('')
  const rule = line(widths.map((width) => '-'.repeat(width)))
  return [
    rule,
    line(columns),
    rule,
    ...rows.map(line),
    rule,
    `Self CPU time total: ${time(cpu)}`,
    `Self CUDA time total: ${time(cuda)}`,
    '',
    '',
  ].join('\n')
}
