import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [
      'main/**/*.test.ts',
      'preload/**/*.test.ts',
      'remote-scripts/**/*.test.ts',
      'renderer/**/*.test.{ts,tsx}',
      'test/{contract,corpus,property,integration,lab,rules}/**/*.test.ts',
    ],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
