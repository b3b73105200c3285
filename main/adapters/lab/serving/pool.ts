/** GPUs that take requests first come, first served, one at a time each. Times in microseconds of one clock. */
export class Pool {
  private readonly freeAt: number[]
  /** Work that is given out, by its beginning and end; what is over is counted and dropped. */
  private work: { fromUs: number; toUs: number }[] = []

  constructor(readonly gpus: number) {
    this.freeAt = Array.from({ length: gpus }, () => 0)
  }

  /** When a request that comes now and takes this long begins. */
  admit(nowUs: number, serviceUs: number): number {
    const earliest = Math.min(...this.freeAt)
    const fromUs = Math.max(nowUs, earliest)
    this.freeAt[this.freeAt.indexOf(earliest)] = fromUs + serviceUs
    this.work.push({ fromUs, toUs: fromUs + serviceUs })
    return fromUs
  }

  /** Share of the time from `fromUs` to `toUs` in which the GPUs worked, from 0 to 1. What ended before is forgotten. */
  busyShare(fromUs: number, toUs: number): number {
    const busyUs = this.work.reduce((sum, one) => sum + Math.max(0, Math.min(toUs, one.toUs) - Math.max(fromUs, one.fromUs)), 0)
    this.work = this.work.filter((one) => one.toUs > toUs)
    return busyUs / (this.gpus * (toUs - fromUs))
  }
}
