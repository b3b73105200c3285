interface Turn {
  owner: string
  machines: ReadonlySet<string>
  begin: (() => void) | null
}

export interface HostTurns {
  /**
   * Waits until nobody who asked earlier holds or awaits one of these machines; `onWait` hears who that is. Returns what gives
   * them back. An abort ends the waiting, not the turn.
   */
  take(owner: string, machines: readonly string[], signal: AbortSignal, onWait: (owners: string[]) => void): Promise<() => void>
}

/** Two measurements on one machine would disturb each other: experiments take turns, first come, first served. */
export const createHostTurns = (): HostTurns => {
  const turns: Turn[] = []
  const before = (turn: Turn): Turn[] =>
    turns.slice(0, turns.indexOf(turn)).filter((other) => [...turn.machines].some((machine) => other.machines.has(machine)))
  const beginDue = (): void => {
    for (const turn of turns) if (before(turn).length === 0) turn.begin?.()
  }
  return {
    async take(owner, machines, signal, onWait) {
      const turn: Turn = { owner, machines: new Set(machines), begin: null }
      turns.push(turn)
      const holders = before(turn)
      if (holders.length > 0 && !signal.aborted) {
        onWait(holders.map((holder) => holder.owner))
        await new Promise<void>((resolve) => {
          turn.begin = resolve
          signal.addEventListener('abort', () => resolve(), { once: true })
        })
      }
      return () => {
        turns.splice(turns.indexOf(turn), 1)
        beginDue()
      }
    },
  }
}
