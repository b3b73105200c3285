import { exitCodes } from './exit-codes'
import { say } from './print'

/** The first interrupt says `sentence` and cancels, a second one leaves at once. Returns what stops listening. */
export const onInterrupt = (sentence: string, cancel: () => void): (() => void) => {
  let asked = false
  const onSignal = (): void => {
    if (asked) process.exit(exitCodes.failed)
    asked = true
    process.stderr.write(`\n${say(sentence)}\n`)
    cancel()
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return () => {
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
  }
}
