import { defineConfig } from 'vitest/config'

const limits = { testTimeout: 60_000, hookTimeout: 120_000, setupFiles: ['test/draws.ts'] }
/** Files, connections, prompts and computed figures: nothing is measured, so two at a time. */
const unhurried = [
  'test/integration/store/**/*.test.ts',
  'test/integration/ssh/**/*.test.ts',
  'test/integration/cli/{engine,import,indicators,prompts,usage}.test.ts',
  'test/integration/experiment/{faults,zero-lab}.test.ts',
]
/** Real networks, processes and time limits: one file at a time, so that none disturbs another's measurement. */
const timing = { include: ['test/integration/**/*.test.ts'], exclude: unhurried }

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
      { test: { ...limits, name: 'integration', include: unhurried, maxWorkers: 2, sequence: { groupOrder: 1 } } },
      { test: { ...limits, name: 'timing', ...timing, maxWorkers: 1, sequence: { groupOrder: 2 } } },
    ],
  },
})
