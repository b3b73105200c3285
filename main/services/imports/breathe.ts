/** Lets the window and the network have their turn. */
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Of ten thousand files, those that are gone through in one go: about a millisecond. */
const inOneGo = 500

/** Goes through all of them, and lets others have their turn now and then. */
export const inTurns = async <T>(items: readonly T[], work: (item: T) => void): Promise<void> => {
  for (let at = 0; at < items.length; at += inOneGo) {
    if (at > 0) await breathe()
    for (const item of items.slice(at, at + inOneGo)) work(item)
  }
}
