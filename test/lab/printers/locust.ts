/** One endpoint as locust counts it; times in ms, as locust keeps them. */
export interface LocustEntry {
  /** Empty for the sum of all. */
  method: string
  name: string
  requests: number
  failures: number
  meanMs: number
  minMs: number
  maxMs: number
  perS: number
  failuresPerS: number
  /** Of the 11 percentiles that locust reports by default, 50 % to 100 %, whole milliseconds. */
  percentilesMs: readonly number[]
}

const shares = '50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%'
const cell = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
const times = (entry: LocustEntry): string =>
  (entry.requests === 0 ? Array.from({ length: 11 }, () => 'N/A') : entry.percentilesMs).join(',')
const rows = (lines: readonly string[]): string => lines.map((line) => `${line}\r\n`).join('')
const median = (entry: LocustEntry): number => (entry.requests === 0 ? 0 : (entry.percentilesMs[0] ?? 0))
const sum = (entry: LocustEntry): string => [median(entry), entry.meanMs, entry.minMs, entry.maxMs, 512.5].join(',')

/** `_stats.csv`. */
export const locustStats = (entries: readonly LocustEntry[]): string =>
  rows([
    `Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,Min Response Time,Max Response Time,Average Content Size,Requests/s,Failures/s,${shares}`,
    ...entries.map(
      (entry) =>
        `${entry.method},${cell(entry.name)},${entry.requests},${entry.failures},${sum(entry)},${entry.perS},${entry.failuresPerS},${times(entry)}`,
    ),
  ])

/** `_stats_history.csv`: `seconds[i]` are the entries of second i. */
export const locustHistory = (startS: number, users: number, seconds: readonly (readonly LocustEntry[])[]): string =>
  rows([
    `Timestamp,User Count,Type,Name,Requests/s,Failures/s,${shares},Total Request Count,Total Failure Count,Total Median Response Time,Total Average Response Time,Total Min Response Time,Total Max Response Time,Total Average Content Size`,
    ...seconds.flatMap((entries, second) =>
      entries.map(
        (entry) =>
          `${startS + second},${users},${entry.method},${cell(entry.name)},${entry.perS.toFixed(6)},${entry.failuresPerS.toFixed(6)},${times(entry)},${entry.requests},${entry.failures},${sum(entry)}`,
      ),
    ),
  ])

/** `_failures.csv`. */
export const locustFailures = (failures: readonly { method: string; name: string; error: string; occurrences: number }[]): string =>
  rows([
    'Method,Name,Error,Occurrences',
    ...failures.map(({ method, name, error, occurrences }) => `${method},${cell(name)},${cell(error)},${occurrences}`),
  ])
