import { arrayOf, member, numberOf, stringOf, type Json } from '../../_kit/json'

/** One request of the own generator; times in us, null where there is none. */
export interface LoadRow {
  scheduledUs: number
  lagUs: number
  latencyUs: number | null
  ttftUs: number | null
  tpotUs: number | null
  outcome: string
}

/** A block of requests, or of gaps between tokens, of one phase of one step. */
export interface LoadBlock {
  step: number
  phase: string
  rows: LoadRow[]
  gapsUs: number[]
}

export interface LoadHeader {
  rates: number[]
  seconds: number[]
  outcomes: string[]
}

const numbers = (value: Json | undefined): number[] => arrayOf(value).flatMap((one) => numberOf(one) ?? [])

export const loadHeaderOf = (line: Json): LoadHeader | null =>
  stringOf(member(line, 'headroom')) === 'serving-requests'
    ? {
        rates: numbers(member(line, 'rates')),
        seconds: numbers(member(line, 'seconds')),
        outcomes: arrayOf(member(line, 'outcomes')).flatMap((one) => stringOf(one) ?? []),
      }
    : null

const columns = ['scheduled_us', 'lag_us', 'latency_us', 'ttft_us', 'tpot_us', 'outcome'] as const
const time = (value: number | undefined): number | null => (value === undefined || value < 0 ? null : value)

/** Rows of a block; null when a column is missing or not as long as it says. */
const rowsOf = (line: Json, count: number, header: LoadHeader): LoadRow[] | null => {
  const read = columns.map((name) => numbers(member(line, name)))
  if (!Number.isInteger(count) || count < 0 || read.some((column) => column.length !== count)) return null
  const [scheduled = [], lag = [], latency = [], ttft = [], tpot = [], outcome = []] = read
  return scheduled.map((at, index) => ({
    scheduledUs: at,
    lagUs: lag[index] ?? 0,
    latencyUs: time(latency[index]),
    ttftUs: time(ttft[index]),
    tpotUs: time(tpot[index]),
    outcome: header.outcomes[outcome[index] ?? -1] ?? 'unknown',
  }))
}

/** What one line after the header holds; null when it is no whole block. */
export const loadBlockOf = (line: Json, header: LoadHeader): LoadBlock | null => {
  const step = numberOf(member(line, 'step'))
  const phase = stringOf(member(line, 'phase'))
  if (step === null || phase === null) return null
  const gaps = member(line, 'itl_us')
  if (gaps !== undefined) return { step, phase, rows: [], gapsUs: numbers(gaps) }
  const count = numberOf(member(line, 'rows'))
  const rows = count === null ? null : rowsOf(line, count, header)
  return rows === null ? null : { step, phase, rows, gapsUs: [] }
}
