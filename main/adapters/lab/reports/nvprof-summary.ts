import { nvprofTime, type NvprofRun } from './nvprof'

/** All launches of a kernel, copies of a kind, or calls of a function; times in nanoseconds. */
export interface SummaryRow {
  name: string
  calls: number
  totalNs: number
  meanNs: number
  leastNs: number
  greatestNs: number
}

export interface NvprofSummary {
  gpu: readonly SummaryRow[]
  api: readonly SummaryRow[]
}

const groupsOf = ({ gpu, api }: NvprofSummary): { type: string; row: SummaryRow; share: number }[] =>
  [
    { type: 'GPU activities', rows: gpu },
    { type: 'API calls', rows: api },
  ].flatMap(({ type, rows }) => {
    const all = rows.reduce((sum, { totalNs }) => sum + totalNs, 0)
    return rows.map((row) => ({ type, row, share: all === 0 ? 0 : row.totalNs / all }))
  })

const opening = ({ process, command }: NvprofRun): string[] => [
  `==${process}== NVPROF is profiling process ${process}, command: ${command}`,
  `==${process}== Profiling application: ${command}`,
  `==${process}== Profiling result:`,
]

/** nvprof's default: a table whose first row of each group says the group. */
export const printNvprofSummary = (run: NvprofRun, summary: NvprofSummary): string => {
  const line = (cells: readonly string[]): string =>
    cells.map((cell, index) => cell.padStart([16, 7, 8, 8, 8, 8, 8][index] ?? 0)).join('  ')
  const groups = groupsOf(summary)
  return [
    ...opening(run),
    line(['Type', 'Time(%)', 'Time', 'Calls', 'Avg', 'Min', 'Max', 'Name']),
    ...groups.map(({ type, row, share }, index) =>
      line([
        groups[index - 1]?.type === type ? '' : `${type}:`,
        `${(share * 100).toFixed(2)}%`,
        nvprofTime(row.totalNs),
        String(row.calls),
        ...[row.meanNs, row.leastNs, row.greatestNs].map(nvprofTime),
        row.name,
      ]),
    ),
    '',
  ].join('\n')
}

/** `nvprof --csv`: total in milliseconds, the others in microseconds. */
export const printNvprofSummaryCsv = (run: NvprofRun, summary: NvprofSummary): string =>
  [
    ...opening(run),
    '"Type","Time(%)","Time","Calls","Avg","Min","Max","Name"',
    ',%,ms,,us,us,us,',
    ...groupsOf(summary).map(({ type, row, share }) => {
      const times = [row.meanNs, row.leastNs, row.greatestNs].map((ns) => (ns / 1e3).toFixed(6))
      return [`"${type}"`, (share * 100).toFixed(6), (row.totalNs / 1e6).toFixed(6), row.calls, ...times, `"${row.name}"`].join(',')
    }),
    '',
  ].join('\n')
