import type { FormatParser } from '../../_kit/probe'
import { unreadFormat } from '../../_kit/unread'

const otherTool = (id: string, tool: string, mark: RegExp): FormatParser =>
  unreadFormat({
    id,
    probe: 'memory-bandwidth',
    tool,
    mark,
    advice: `This is what ${tool} prints, which is not read: the probe \`memory-bandwidth\` measures the memory of the host and of GPUs and the copies between them.`,
  })

/** Outputs of tools that measure the same, and what to run instead. */
export const unreadBandwidths = [
  otherTool('nvbandwidth', 'nvbandwidth', /^\s{0,12}(?:nvbandwidth Version: |memcpy (?:CE|SM|local) .{1,40} bandwidth \(GB\/s\))/),
  otherTool(
    'bandwidth-test',
    'bandwidthTest',
    /^\s{0,12}\[CUDA Bandwidth Test\] - Starting|^\s{0,12}(?:Host|Device) to (?:Host|Device) Bandwidth, \d{1,3} Device\(s\)/,
  ),
  otherTool('babelstream', 'BabelStream', /^\s{0,12}BabelStream\s*$|^\s{0,12}Function\s{1,20}[MG]i?Bytes\/sec\s{1,20}Min \(sec\)/),
]
