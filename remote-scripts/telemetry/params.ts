import { z } from 'zod'

/** Parameters of the telemetry probe when it runs by itself; names are the plan file's. */
export const telemetryParams = z.strictObject({
  seconds: z.int().min(2).max(86_400).default(30).describe('How long to watch, seconds'),
  hz: z.number().min(0.1).max(10).default(1).describe('Rows a second'),
  bpftrace: z.boolean().default(false).describe('Count retransmissions with bpftrace as well (root; its start takes a second of one core)'),
})
export type TelemetryParams = z.output<typeof telemetryParams>
