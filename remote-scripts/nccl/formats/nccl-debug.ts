import type { ParseResult } from '../../../preload/contract'
import { certain, likely, notMine } from '../../_kit/detect'
import type { FormatParser } from '../../_kit/probe'
import { newReading, setFacts, warn } from '../../_kit/reading'
import { cleanText, maxLineLength } from '../../_kit/text'
import { newDebugState, readDebugText, tellsSomething, type DebugState } from './debug-lines'
import { Findings, isTorchError, mayBeFinding } from './debug-findings'
import { isNcclTestsLine } from './nccl-tests-text'
import { readTransport, transportFacts, withoutRepeatedChannels } from '../../_kit/nccl-transport'
import { TuningTables } from './tuning-table'
import { isWatchdogLine, Watchdog } from './watchdog'

/** `host:pid:tid [0] NCCL INFO text`; a time or a source file may stand between. */
const line =
  /(?:^|[\s>\]])([\w.-]{1,255}:\d{1,9}):(\d{1,9}) \[[^\]]{1,8}\] (?:\S{1,120} (?:\([^)]{1,80}\) )?)?NCCL (INFO|WARN|TRACE|CALL) ?(.*)$/
/** The same without its beginning, as `grep -o` and many notes have it. */
const bareLine = /^\s{0,40}NCCL (INFO|WARN|TRACE|CALL) (.*)$/
const anyLine = /\[[^\]]{1,8}\] (?:\S{1,120} )?NCCL (?:INFO|WARN) /
const ownBench = /^\{"headroom"\s*:\s*"collective-bench"/
const versionLine = /\b(NCCL|RCCL) version *:? ?(\d+(?:\.\d+)+)(?:[-+](?:cuda(\d+\.\d+))?)?/

/** A run whose own parser reads this log, together with the lines of NCCL in it. */
const belongsToRun = (text: string): boolean => isNcclTestsLine(text) || ownBench.test(text)

const settle = (state: DebugState, lines: readonly string[]): void => {
  const { reading } = state
  setFacts(reading, {
    ranks: state.ranks > 0 ? state.ranks : null,
    nodes: state.hosts.size > 0 ? state.hosts.size : null,
    hostnames: [...state.hosts].sort(),
    ...transportFacts(readTransport(lines)),
    ...(state.communicators.size > 0 ? { communicators: state.communicators.size } : {}),
    ...(state.complete > 0 ? { ranks_initialised: state.complete } : {}),
    ...(state.rings.size > 0 ? { rings: state.rings.size } : {}),
    ...(state.trees > 0 ? { trees: state.trees } : {}),
    ...(state.environment.size > 0 ? { environment: Object.fromEntries(state.environment) } : {}),
    ...(state.topology.size > 0 ? { topology: Object.fromEntries(state.topology) } : {}),
  })
  if (reading.measurements.some((entry) => entry.metric.startsWith('nccl.tuning')))
    warn(reading, 'model_not_measurement', "The tuning table is NCCL's own model of the machine, not a measurement.")
}

const readVersion = (state: DebugState, text: string): void => {
  const version = text.includes('version') ? versionLine.exec(text) : null
  if (!version?.[2]) return
  state.reading.tool.version = version[2]
  setFacts(state.reading, { library: version[1] ?? null, nccl_version: version[2] })
  if (version[3] !== undefined) state.reading.facts['cuda_version'] = version[3]
}

/** Who says what; null for a line that is not NCCL's. */
const saidBy = (text: string): { thread: string; text: string } | null => {
  if (!text.includes('NCCL ')) return null
  const match = line.exec(text)
  if (match?.[1] && match[2] !== undefined) return { thread: `${match[1]}:${match[2]}`, text: match[4] ?? '' }
  const bare = bareLine.exec(text)
  return bare ? { thread: '', text: bare[2] ?? '' } : null
}

const readLog = (lines: readonly string[]): ParseResult | null => {
  const reading = newReading('nccl', 'nccl')
  const state = newDebugState(reading)
  const tuning = new TuningTables(reading)
  const findings = new Findings()
  const watchdog = new Watchdog()
  let seen = 0
  for (const text of lines) {
    readVersion(state, text)
    if (mayBeFinding(text) && findings.line(text)) seen += 1
    if (isWatchdogLine(text)) watchdog.line(text)
    const said = saidBy(text)
    if (said === null) continue
    seen += 1
    readDebugText(state, said.text, said.thread)
    tuning.line(said.thread, said.text)
  }
  if (seen === 0) return null
  settle(state, lines)
  findings.into(reading)
  watchdog.into(reading)
  return reading
}

const keepsLine = (text: string): boolean =>
  text.length <= maxLineLength &&
  (belongsToRun(text) ||
    mayBeFinding(text) ||
    isWatchdogLine(text) ||
    /NCCL .*(?:\||via |Using |ersion)/.test(text) ||
    versionLine.test(text) ||
    tellsSomething(text.slice(text.indexOf('NCCL ') + 10)))

/** What NCCL says with NCCL_DEBUG=INFO (RCCL too), in a log that holds no run of nccl-tests: that has its own parser, which reads these lines as well. */
export const ncclDebug: FormatParser = {
  id: 'nccl-debug',
  detect(head) {
    if (!head.includes('NCCL ')) return notMine
    const lines = head.split('\n').filter((text) => text.length <= maxLineLength)
    if (lines.some(belongsToRun)) return notMine
    const count = lines.filter((text) => text.includes('NCCL ') && anyLine.test(text)).length
    if (count > 0) return count >= 3 ? certain : likely
    if (lines.filter((text) => bareLine.test(text)).length >= 3) return likely
    // A log of training that its watchdog ended is read as that.
    return lines.some(isTorchError) && !lines.some(isWatchdogLine) ? likely : notMine
  },
  keepsLine,
  keeper: () => withoutRepeatedChannels({ keeps: keepsLine, begins: () => false, isChatter: (text) => !mayBeFinding(text) }),
  parse(text) {
    const clean = cleanText(text)
    const lines = clean.split('\n').map((one) => (one.length > maxLineLength ? '' : one))
    // A number at the very end may have lost digits.
    if (!clean.endsWith('\n')) lines.push((lines.pop() ?? '').replace(/[\d.]{1,40}$/, ''))
    if (lines.some(belongsToRun)) return []
    const result = readLog(lines)
    return result === null ? [] : [result]
  },
}
