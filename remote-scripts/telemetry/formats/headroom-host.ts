import type { ParseResult } from '../../../preload/contract'
import { certain, notMine } from '../../_kit/detect'
import type { FormatParser } from '../../_kit/probe'
import { fail, newReading, setFacts, skipRow } from '../../_kit/reading'
import { isHeadLine, readHostRows, type HostRows } from '../host-rows'
import { hostTracks } from '../host-tracks'
import { overheadOf, retransmitShare, summarise } from '../summaries'
import { windowOf } from '../window'

const resultOf = (host: HostRows): ParseResult => {
  const reading = newReading('telemetry', 'headroom-telemetry', '1')
  reading.rows.understood = host.rows.length
  for (const line of host.skipped) skipRow(reading, line, 'it is no row of these columns, or not in order of time')
  const window = windowOf(host)
  const tracks = host.rows.length > 1 ? hostTracks(host) : []
  reading.measurements.push(
    ...tracks.flatMap((track) => summarise(track, window, {})),
    ...retransmitShare(tracks, window, {}),
    ...overheadOf(host, {}),
  )
  setFacts(reading, {
    tool: 'headroom-telemetry',
    hz: host.hz,
    samples: host.rows.length,
    cores: host.cores,
    simulated: host.simulated,
    launch_seen: window.known,
  })
  if (host.rows.length < 2) fail(reading, 'parse.no_rows', 'Rates need two rows, and there are fewer: the watcher was stopped at once.')
  else if (host.launchPids === null)
    fail(reading, 'parse.truncated', 'The last line, which closes the file, is missing: the watcher was killed or the file was cut.')
  return reading
}

/** What watch.py writes: counters of the kernel, a row per sample. */
export const headroomHost: FormatParser = {
  id: 'headroom-telemetry',
  detect: (head) => (head.split('\n').some(isHeadLine) ? certain : notMine),
  keepsLine: (line) => line.startsWith('[') || isHeadLine(line) || line.startsWith('{"end":1'),
  parse: (text) => readHostRows(text).map(resultOf),
}
