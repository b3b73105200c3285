/** Folded stacks, root first, as py-spy's raw format and stackcollapse-perf write them. */
export const printFoldedStacks = (stacks: readonly { frames: readonly string[]; samples: number }[]): string =>
  stacks.map(({ frames, samples }) => `${frames.join(';')} ${samples}\n`).join('')
