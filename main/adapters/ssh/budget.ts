/** A time limit that stands still while the user is asked. */
export class Budget {
  private timer: NodeJS.Timeout | undefined
  private startedAt = 0
  private asking = 0

  constructor(
    private leftMs: number,
    private readonly expired: () => void,
  ) {
    this.run()
  }

  async pausedWhile<T>(work: () => Promise<T>): Promise<T> {
    if (this.asking === 0) {
      clearTimeout(this.timer)
      this.leftMs -= performance.now() - this.startedAt
    }
    this.asking += 1
    try {
      return await work()
    } finally {
      this.asking -= 1
      if (this.asking === 0) this.run()
    }
  }

  stop(): void {
    clearTimeout(this.timer)
    this.asking = Infinity
  }

  private run(): void {
    this.startedAt = performance.now()
    this.timer = setTimeout(this.expired, Math.max(this.leftMs, 0))
  }
}
