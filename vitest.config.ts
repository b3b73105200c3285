import { defineConfig } from 'vitest/config'

const limits = { testTimeout: 60_000, hookTimeout: 120_000 }
/** Real networks, processes and time limits: one file at a time, so that none disturbs another's measurement. */
const timing = ['test/integration/**/*.test.ts']

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...limits,
          name: 'units',
          include: [
            'main/**/*.test.ts',
            'preload/**/*.test.ts',
            'remote-scripts/**/*.test.ts',
            'renderer/**/*.test.{ts,tsx}',
            'test/{contract,corpus,property,lab,rules}/**/*.test.ts',
          ],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      { test: { ...limits, name: 'integration', include: timing, maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
  },
})
