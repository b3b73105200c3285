export interface TuningCell {
  latencyUs: number
  bandwidthGBps: number
}

export interface TuningAlgorithm {
  name: string
  /** By collective as NCCL spells it; one cell for each protocol. */
  cells: ReadonlyMap<string, readonly TuningCell[]>
}

const algorithmsInBlock = 3

/** NCCL's tuning table as of 2.18: blocks of three algorithms; `say` puts the process in front of a line. */
export const printTuningTable = (
  algorithms: readonly TuningAlgorithm[],
  protocols: readonly string[],
  say: (text: string) => string,
): string => {
  const lines: string[] = []
  for (let at = 0; at < algorithms.length; at += algorithmsInBlock) {
    const block = algorithms.slice(at, at + algorithmsInBlock)
    lines.push(`  Algorithm   |${block.map(({ name }) => ` ${''.padStart(14)}   ${name.padStart(14)}   ${''.padStart(14)} |`).join('')}`)
    lines.push(`  Protocol    |${block.map(() => protocols.map((name) => ` ${name.padStart(14)} |`).join('')).join('')}`)
    lines.push(` Max NThreads |${block.map(() => protocols.map(() => ` ${'512'.padStart(14)} |`).join('')).join('')}`)
    for (const collective of block[0]?.cells.keys() ?? []) {
      const cells = block.flatMap(({ cells: all }) => all.get(collective) ?? [])
      const printed = cells.map(
        ({ latencyUs, bandwidthGBps }) => `${latencyUs.toFixed(1).padStart(8)}/${bandwidthGBps.toFixed(1).padStart(6)} |`,
      )
      lines.push(`${collective.padStart(13)} |${printed.join('')}`)
    }
  }
  return lines.map(say).join('\n')
}
