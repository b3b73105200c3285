import { z } from 'zod'

/** Parameters of the tcp probe; names are the plan file's. */
export const tcpParams = z.strictObject({
  seconds: z.int().min(1).max(3600).default(10).describe('Measured time, seconds'),
  streams: z.int().min(1).max(128).default(1).describe('Parallel connections'),
  omit_seconds: z.int().min(0).max(60).default(1).describe('Time left out at the start (slow start), seconds'),
  reverse: z.boolean().default(false).describe('The server sends instead of the client'),
  bidirectional: z.boolean().default(false).describe('Both send at once (iperf3 3.7 or newer)'),
  latency: z.boolean().default(true).describe('Ping-pong after the throughput test'),
  latency_messages: z.int().min(10).max(1_000_000).default(2000).describe('Measured round trips'),
  message_bytes: z.int().min(1).max(1_048_576).default(64).describe('Size of a ping-pong message, bytes'),
  port: z.int().min(1024).max(65535).optional().describe("iperf3's port; a free one without it"),
  window: z
    .string()
    .regex(/^[0-9]{1,9}[KMG]?$/)
    .optional()
    .describe('Socket buffer, as for iperf3 -w'),
  bpftrace: z
    .boolean()
    .default(true)
    .describe('Count retransmissions and drops with bpftrace as well, where it is installed and the user may trace'),
  mss: z.int().min(88).max(9216).optional().describe('Maximum segment size, bytes, as for iperf3 -M'),
})
export type TcpParams = z.output<typeof tcpParams>

/** The words that iperf3's client gets beside addresses and port. */
export const iperf3Options = (params: TcpParams): string[] => [
  ...['-t', String(params.seconds), '-P', String(params.streams), '-O', String(params.omit_seconds)],
  ...(params.reverse ? ['-R'] : []),
  ...(params.bidirectional ? ['--bidir'] : []),
  ...(params.window ? ['-w', params.window] : []),
  ...(params.mss ? ['-M', String(params.mss)] : []),
]
