import { describe, expect, it } from 'vitest'
// @ts-expect-error a script without types
import { closing, playwrightTotals, vitestTotals } from '../../.ci/totals.mjs'

const file = (status: string, ...tests: string[]) => ({ status, assertionResults: tests.map((state) => ({ status: state })) })
const stats = (expected: number, unexpected: number, flaky: number, skipped: number) => ({
  stats: { expected, unexpected, flaky, skipped },
})

describe('the closing line of the tests', () => {
  it.each([
    ['everything passes', { testResults: [file('passed', 'passed', 'skipped', 'todo', 'passed')] }, 0, [2, 0, 2]],
    ['a file that does not load', { testResults: [file('failed'), file('passed', 'passed')] }, 1, [1, 1, 0]],
    ['a file that does not load beside a failed test', { testResults: [file('failed'), file('failed', 'failed', 'passed')] }, 1, [1, 2, 0]],
    ['a hook that fails after its tests passed', { testResults: [file('failed', 'passed')] }, 1, [1, 1, 0]],
    ['an unhandled error that belongs to no test', { testResults: [file('passed', 'passed')] }, 1, [1, 1, 0]],
    ['no test at all', { testResults: [] }, 1, [0, 1, 0]],
    ['no report', null, 1, [0, 1, 0]],
  ])('vitest: %s', (_, report, status, [passed, failed, skipped]) =>
    expect(vitestTotals(report, status)).toEqual({ passed, failed, skipped }),
  )

  it.each([
    ['everything passes', stats(5, 0, 0, 2), 0, [5, 0, 2]],
    ['a test that passes when tried again', stats(5, 0, 1, 0), 0, [5, 1, 0]],
    ['no browser: the set-up fails before any test', stats(0, 0, 0, 0), 1, [0, 1, 0]],
    ['no browser: the first test fails, the rest does not run', stats(0, 1, 0, 7), 1, [0, 1, 7]],
    ['no report', null, 1, [0, 1, 0]],
  ])('Playwright: %s', (_, report, status, [passed, failed, skipped]) =>
    expect(playwrightTotals(report, status)).toEqual({ passed, failed, skipped }),
  )

  it('sums up, and fails when anything failed or nothing passed', () => {
    expect(
      closing([
        { passed: 3, failed: 0, skipped: 1 },
        { passed: 2, failed: 0, skipped: 4 },
      ]),
    ).toEqual({ line: '5 passed, 0 failed, 5 skipped', code: 0 })
    expect(closing([{ passed: 3, failed: 1, skipped: 0 }])).toMatchObject({ code: 1 })
    expect(closing([{ passed: 0, failed: 0, skipped: 9 }])).toMatchObject({ code: 1 })
  })
})
