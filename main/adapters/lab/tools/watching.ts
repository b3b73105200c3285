import { activityAt, simulatedNow, type GpuActivity } from '../simulated-time'
import { pause, type ToolContext } from './context'

const lookMs = 10

/**
 * A tool's own loop on a host whose time passes in jumps: one call per step of simulated time, with what the GPUs did at its end. While no
 * simulated tool works, real time passes instead for who looks by himself; not beside a launch, whose rows must stand at simulated times. Ends by SIGTERM, after the steps that are due, or after so many steps.
 */
export const everyStep = async (
  { dir, host, env }: ToolContext,
  everyMs: number,
  print: (elapsedMs: number, activity: GpuActivity | null) => void,
  mostSteps = Infinity,
): Promise<number> => {
  const signals = { stopped: false }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => (signals.stopped = true))
  let atS = simulatedNow(dir, host.name)
  let elapsedMs = 0
  let printedAt = performance.now()
  const isBeside = Boolean(env['HR_JOB']) && !env['HR_SECONDS']
  const isDone = (): boolean => elapsedMs >= mostSteps * everyMs
  const step = (activity: GpuActivity | null): void => {
    elapsedMs += everyMs
    printedAt = performance.now()
    print(elapsedMs, activity)
  }
  while (!signals.stopped && !isDone()) {
    await pause(lookMs)
    const nowS = simulatedNow(dir, host.name)
    for (; nowS - atS >= everyMs / 1000 && !isDone(); atS += everyMs / 1000) step(activityAt(dir, host.name, atS + everyMs / 1000))
    if (!isBeside && performance.now() - printedAt >= everyMs && !isDone()) step(null)
  }
  return signals.stopped ? 143 : 0
}
