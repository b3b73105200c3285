import type { Progress, Run } from '../../../preload/contract'
import { isTerminal } from '../../core/runs/state'
import type { EventBus } from '../../services/events'
import { say, seconds } from './print'

const describe = (progress: Progress): string =>
  `[${progress.completed}/${progress.total}] ${say(progress.message)}${progress.phase ? `, ${say(progress.phase)}` : ''}${progress.secondsLeft === null ? '' : say(`, about ${seconds(progress.secondsLeft)} left`)}`

/** One line that is rewritten on a terminal, one line per finished launch elsewhere. Returns its own end. */
export const liveProgress = (events: EventBus, stream: NodeJS.WriteStream): (() => void) => {
  let last = ''
  const unsubscribe = events.on((name, payload) => {
    if (name === 'experiment.progress') {
      last = describe(payload as Progress)
      if (stream.isTTY) stream.write(`\r\x1b[2K${last.slice(0, (stream.columns || 80) - 1)}`)
    } else if (name === 'run.changed' && isTerminal((payload as Run).status)) {
      const run = payload as Run
      const problem = run.problem ? `: ${say(run.problem.message.split('\n')[0] ?? '')}` : ''
      const line = `${say(run.status).padEnd(9)} ${run.probe} ${Object.values(run.arm).join(' ')} ${say(run.warmup ? 'warm-up' : `repeat ${run.repeat}`)}${problem}`
      stream.write(`${stream.isTTY ? '\r\x1b[2K' : ''}${line}\n`)
    }
  })
  return () => {
    unsubscribe()
    if (stream.isTTY) stream.write('\r\x1b[2K')
  }
}
