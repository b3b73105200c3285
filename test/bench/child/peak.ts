import { readFileSync } from 'node:fs'

/** Most memory that this process held, bytes. Linux's own figure where there is one: `maxRSS` begins with what the parent held when it forked. */
export const peakBytes = (): number => {
  const status = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : ''
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]
  return (kilobytes === undefined ? process.resourceUsage().maxRSS : Number(kilobytes)) * 1024
}
